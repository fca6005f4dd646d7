"""A crowd: any number of plainly made-up people, written by one statement a table, for tests and benchmarks of size.

Triggers and foreign keys sleep while it is written (`session_replication_role = replica`), so revisions and scores are
written along with the rows; every CHECK and unique key is enforced as always, and a test asks that every foreign key
holds. The same seed makes the same people.
"""

# ruff: noqa: SIM905 - lists of a hundred words read better without a hundred quotes
from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from itertools import count, product

import psycopg

from tests.databases import Cluster, Database

_numbers = count(1)
# Of 100 people, this many have a name in the script; the rest are written in Latin letters.
SHARES = {
    "cyrillic": 7, "greek": 4, "arabic": 5, "hebrew": 3, "devanagari": 4, "han": 7, "kana": 3, "hangul": 5, "thai": 3,
}  # fmt: skip
# Given names are a beginning and an end; family names a beginning, perhaps a middle, and an end.
SYLLABLES = {
    "latin": (
        "An Bel Cor Dav El Fri Gis Hel Ís Jó Kat Li Mar Nils Os Pa Ró Sø Ti Vik Ž Ash Bru Zo".split(),
        "a ea in elle ris tine na mir bert dra ela éa ias o ette ura wen ja ko vian".split(),
        "Ablo Bern Crest Dorn Ek Fjell Grün Hollo Istv Jarn Kowa Lund March Nowo Ost Pelle Quin Ruž Sten Thorn Ulm"
        " Væn Wester Yarro Zell Åker Éven Nguy O’Bra Mac".split(),
        "le ber ing qvi ma der ste ro lan wic ar ton".split(),
        "ström ley ski sen müller etti ard ova ház feld ez son wood ães čić brook well mont ier øy".split(),
    ),
    "cyrillic": ("Ан Бор Вер Гле Дар Ев Ил Кир Лю Мар".split(), "на ис а б ья гений рилл бовь ёна".split(),
                 "Бел Ветр Гор Дуб Звон Клён Лес Мор Озер Пол Свет Тих".split(), "о ен ов".split(), "ский ов ова енко ин цева".split()),
    "greek": ("Αν Βα Γι Δη Ελ Κω Μα Νι Σο Φω".split(), "να σίλης ώργος μήτρης ένη στας ρία κος φία τεινή".split(),
              "Αστρ Βουν Γλυκ Δασ Θαλασσ Καλ Λιμν Νερ Πευκ".split(), "ο α ι".split(), "πουλος ίδης άκης άδη έλη".split()),
    "arabic": ("أم سل نو ها ري كا جم فر".split(), "ير مى را دي م مل يلة حان".split(),
               "الب الن الز الش الص الج الق".split(), "ح ه ي م".split(), "ري ار وان ادي مي راوي".split()),
    "hebrew": ("אב דנ יע מי נו רו שי תמ".split(), "י ה ל ר ית ן רה".split(),
               "אור בר גל דר הר ים כרמ נחל".split(), "ו י ".split(" "), "ני מן שטיין לי ון".split()),
    "devanagari": ("अन कवि दीप नी मी राज सुन प्री".split(), "ा ता क ल रा ेश ील ति".split(),
                   "सागर वन पर्वत नदी दीपक तारा गगन".split(), "ी व न".split(), "कर वाल जी पुरी दास".split()),
    "han": ("小 明 文 雅 志 晓 建 思 子 海 静 伟 若 云".split(), "明 华 娟 强 萍 雨 洋 婷 杰 琳 峰 宁 ".split(" "),
            "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 林 郭 何 高 罗".split(), [""], [""]),
    "kana": ("さく はる ゆ みな そう あお ひな".split(), "ら か い と た み".split(),
             "タナ ヤマ スズ ワタ コバ カワ モリ".split(), "カ モ キ ".split(" "), "タ ラ ノ シ".split()),
    "hangul": ("민 서 지 하 도 예 수 은 현 준".split(), "준 연 우 윤 현 진 아 호".split(),
               "김 이 박 최 정 강 조 윤 장 임 한 오".split(), [""], [""]),
    "thai": ("สม นภ ปิ อร วิ ชล กา".split(), "ชาย า ยะ ทัย ไล ธี นดา".split(),
             "ศรี ทอง วงศ์ บุญ แสง จันทร์".split(), "สุข งาม ดี".split(), "วัฒน์ กุล ชัย รักษ์".split()),
}  # fmt: skip
WITHOUT_SPACE = ("han", "hangul")
POSITIONS = (
    "Software Engineer|Engineer|Senior Engineer|Data Engineer|Platform Engineer|Product Designer|Data Analyst|Teacher|Nurse|"
    "Product Manager|Site Reliability Engineer|Technical Writer|Ingeniería de Software|Bauleiterin|Chef de projet|"
    "Архитектор|工程师|개발자|Translator|Accountant|Marine Biologist|Luthier|Cartographer|Archivist"
).split("|")
COMPANIES = [f"{a} {b}" for a, b in product(
    "Lantern Harbour Quiet Cobalt Meadow Northern Paper Copper Velvet Granite Willow Amber Café Søndre Tidal Umbra".split(),
    ("Works", "Analytics", "Foundry", "& Sons", "Cooperative", "Systems", "Institute", "Railways", "Press", "Clinic", "Labs", "Bakery"),
)]  # fmt: skip
CITIES = "Porto Kraków Graz Tromsø Málaga Gent Tartu Cork Αθήνα Київ 東京 서울 Haifa Pune Chiang-Mai Tunis".split()
THINGS = "ledger beacon atlas almanac switchboard greenhouse archive timetable compass workshop orchard ferry".split()
MOODS = "Quiet Bright Patient Northern Hidden Second Paper Open Slow Copper Tidal Early".split()
DEEDS = "rebuilt measured mapped translated automated taught documented migrated audited designed".split()
SUBJECTS = (
    "payments|tide tables|patient records|train delays|museum catalogues|crop yields|satellite images|library loans"
).split("|")
STRENGTHS = "Negotiation|Public speaking|Mentoring|Bookbinding|Sign language|Budgeting|Fundraising|Drawing".split("|")
# Each row: the table, what follows its name in the INSERT. Columns of the crowd: n, id, person_name, position, company, …
Rows = tuple[str, str]


def chance(salt: int, row: str = "0") -> str:
    """Return SQL for a number from 0 up to 1 that only depends on the person, the row, this salt and the seed."""
    return f"((hashint8extended(n * 16 + {row}, seed + {salt}) & 1048575) / 1048576.0)"


def one_of(words: list[str], salt: int, row: str = "0", *, tail: int = 1) -> str:
    """Return SQL for one of the words; the higher `tail`, the more often it is one of the first."""
    listed = ", ".join("'" + word.replace("'", "''") + "'" for word in words)
    return f"(ARRAY[{listed}])[1 + floor(power({chance(salt, row)}, {tail}) * {len(words)})::int]"


def make_id(kind: str, row: str = "0") -> str:
    """Return SQL for a row's ULID: its kind, the person and the row where a real one has the time, then chance."""
    digits = f"upper(left(md5(n || '{kind}' || ({row}) || seed), 16))"
    return f"('01{kind}' || lpad(upper(to_hex(n * 16 + ({row}))), 7, '0') || {digits})"


def list_names(seed: int) -> Iterator[tuple[str, str, int, str]]:
    """Yield script, part (given or family), number and name; the first of each are the most frequent."""
    for script, (first, last, *family) in SYLLABLES.items():
        given = sorted({a + b for a, b in product(first, last)})
        families = sorted({a + b + c for a, b, c in product(*family)} | {a + c for a, _, c in product(*family)})
        for part, names in (("given", given), ("family", families)):
            random.Random(f"{seed}{script}{part}").shuffle(names)
            yield from ((script, part, number, name) for number, name in enumerate(names))


def _script() -> str:
    """Return SQL for the script a person's name is written in."""
    cases, reached = [], 0
    for script, share in SHARES.items():
        reached += share
        cases.append(f"WHEN {chance(1)} < {reached / 100} THEN '{script}'")
    return f"CASE {' '.join(cases)} ELSE 'latin' END"


def _crowd() -> str:
    bare = ", ".join(f"'{script}'" for script in WITHOUT_SPACE)
    return f"""
        CREATE UNLOGGED TABLE crowd AS
        WITH numbered AS (SELECT n, %(seed)s::bigint AS seed FROM generate_series(1::bigint, %(people)s) n),
             written AS (SELECT n, seed, {_script()} AS script FROM numbered),
             sizes AS (SELECT script, part, count(*) AS size FROM crowd_names GROUP BY 1, 2)
        SELECT n, seed, {make_id("P")} AS id, {make_id("M")} AS user_id,
               CASE WHEN script IN ({bare}) THEN f.name || g.name WHEN script = 'kana' THEN f.name || ' ' || g.name
                    ELSE g.name || ' ' || f.name END AS person_name,
               f.name || ', ' || g.name AS sort_name,
               {one_of(POSITIONS, 2, tail=2)} AS position, {one_of(CITIES, 3)} AS city,
               (SELECT count(*) FROM technologies)::int AS offered,
               {chance(4)} < 0.9 AS is_public, {chance(5)} < 0.5 AS has_two_projects
          FROM written w JOIN sizes gs USING (script) JOIN sizes fs USING (script)
          JOIN crowd_names g USING (script) JOIN crowd_names f USING (script)
         WHERE gs.part = 'given' AND fs.part = 'family' AND g.part = 'given' AND f.part = 'family'
           AND g.number = floor(power({chance(6)}, 2) * gs.size) AND f.number = floor(power({chance(7)}, 3) * fs.size)
         ORDER BY n"""


def _technology(step: str, row: str) -> str:
    """Return SQL for a technology's number: long-tailed, and for one row another one at each step."""
    return f"((floor(power({chance(8, row)}, 3) * offered)::int + {step} * 11) % offered)"


def _text(salt: int, row: str = "0") -> str:
    """Return SQL for three sentences."""
    return " || ".join((
        one_of([f"{deed.title()} the " for deed in DEEDS], salt, row), one_of(SUBJECTS, salt + 1, row),
        one_of([f" of the {mood.lower()} {thing}" for mood, thing in product(MOODS, THINGS)], salt + 2, row),
        "' for ' || (3 + n % 90) || ' offices. Three colleagues, two winters and one stubborn timetable: what took days now takes minutes. '",
        one_of([f"Then {deed} it again, more carefully." for deed in DEEDS], salt + 3, row),
    ))  # fmt: skip


def _people() -> list[Rows]:
    return [
        ("users", "(id, email) SELECT user_id, 'person-' || n || '@example.org' FROM crowd"),
        ("profiles",
         f"""(id, user_id, slug, full_name, sort_name, headline, summary, location, city, visibility, completeness_score)
         SELECT id, user_id, 'person-' || n, person_name, sort_name,
                position || ' · ' || {one_of(THINGS, 10)}, {_text(11)}, city, city,
                CASE WHEN is_public THEN 'PUBLIC' WHEN n % 2 = 0 THEN 'FRIENDS' ELSE 'PRIVATE' END,
                10 + 20 + 2 * 10 + 5 * CASE WHEN has_two_projects THEN 2 ELSE 1 END + 3 * 3 + 10 FROM crowd"""),
        ("profile_revisions",
         f"(profile_id, revision, removed_at_revision) SELECT id, 1 + n % 5, CASE WHEN {chance(15)} < 0.05 THEN 1 END FROM crowd"),
        ("share_links",
         f"""(id, profile_id, token_hash, label, expires_at) SELECT {make_id("S")}, id, sha256(('link ' || seed || n)::bytea),
         'for a friend', now() + interval '30 days' FROM crowd WHERE {chance(16)} < 0.03"""),
        ("cv_versions",
         f"""(profile_id, id, name, slug, is_public, is_default) SELECT id, {make_id("V", "k")}, 'CV ' || k, 'cv-' || k, k = 1, k = 1
         FROM crowd, generate_series(1, 2) k WHERE {chance(17, "k")} < 0.6 / k"""),
        ("translations",
         f"""(profile_id, entity_type, entity_id, field, lang, text) SELECT id, 'PROFILE', id, 'headline', 'de', 'Fachkraft für ' || city
         FROM crowd WHERE {chance(18)} < 0.1"""),
    ]  # fmt: skip


def _career() -> list[Rows]:
    return [
        ("experiences",
         f"""(profile_id, id, company_name, position, start_date, start_precision, end_date, end_precision, is_current, description,
              responsibilities, display_order, is_hidden)
         SELECT id, {make_id("E", "k")}, {one_of(COMPANIES, 20, "k", tail=2)}, CASE WHEN k = 0 THEN position ELSE {one_of(POSITIONS, 21, "k", tail=2)} END,
                make_date(2018 - 9 * k + (n % 5)::int, 1 + (n % 12)::int * k, 1), CASE WHEN k = 0 THEN 'Y' ELSE 'M' END,
                CASE WHEN k = 1 THEN make_date(2016 + (n % 3)::int, 1 + (n % 7)::int, 1) END, CASE WHEN k = 1 THEN 'M' END, k = 0,
                {_text(22, "k")}, jsonb_build_array({one_of(DEEDS, 26, "k")} || ' ' || {one_of(SUBJECTS, 27, "k")}), k, {chance(28, "k")} < 0.04
           FROM crowd, generate_series(0, 1) k"""),
        ("projects",
         f"""(profile_id, id, slug, name, description, role, visibility, anonymized_company, show_anonymized, display_order, is_hidden)
         SELECT id, {make_id("J", "k")}, 'work-' || k, {one_of(MOODS, 30, "k")} || ' ' || {one_of(THINGS, 31, "k")}, {_text(32, "k")}, position,
                CASE WHEN {chance(36, "k")} < 0.08 THEN 'ANONYMOUS' ELSE 'PUBLIC' END, CASE WHEN {chance(36, "k")} < 0.08 THEN 'A bank' ELSE '' END,
                n % 2 = 0, k, {chance(37, "k")} < 0.04
           FROM crowd, generate_series(0, CASE WHEN has_two_projects THEN 1 ELSE 0 END) k"""),
        ("skills",
         f"""(profile_id, id, name, technology_id, level, display_order, is_hidden)
         SELECT id, {make_id("K", "k")}, coalesce(t.name, {one_of(STRENGTHS, 40)}), t.id_, 1 + (n + k) % 5, k, {chance(41, "k")} < 0.04
           FROM crowd CROSS JOIN generate_series(0, 2) k LEFT JOIN crowd_technologies t ON k < 2 AND t.number = {_technology('k', '0')}"""),
        ("education",
         f"""(profile_id, id, institution, degree, field_of_study, is_hidden) SELECT id, {make_id("D")}, city || ' School of ' ||
         {one_of([s.title() for s in SUBJECTS], 42)}, 'BSc', {one_of(SUBJECTS, 43)}, {chance(44)} < 0.04 FROM crowd"""),
        ("certifications",
         f"""(profile_id, id, name, issuing_organization, expiry_date, expiry_precision) SELECT id, {make_id("C")}, 'Licence for ' ||
         {one_of(SUBJECTS, 45)}, {one_of(COMPANIES, 46)}, make_date(2020 + (n % 15)::int, 1, 1), 'Y' FROM crowd WHERE {chance(47)} < 0.3"""),
        ("achievements",
         f"(profile_id, id, title, category) SELECT id, {make_id('A')}, {one_of(MOODS, 48)} || ' Prize', 'AWARD' FROM crowd WHERE {chance(49)} < 0.2"),
        ("languages",
         f"""(profile_id, id, name, tag, cefr, display_order) SELECT id, {make_id("G", "k")}, (ARRAY['English', 'Português', 'Deutsch'])[k + 1],
         (ARRAY['en', 'pt', 'de'])[k + 1], 'B2', k FROM crowd, generate_series(0, 2) k WHERE {chance(50, "k")} < 1.0 / (k + 1)"""),
        ("references",
         f"(profile_id, id, name, reference) SELECT id, {make_id('R')}, 'A. Keeper', 'Never dark.' FROM crowd WHERE {chance(51)} < 0.05"),
        ("interests",
         f"(profile_id, id, name) SELECT id, {make_id('N')}, {one_of(THINGS, 52)} FROM crowd WHERE {chance(53)} < 0.2"),
        ("profile_links",
         f"(profile_id, id, network, url) SELECT id, {make_id('W')}, 'Web', 'https://p' || n || '.example.org/' FROM crowd WHERE {chance(54)} < 0.3"),
    ]  # fmt: skip


def _links() -> list[Rows]:
    project, experience = make_id("J", "k"), make_id("E", "k")
    return [
        ("project_technologies",
         f"""(profile_id, project_id, technology_id, display_order) SELECT id, {project}, t.id_, s
         FROM crowd, generate_series(0, CASE WHEN has_two_projects THEN 1 ELSE 0 END) k, generate_series(0, 1) s, crowd_technologies t
         WHERE t.number = {_technology("s", "k")}"""),
        ("experience_technologies",
         f"""(profile_id, experience_id, technology_id, display_order) SELECT id, {experience}, t.id_, s
         FROM crowd, generate_series(0, 1) k, generate_series(0, 1) s, crowd_technologies t WHERE t.number = {_technology("s", "k")}"""),
        ("project_experiences",
         f"(profile_id, project_id, experience_id) SELECT id, {project}, {experience} FROM crowd, generate_series(0, 0) k WHERE n % 2 = 0"),
    ]  # fmt: skip


def fill(database: Database, people: int, *, seed: int = 1) -> None:
    """Add this many people to a migrated database, once, and bring its statistics up to date."""
    rows = _people() + _career() + _links()
    inserts = [f'INSERT INTO "{table}" {values}' for table, values in rows]
    with database.connect() as connection:
        _prepare(connection, people, seed)
        indexes = _drop_indexes(connection, [table for table, _ in rows])
        # two at a time, long texts first: they take longest
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(partial(_run, database), sorted(inserts, key=len, reverse=True)))
            list(pool.map(partial(_run, database), sorted(indexes, key=lambda made: "search_texts" not in made)))
        connection.execute("DROP TABLE crowd, crowd_names, crowd_technologies")
        # a third of the usual sample: the crowd is drawn evenly, and the texts in it are costly to look at
        connection.execute("SET default_statistics_target = 30")
        connection.execute("VACUUM (ANALYZE)")


def _run(database: Database, statement: str) -> None:
    with database.connect() as connection:
        connection.execute("SET session_replication_role = replica; SET synchronous_commit = off; SET jit = off")
        connection.execute("SET maintenance_work_mem = '256MB'")
        connection.execute(statement)  # type: ignore[call-overload]


def _prepare(connection: psycopg.Connection[tuple[object, ...]], people: int, seed: int) -> None:
    """Make the tables that the rows are drawn from."""
    connection.execute("CREATE UNLOGGED TABLE crowd_names (script text, part text, number int, name text)")
    with connection.cursor().copy("COPY crowd_names FROM STDIN") as copy:
        for row in list_names(seed):
            copy.write_row(row)
    connection.execute(
        "CREATE UNLOGGED TABLE crowd_technologies AS"
        " SELECT (row_number() OVER (ORDER BY md5(slug)) - 1)::int AS number, id AS id_, name FROM technologies"
    )
    connection.execute("ANALYZE crowd_names; ANALYZE crowd_technologies")
    connection.execute(_crowd() % {"seed": seed, "people": people})  # type: ignore[call-overload]
    connection.execute("ANALYZE crowd")


def _drop_indexes(connection: psycopg.Connection[tuple[object, ...]], tables: list[str]) -> list[str]:
    """Drop the indexes that no constraint stands on, and return how to make them: one sort beats a million inserts."""
    found = connection.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid = ANY (SELECT format('public.%%I', t)::regclass FROM unnest(%s::text[]) t)"
        " AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        [tables],
    ).fetchall()
    for name, _ in found:
        connection.execute(f"DROP INDEX {name}")  # type: ignore[call-overload]
    return [str(definition) for _, definition in found]


@cache
def find_crowd(cluster: Cluster, people: int) -> Database:
    """Return the crowd of a server, filled once: a template for copies, to be read and never written."""
    database = Database(f"crowd_{people}", cluster.socket)
    cluster.run(f"CREATE DATABASE {database.name} TEMPLATE {cluster.template.name}")
    cluster.run(f"ALTER DATABASE {database.name} OWNER TO careerhub_owner")
    fill(database, people)
    return database


@contextmanager
def crowded(cluster: Cluster, people: int) -> Iterator[Database]:
    """Give a database of one's own with this many people, copied from the server's crowd, and drop it afterwards."""
    crowd = find_crowd(cluster, people)
    database = Database(f"{crowd.name}_copy_{next(_numbers)}", cluster.socket)
    # the files themselves: the other way writes every page to the log as well
    cluster.run(f"CREATE DATABASE {database.name} TEMPLATE {crowd.name} STRATEGY FILE_COPY")
    cluster.run(f"ALTER DATABASE {database.name} OWNER TO careerhub_owner")
    try:
        yield database
    finally:
        cluster.run(f"DROP DATABASE {database.name} WITH (FORCE)")
