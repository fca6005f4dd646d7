"""Fictional people whose CVs the tests render: one a script, and one with much to say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from careerhub.document.cv import Cv
from careerhub.document.dates import PartialDate, read_partial_date
from careerhub.document.profile import (
    Achievement,
    AnonymizedProject,
    Certification,
    Contact,
    Education,
    Experience,
    Interest,
    Language,
    Link,
    Profile,
    Project,
    Reference,
    Skill,
    Technology,
)

EMPTY = Profile(
    slug="nobody",
    full_name="Nobody Known",
    sort_name="",
    pronouns="",
    headline="",
    summary="",
    location="",
    city="",
    region="",
    country_code="",
    lang="en",
    theme="",
    is_indexable=True,
    allows_ai=True,
    open_to_work=False,
    changed_on=date(2026, 3, 1),
    changes_on=None,
    contact=Contact(),
    links=(),
    experiences=(),
    projects=(),
    anonymized_projects=(),
    skills=(),
    education=(),
    certifications=(),
    achievements=(),
    languages=(),
    references=(),
    interests=(),
    cv_versions=(),
)


def make_cv(profile: Profile, *, paper: str = "a4", template: str = "modern") -> Cv:
    """Make the CV of all of a profile."""
    path = f"p/{profile.slug}/cv.pdf"
    return Cv(path=path, title="", template=template, lang=profile.lang, paper=paper, profile=profile)


def make_job(position: str, company: str, start: str, end: str, *done: str, **more: Any) -> Experience:
    """Make a job; an empty end means it still goes on."""
    known: dict[str, Any] = {
        "company_website": "",
        "company_size": "",
        "industry": "",
        "company_location": "",
        "employment_type": "FULL_TIME",
        "description": "",
        "technologies": (),
    }
    return Experience(
        position=position,
        company_name=company,
        start=_read(start),
        end=_read(end),
        is_current=not end,
        responsibilities=done,
        **known | more,
    )


def make_project(name: str, **more: Any) -> Project:
    """Make a project of which nothing is known but what is given."""
    known: dict[str, Any] = {
        "slug": "project",
        "description": "",
        "role": "",
        "organization": "",
        "start": None,
        "end": None,
        "is_ongoing": False,
        "status": "",
        "category": "",
        "achievements": (),
        "challenges": (),
        "clients": (),
        "team_size": None,
        "duration_months": None,
        "users_count": None,
        "budget_range": "",
        "demo_url": "",
        "github_url": "",
        "documentation_url": "",
        "keywords": (),
        "technologies": (),
        "employers": (),
        "is_featured": False,
    }
    return Project(name=name, **known | more)


def make_skill(name: str, group: str = "") -> Skill:
    """Make a skill of which only the group is known."""
    return Skill(
        name=name,
        group=group,
        level=None,
        years_of_experience=None,
        started_using_year=None,
        is_primary=False,
        technology=None,
    )


def make_study(institution: str, degree: str, field: str, start: str, end: str) -> Education:
    """Make a course of study."""
    return Education(
        institution=institution,
        url="",
        degree=degree,
        field_of_study=field,
        start=_read(start),
        end=_read(end),
        grade="",
        description="",
        courses=(),
    )


def make_certificate(
    name: str, issuer: str, issued: str, expires: str = "", *, is_expired: bool = False
) -> Certification:
    """Make a certificate."""
    return Certification(
        name=name,
        issuing_organization=issuer,
        credential_id="",
        credential_url="https://certificates.example.org/4711",
        issued=_read(issued),
        expires=_read(expires),
        is_expired=is_expired,
    )


def make_person(lang: str, name: str, headline: str, summary: str, *jobs: Experience) -> Profile:
    """Make a profile of a few lines."""
    return replace(EMPTY, lang=lang, full_name=name, headline=headline, summary=summary, experiences=jobs)


def name_technologies(*names: str) -> tuple[Technology, ...]:
    """Make technologies of their names."""
    return tuple(Technology(name=name, slug=name.lower()) for name in names)


def _read(text: str) -> PartialDate | None:
    return read_partial_date(text) if text else None


CZECH = make_person(
    "cs",
    "Žofie Příšerně-Łukasiewicz",
    "Vedoucí vývojářka platformy",
    "Nguyễn Thị Hồng, Þórður, İstanbul, Ångström, Œuvre, ŵ ŷ Ș Ț ı ğ ß. Efficient office affluent workflow fjord.",
    make_job(
        "Hlavní inženýrka",
        "Továrna Kukačka a.s.",
        "2019-01",
        "2022-03",
        "Zkrátila odezvu o 40 % díky úpravě dotazů",
        "Vedla tým pěti vývojářů ve Zlíně",
    ),
    make_job("Vývojářka", "Łódź Soft", "2014", "2018", "Napsala knihovnu pro žluťoučké koně"),
)
GREEK = make_person(
    "el",
    "Ελένη Παπαδοπούλου",
    "Ανώτερη μηχανικός λογισμικού",
    "Σχεδιάζω αξιόπιστες πλατφόρμες εδώ και δέκα χρόνια. Ἀρχαῖος πολυτονικὸς ᾠδή.",
    make_job("Μηχανικός πλατφόρμας", "Καρυάτις Α.Ε.", "2019-01", "2022-03", "Μείωσε τον χρόνο απόκρισης κατά 40 %"),
    make_job("Προγραμματίστρια", "Κοχύλι Τεχνολογία", "2014", "2018", "Ανέπτυξε σύστημα βιβλιοθήκης"),
)
UKRAINIAN = make_person(
    "uk",
    "Ольга Їжакевич",
    "Провідна інженерка програмного забезпечення",
    "Ґрунтовний досвід: Њујорк, Ђорђе, Қазақстан, Ўзбекистон.",
    make_job("Інженерка платформи", "ТОВ «Жар-птиця»", "2019-01", "2022-03", "Скоротила час відгуку на 40 %"),
    make_job("Розробниця", "Синій Кит Софт", "2014", "2018", "Створила бібліотечну систему"),
)
JAPANESE = make_person(
    "ja",
    "架空 花子",
    "シニアソフトウェアエンジニア",
    "十年にわたり信頼性の高いデータ基盤を構築。骨・直・海・飴。𠮷野。",
    make_job("主任技師", "月見草株式会社", "2019-01", "2022-03", "応答時間を40%短縮", "五人のチームを指導"),
    make_job("開発者", "朝霧ソフト", "2014", "2018", "図書館システムを開発"),
)
CHINESE = make_person(
    "zh-Hans",
    "虚小明",
    "高级软件工程师",
    "十年来构建可靠的数据平台。骨、直、海、复、门。",
    make_job("平台工程师", "云雀科技有限公司", "2019-01", "2022-03", "响应时间缩短40%", "带领五人团队"),
    make_job("开发工程师", "竹叶软件", "2014", "2018", "开发图书馆系统"),
)
KOREAN = make_person(
    "ko",
    "가상희",
    "선임 소프트웨어 엔지니어",
    "십 년 동안 신뢰할 수 있는 데이터 플랫폼을 구축했습니다. 값, 닭.",
    make_job("플랫폼 엔지니어", "달토끼 주식회사", "2019-01", "2022-03", "응답 시간을 40% 단축", "다섯 명의 팀을 지도"),
    make_job("개발자", "구름소프트", "2014", "2018", "도서관 시스템 개발"),
)
HEBREW = make_person(
    "he",
    "נועה בדיונית",
    "מהנדסת תוכנה בכירה",
    "בונה מערכות נתונים אמינות עם Python במשך עשר שנים",
    make_job("מהנדסת פלטפורמה", "חברת הדוכיפת", "2019-01", "2022-03", "קיצור זמן התגובה", "הובלת צוות של חמישה מפתחים"),
    make_job("מפתחת", "סטודיו כוכב", "2014", "2018", "פיתוח מערכת הספרייה"),
)
ARABIC = make_person(
    "ar",
    "سلمى الخيالية",
    "مهندسة برمجيات أولى",
    "أبني منصات موثوقة للبيانات باستخدام Python منذ عشر سنوات",
    make_job("كبيرة المهندسين", "شركة الهدهد", "2019-01", "2022-03", "خفض زمن الاستجابة", "تصميم خط أنابيب البيانات"),
    make_job("مطوّرة", "دار النخيل", "2014", "2018", "تطوير نظام المكتبة"),
)
HINDI = make_person(
    "hi",
    "प्रिया काल्पनिक",
    "वरिष्ठ सॉफ़्टवेयर इंजीनियर",
    "मैं दस वर्षों से विश्वसनीय डेटा प्रणालियाँ बनाती हूँ। ज्ञान, श्रृंखला, द्वितीय, कर्म।",
    make_job("मुख्य अभियंता", "मोरपंख प्रौद्योगिकी", "2019-01", "2022-03", "प्रतिक्रिया समय में 40 % की कमी"),
    make_job("विकासकर्ता", "नीलकमल सॉफ्ट", "2014", "2018", "पुस्तकालय प्रणाली का विकास"),
)
BENGALI = make_person(
    "bn",
    "কল্পনা রূপকথা",
    "জ্যেষ্ঠ সফটওয়্যার প্রকৌশলী",
    "দশ বছর ধরে নির্ভরযোগ্য তথ্যব্যবস্থা গড়ছি। জ্ঞান, শক্তি, সৌন্দর্য, কোটি, দ্বিতীয়।",
    make_job(
        "প্রধান প্রকৌশলী", "ময়ূরপঙ্খী প্রযুক্তি", "2019-01", "2022-03", "সাড়া দেওয়ার সময় ৪০ % কমিয়েছেন", "পাঁচ জনের দলের নেতৃত্ব"
    ),
    make_job("বিকাশকারী", "নীলপদ্ম সফট", "2014", "2018", "গ্রন্থাগার ব্যবস্থার উন্নয়ন"),
)
TAMIL = make_person(
    "ta",
    "கற்பனை செல்வி",
    "மூத்த மென்பொருள் பொறியாளர்",
    "பத்து ஆண்டுகளாக நம்பகமான தரவுத் தளங்களை உருவாக்குகிறேன். கொடி, கோயில், கௌரவம், ஸ்ரீ, க்ஷேத்திரம்.",
    make_job(
        "முதன்மைப் பொறியாளர்",
        "மயில் தோகை நிறுவனம்",
        "2019-01",
        "2022-03",
        "பதிலளிக்கும் நேரத்தை 40 % குறைத்தார்",
        "ஐந்து பேர் கொண்ட குழுவை வழிநடத்தினார்",
    ),
    make_job("உருவாக்குநர்", "நீலத் தாமரை", "2014", "2018", "நூலக அமைப்பை உருவாக்கினார்"),
)
THAI = make_person(
    "th",
    "สมมุติ นามสมมติ",
    "วิศวกรซอฟต์แวร์อาวุโส",
    "สร้างแพลตฟอร์มข้อมูลที่เชื่อถือได้มาสิบปี น้ำ ทำงาน ผู้นำ ปี่ ญี่ปุ่น ฐาน ที่ปรึกษา",
    make_job("หัวหน้าวิศวกร", "บริษัท นกยูงทอง", "2019-01", "2022-03", "ลดเวลาตอบสนองลงร้อยละ 40", "นำทีมห้าคน ทำให้ระบบน้ำดี"),
    make_job("นักพัฒนา", "บัวน้ำเงินซอฟต์", "2014", "2018", "พัฒนาระบบห้องสมุด"),
)
ONE_LINE = make_person("en", "Ines Onelin", "", "")

_DONE = (
    "Cut the median answer time of the booking service from **900 ms to 140 ms** by moving fares into one read model",
    "Led five engineers in two time zones; introduced design reviews that the whole department took over a year later",
    "Replaced nightly batch files by a stream of events, so that partners see seats within two seconds",
    "Wrote the on-call handbook; pages at night fell by two thirds within six months",
)
LONG = replace(
    make_person(
        "en",
        "Imogen Farrow-Lindqvist",
        "Principal engineer for data platforms",
        "I build data platforms that people trust: small teams, boring technology, honest numbers. Fifteen years in "
        "*transport* and *health*, from the first line of code to the night when it has to hold.\n\n"
        "Lately I have been turning a decade of nightly jobs into streams, and the people who ran them into engineers.",
        make_job(
            "Principal engineer",
            "Harbour & Heron Ferries",
            "2021-04",
            "",
            *_DONE,
            company_location="Gothenburg, Sweden",
            description="Owner of the platform that sells, seats and reroutes **eleven million passengers** a year.",
            technologies=name_technologies("Python", "PostgreSQL", "Kafka", "Kubernetes", "Terraform"),
        ),
        make_job(
            "Staff engineer",
            "Harbour & Heron Ferries",
            "2018-01",
            "2021-03",
            *_DONE[:3],
            company_location="Gothenburg, Sweden",
            technologies=name_technologies("Python", "PostgreSQL", "Airflow"),
        ),
        make_job(
            "Senior developer", "Quiet Meadow Clinics", "2014-09", "2017-12", *_DONE[1:], company_location="Malmö"
        ),
        make_job("Developer", "Brightwater Maps", "2011-06", "2014-08", *_DONE[2:]),
        make_job("Mentor", "Code on the Quay", "2016", "", "Teach teenagers to program", employment_type="VOLUNTEER"),
    ),
    slug="imogen",
    pronouns="she/her",
    location="Gothenburg, Sweden",
    contact=Contact(email="imogen@example.org", phone="+46 31 555 01 23", website="https://www.imogen.example.org/"),
    links=(
        Link(network="GitHub", username="imogen-fl", url="https://code.example.com/imogen-fl"),
        Link(network="LinkedIn", username="imogen-fl", url="https://people.example.com/in/imogen-fl"),
    ),
    projects=(
        make_project(
            "Tidewatch",
            slug="tidewatch",
            description="Open-source forecasts of crowding on ferries, used by four harbours.",
            role="Maintainer",
            start=PartialDate(year=2019),
            is_ongoing=True,
            achievements=("Forty contributors, one release a month", "Forecasts within 6 % on ordinary days"),
            github_url="https://code.example.com/imogen-fl/tidewatch",
            technologies=name_technologies("Python", "DuckDB"),
        ),
    ),
    anonymized_projects=(
        AnonymizedProject(
            role="Architect",
            anonymized_company="A northern European hospital group",
            category="Internal",
            start_year=2015,
            end_year=2017,
            is_ongoing=False,
            team_band="6–10",
            users_band="1,000–10,000",
            budget_range="",
            technologies=name_technologies("PostgreSQL"),
        ),
    ),
    skills=tuple(
        make_skill(name, group)
        for group, names in (
            ("Languages", ("Python", "SQL", "Go", "C#", "C++")),
            ("Data", ("PostgreSQL", "Kafka", "DuckDB", "Airflow", "dbt")),
            ("Practice", ("Incident leadership", "Mentoring", "Technical writing")),
        )
        for name in names
    ),
    education=(
        make_study("University of Westhaven", "MSc", "Computer Science", "2009", "2011"),
        make_study("University of Westhaven", "BSc", "Mathematics", "2006", "2009"),
    ),
    certifications=(
        make_certificate("Certified Stream Engineer", "Rivermark Institute", "2022-05", "2025-05", is_expired=True),
        make_certificate("Postgres Performance", "Blue Elephant School", "2020-11"),
    ),
    achievements=(
        Achievement(
            title="Streams without tears",
            category="PUBLICATION",
            description="",
            date=PartialDate(year=2023, month=6),
            issuer="Northern Journal of Data",
            authors=("I. Farrow-Lindqvist", "P. Okonjo-Vance"),
            identifier="",
            url="https://journal.example.org/streams",
        ),
        Achievement(
            title="Engineer of the Year",
            category="AWARD",
            description="For the migration that no passenger noticed.",
            date=PartialDate(year=2022),
            issuer="Harbour & Heron Ferries",
            authors=(),
            identifier="",
            url="",
        ),
    ),
    languages=(
        Language(name="English", tag="en", fluency="", cefr="NATIVE"),
        Language(name="Swedish", tag="sv", fluency="", cefr="C1"),
        Language(name="German", tag="de", fluency="Reading", cefr=""),
    ),
    references=(Reference(name="Perpetua Okonjo-Vance", reference="The calmest person in any incident room."),),
    interests=(Interest(name="Sailing", keywords=("dinghies", "charts")), Interest(name="Choir", keywords=())),
)

IN_ORDER = (CZECH, GREEK, UKRAINIAN, JAPANESE, CHINESE, KOREAN)
PEOPLE = (*IN_ORDER, HEBREW, ARABIC, HINDI, BENGALI, TAMIL, THAI, ONE_LINE, LONG)
