"""The tongues of the crowd that aren't written in Latin letters: a small stock of words each, one trade each."""

from __future__ import annotations

from careerhub.local.crowd_words import Tongue, Trade, split_pairs, split_words

UKRAINIAN = Tongue(
    lang="uk",
    given=split_pairs(
        "Андрій=Andrii|Богдан=Bohdan|Василина=Vasylyna|Дарина=Daryna|Ждана=Zhdana|Зоряна=Zoriana|Левко=Levko|Мирослава=Myroslava|"
        "Остап=Ostap|Роксолана=Roksolana|Тарас=Taras|Юрій=Yurii"
    ),
    surnames=split_pairs(
        "Вітряненко=Vitrianenko|Громовенко=Hromovenko|Дощенко=Doshchenko|Журавленко=Zhuravlenko|Калиненко=Kalynenko|"
        "Лебеденко=Lebedenko|Морозенко=Morozenko|Пролісенко=Prolisenko|Соняшенко=Soniashenko|Тополенко=Topolenko"
    ),
    cities=split_pairs("Львів, Україна=UA|Полтава, Україна=UA|Чернівці, Україна=UA|Вінниця, Україна=UA"),
    makers=split_words("Світанок|Бурштин|Кришталь|Джерело|Барвінок|Обрій|Смерека|Жайвір"),
    schools=split_words(
        "Прикарпатська політехніка «Обрій»|Університет Срібного Бору|Коледж цифрових технологій «Крок»"
    ),
    degrees=split_words("Молодший спеціаліст|Бакалавр|Магістр"),
    boards=split_words("Рада професійних стандартів|Спілка інженерів «Крок»"),
    languages=split_pairs("Англійська=en|Польська=pl|Німецька=de"),
    mother_tongue="Українська",
    working_language="Робочий рівень",
    headline="{title}: {focus}",
    summaries=(
        (
            "Стаж у роках: {years}. Працюю з темою «{focus}» і ціную **зрозумілі домовленості**.\n\nЗ чим до мене звертаються:\n\n"
            "- {skill}\n- {other_skill}"
        ),
        "Мій напрям: {focus}. Сильні сторони: {skill_low}, {other_skill_low}. Люблю невеликі команди й прості рішення.",
    ),
    results=("Витрати менші на {pct}%", "Працює щодня", "Завершено раніше строку"),
    clients=split_words("Корпорація «Чорний Лебідь»|Банк «Золота Брама Плюс»|Холдинг «Мідний Вітер»"),
    withheld=split_words("Державна установа|Міжнародний банк|Виробнича компанія"),
    interests=split_words("Походи|Гончарство|Шахи|Хоровий спів"),
    trades=(
        Trade(
            industry="Інформаційні технології",
            titles=("Молодший розробник", "Розробник", "Старший розробник", "Технічний лідер"),
            kinds=("Софт", "Системи", "Цифра"),
            bullets=(
                "Скорочення часу відповіді сервісу на **{pct}%**",
                "Перенесення бази даних без зупинки роботи, обсяг у гігабайтах: {n}",
                "Автоматичні тести для головних сценаріїв, покриття {pct}%",
                "Наставництво для нових колег і щотижневий огляд коду",
                "Впровадження моніторингу та чергувань",
            ),
            technologies=split_words("Python|Django|PostgreSQL|Docker|TypeScript|React|Git|Redis|Linux"),
            skills=split_words("Проєктування API|Огляд коду|Моделювання даних|Тестування|Наставництво|Оптимізація"),
            projects=(
                ("Карта громадських криниць", "Відкрита карта, яку доповнюють мешканці."),
                ("Електронна черга", "Запис до поліклініки **за хвилину**."),
                ("Архів фотографій", "Пошук за підписами, місцем і роком."),
            ),
            fields=split_words("Комп'ютерні науки|Прикладна математика"),
            certificates=split_words("Безпечна розробка|Адміністрування баз даних"),
            focus=split_words("серверна розробка|дані та аналітика|відкриті сервіси"),
        ),
    ),
)

GREEK = Tongue(
    lang="el",
    given=split_pairs(
        "Αγγελική=Angeliki|Βασιλική=Vasiliki|Δανάη=Danai|Ειρήνη=Eirini|Θάλεια=Thaleia|Κλειώ=Kleio|Μυρτώ=Myrto|Νεφέλη=Nefeli|"
        "Ουρανία=Ourania|Φωτεινή=Foteini"
    ),
    surnames=split_pairs(
        "Αλμυρίδου=Almyridou|Βουνάκη=Vounaki|Γλαρίδου=Glaridou|Θαλασσινού=Thalassinou|Κυμοθόη=Kymothoi|Λιοπύρη=Liopyri|"
        "Μελισσά=Melissa|Πεταλούδη=Petaloudi|Σταχυά=Stachya|Χειμωνίδου=Cheimonidou"
    ),
    cities=split_pairs("Πάτρα, Ελλάδα=GR|Χανιά, Ελλάδα=GR|Βόλος, Ελλάδα=GR|Λευκωσία, Κύπρος=CY"),
    makers=split_words("Ακρόπολη Μέλλον|Γαλήνη|Ελπίδα|Ηλιαχτίδα|Μαΐστρος|Πυξίδα"),
    schools=split_words("Πανεπιστήμιο Ακτών|Σχολή Επιστημών Υγείας Ιονίου Πελάγους|Ανωτέρα Σχολή Πίνδου"),
    degrees=split_words("Πτυχίο|Δίπλωμα|Μεταπτυχιακό"),
    boards=split_words("Ένωση Επαγγελμάτων Υγείας|Συμβούλιο Πιστοποίησης Νότου"),
    languages=split_pairs("Αγγλικά=en|Γαλλικά=fr|Ιταλικά=it"),
    mother_tongue="Ελληνικά",
    working_language="Πολύ καλά",
    headline="{title}: {focus}",
    summaries=(
        "{years} χρόνια εμπειρίας με επίκεντρο: **{focus}**.\n\n- {skill}\n- {other_skill}\n- συνεργασία με ανθρώπους που ακούνε",
        "Ασχολούμαι με το αντικείμενο «{focus}». Δυνατά σημεία: {skill_low}, {other_skill_low}. Πιστεύω στις μικρές ομάδες.",
    ),
    results=("Μείωση κόστους κατά {pct}%", "Χρησιμοποιείται καθημερινά", "Ολοκληρώθηκε νωρίτερα"),
    clients=split_words("Όμιλος Μελανή Πέτρα|Ίδρυμα Χρυσή Σφενδόνη|Κλινική Αργυρό Τόξο"),
    withheld=split_words("Ιδιωτική κλινική|Δημόσιος οργανισμός|Διεθνής τράπεζα"),
    interests=split_words("Ιστιοπλοΐα|Κεραμική|Χορωδία|Πεζοπορία"),
    trades=(
        Trade(
            industry="Υγεία",
            titles=("Βοηθός νοσηλεύτρια", "Νοσηλεύτρια", "Υπεύθυνη βάρδιας", "Προϊσταμένη"),
            kinds=("Κλινική", "Κέντρο Υγείας", "Νοσοκομείο"),
            bullets=(
                "Φροντίδα ασθενών σε τμήμα {n} κλινών",
                "Μείωση των πτώσεων κατά **{pct}%** μέσα σε έναν χρόνο",
                "Εκπαίδευση νέων συναδέλφων, {team} άτομα τον χρόνο",
                "Εισαγωγή ηλεκτρονικού φακέλου και εκπαίδευση του τμήματος",
                "Συντονισμός εξιτηρίων με τις οικογένειες",
            ),
            technologies=split_words("HL7 FHIR|Microsoft Excel|Epic EHR|Microsoft Teams"),
            skills=split_words("Φροντίδα τραυμάτων|Διαλογή|Παρηγορική φροντίδα|Πρόληψη λοιμώξεων|Εκπαίδευση|Βάρδιες"),
            projects=(
                ("Ήσυχες ώρες", "Δύο ώρες ησυχίας κάθε απόγευμα: *καλύτερος ύπνος* για όλους."),
                ("Οδηγός εξιτηρίου", "Απλές οδηγίες γραμμένες μαζί με ασθενείς."),
            ),
            fields=split_words("Νοσηλευτική|Δημόσια υγεία"),
            certificates=split_words("Προχωρημένη υποστήριξη ζωής|Πρόληψη λοιμώξεων"),
            focus=split_words("εντατική φροντίδα|φροντίδα στο σπίτι|εκπαίδευση"),
        ),
    ),
)

JAPANESE = Tongue(
    lang="ja",
    given=split_pairs(
        "あおば=Aoba|一颯=Issa|詩織=Shiori|千景=Chikage|朔太=Sakuta|澄香=Sumika|透子=Toko|陽向=Hinata|悠真=Yuma|凛音=Rion"
    ),
    surnames=split_pairs(
        "朝露=Asatsuyu|霞橋=Kasumibashi|桐生沢=Kiryuzawa|月見里=Yamanashi|常磐野=Tokiwano|名月=Nazuki|雪解=Yukige|若草野=Wakakusano|"
        "綿津見=Watatsumi|夕凪=Yunagi"
    ),
    surname_first=True,
    joint="",
    cities=split_pairs("長野県松本市=JP|石川県金沢市=JP|兵庫県神戸市=JP|北海道旭川市=JP"),
    makers=split_words("あけぼの|せせらぎ|たそがれ|ひだまり|みちしお|ゆきどけ"),
    schools=split_words("信濃高原工科大学|瀬戸内みなと大学|北国技術短期大学"),
    degrees=split_words("短期大学士|学士|修士"),
    boards=split_words("ものづくり技能協会|職業能力評価機構"),
    languages=split_pairs("英語=en|中国語=zh|韓国語=ko"),
    mother_tongue="日本語",
    working_language="業務で使用",
    headline="{title}｜{focus}",
    summaries=(
        "{focus}を中心に{years}年の経験があります。**現場で確かめること**を大切にしています。\n\n- {skill}\n- {other_skill}\n- 若手の育成",
        "{years}年にわたり{focus}に携わってきました。得意分野は{skill}と{other_skill}です。",
    ),
    results=("費用を{pct}%削減", "現在も毎日使用されている", "予定より早く完了"),
    clients=split_words("黒曜石重工業|銀鈴ホールディングス|蒼天製薬化学"),
    withheld=split_words("国内の製造業|金融機関|官公庁"),
    interests=split_words("登山|陶芸|将棋|写真"),
    trades=(
        Trade(
            industry="機械製造",
            titles=("見習い技術者", "機械設計エンジニア", "主任設計エンジニア", "設計部長"),
            kinds=("精機株式会社", "工業株式会社", "製作所"),
            bullets=(
                "搬送装置の設計を見直し、部品点数を**{pct}%削減**",
                "試作から量産まで{half}機種を担当",
                "段取り替え時間を{n}分から{half}分に短縮",
                "{team}名の設計チームの進捗管理と教育",
                "不良率を{pct}%低減する治具を考案",
            ),
            technologies=split_words("SOLIDWORKS|AutoCAD|Siemens NX|MATLAB|Microsoft Excel|Siemens TIA Portal|Ansys"),
            skills=split_words("機械設計|公差設計|強度解析|試作評価|生産技術|図面作成"),
            projects=(
                ("静かなポンプ", "運転音を大幅に下げた小型ポンプの開発。"),
                ("手作業支援ロボット", "*重いものを持たない*組立ライン。"),
            ),
            fields=split_words("機械工学|電子機械工学"),
            certificates=split_words("機械設計技能士|品質管理検定"),
            focus=split_words("省力化装置の設計|ポンプとバルブの開発|生産ラインの改善"),
        ),
    ),
)

ARABIC = Tongue(
    lang="ar",
    given=split_pairs(
        "أيهم=Ayham|باسل=Basel|جاد=Jad|زيدان=Zidan|سليم=Salim|طارق=Tareq|عمّار=Ammar|كرم=Karam|مازن=Mazen|نديم=Nadim"
    ),
    surnames=split_pairs(
        "البيلساني=Al-Bailasani|الرمّاني=Al-Rummani|الزيزفوني=Al-Zayzafuni|السنديان=Al-Sindiyan|الغديري=Al-Ghadiri|"
        "الكستنائي=Al-Kastanai|الليلكي=Al-Laylaki|النوارسي=Al-Nawarisi"
    ),
    cities=split_pairs("إربد، الأردن=JO|طنجة، المغرب=MA|صفاقس، تونس=TN|صلالة، عُمان=OM"),
    makers=split_words("الأفق الأزرق|البوصلة|السنابل|الفنار|المرجان|النخيل"),
    schools=split_words("جامعة الواحة التقنية|كلية الساحل للأعمال|معهد الجبل العالي"),
    degrees=split_words("دبلوم|بكالوريوس|ماجستير"),
    boards=split_words("المجلس المهني للمعايير|معهد الممارسة السليمة"),
    languages=split_pairs("الإنجليزية=en|الفرنسية=fr|الإسبانية=es"),
    mother_tongue="العربية",
    working_language="مستوى مهني",
    headline="{title}: {focus}",
    summaries=(
        "سنوات الخبرة: {years}. مجال عملي **{focus}**.\n\n- {skill}\n- {other_skill}\n- العمل ضمن فرق صغيرة",
        "أعمل في مجال {focus}، وأبرز ما أجيده: {skill} و{other_skill}. أفضّل الحلول البسيطة التي تدوم.",
    ),
    results=("خفض التكاليف بنسبة {pct}٪", "ما زال قيد الاستخدام يومياً", "أُنجز قبل موعده"),
    clients=split_words("مجموعة الصخر الأسود|مصرف الياقوت الدولي|شركة العنقاء القابضة"),
    withheld=split_words("جهة حكومية|مصرف دولي|شركة عائلية"),
    interests=split_words("الخط العربي|الشطرنج|المشي|الطبخ"),
    trades=(
        Trade(
            industry="الخدمات اللوجستية",
            titles=("مساعد عمليات", "مشرف مستودع", "مدير عمليات", "مدير إقليمي"),
            kinds=("للنقل", "للتخزين", "للشحن"),
            bullets=(
                "إدارة حركة المستودع وخفض أخطاء التجهيز بنسبة **{pct}٪**",
                "إعادة تخطيط المسارات وتقليل زمن التسليم بنسبة {pct}٪",
                "تدريب الموظفين الجدد على إجراءات السلامة",
                "تطبيق نظام تتبّع للشحنات المبرّدة",
                "التفاوض مع شركات النقل وتجديد العقود",
            ),
            technologies=split_words("SAP S/4HANA|Microsoft Excel|Microsoft Power BI|SAP EWM|Tableau"),
            skills=split_words("تخطيط المسارات|إدارة المخزون|التفاوض|السلامة المهنية|التخليص الجمركي|قيادة الفرق"),
            projects=(
                ("بوابة بلا ورق", "دخول الشاحنات وخروجها *من دون نماذج ورقية*."),
                ("سلسلة تبريد مرئية", "متابعة درجات الحرارة لحظة بلحظة."),
            ),
            fields=split_words("إدارة سلاسل الإمداد|إدارة الأعمال"),
            certificates=split_words("محترف سلاسل الإمداد|السلامة في المستودعات"),
            focus=split_words("الشحن العابر للحدود|المستودعات المبرّدة|تخطيط النقل"),
        ),
    ),
)

HINDI = Tongue(
    lang="hi",
    given=split_pairs(
        "अन्वेषा=Anvesha|ईशान=Ishan|कुमुद=Kumud|चारु=Charu|तन्वी=Tanvi|निहार=Nihar|प्रांजल=Pranjal|मेघ=Megh|वेदांत=Vedant|सुरभि=Surabhi"
    ),
    surnames=split_pairs(
        "कमलवंशी=Kamalvanshi|गिरिधर=Giridhar|चंदनवाल=Chandanwal|झरनावत=Jharnavat|नदीपाल=Nadipal|पर्वतकर=Parvatkar|मेघवर्णी=Meghvarni|वनराज=Vanraj"
    ),
    cities=split_pairs("जबलपुर, मध्य प्रदेश=IN|नासिक, महाराष्ट्र=IN|बीकानेर, राजस्थान=IN|देहरादून, उत्तराखंड=IN"),
    makers=split_words("उषाकिरण|नीलकमल पथ|प्रभात|वनश्री|सरिता|हरियाली"),
    schools=split_words("विंध्य विश्वविद्यालय|हिमगिरि शिक्षण संस्थान|नर्मदा तट महाविद्यालय"),
    degrees=split_words("डिप्लोमा|स्नातक|स्नातकोत्तर"),
    boards=split_words("राष्ट्रीय कौशल मंच|शिक्षक विकास परिषद"),
    languages=split_pairs("अंग्रेज़ी=en|मराठी=mr|बांग्ला=bn"),
    mother_tongue="हिन्दी",
    working_language="कार्य योग्य",
    headline="{title}: {focus}",
    summaries=(
        "{years} वर्षों का अनुभव। कार्यक्षेत्र: **{focus}**।\n\n- {skill}\n- {other_skill}\n- छोटे दलों के साथ काम",
        "कार्यक्षेत्र: {focus}। विशेष दक्षता: {skill} और {other_skill}। सरल भाषा और स्पष्ट योजना में विश्वास।",
    ),
    results=("खर्च में {pct}% की कमी", "आज भी प्रतिदिन उपयोग में", "समय से पहले पूर्ण"),
    clients=split_words("कृष्णशिला समूह|स्वर्णतरी बैंक|वज्रदंत उद्योग"),
    withheld=split_words("सरकारी विभाग|निजी बैंक|निर्माण कंपनी"),
    interests=split_words("शास्त्रीय संगीत|बागवानी|शतरंज|पदयात्रा"),
    trades=(
        Trade(
            industry="शिक्षा",
            titles=("प्रशिक्षु शिक्षक", "विज्ञान शिक्षक", "वरिष्ठ शिक्षक", "उप-प्राचार्य"),
            kinds=("विद्यालय", "शिक्षा केंद्र", "अकादमी"),
            bullets=(
                "{n} विद्यार्थियों की कक्षा में गणित और विज्ञान का अध्यापन",
                "उत्तीर्ण प्रतिशत में **{pct}%** की वृद्धि",
                "विज्ञान मेले का वार्षिक आयोजन",
                "नए शिक्षकों के लिए प्रशिक्षण कार्यशालाएँ",
                "अभिभावकों के साथ मासिक संवाद की शुरुआत",
            ),
            technologies=split_words("Moodle|GeoGebra|Google Classroom|Microsoft 365"),
            skills=split_words("पाठ योजना|कक्षा प्रबंधन|मूल्यांकन|पाठ्यक्रम निर्माण|मार्गदर्शन|संवाद कौशल"),
            projects=(
                ("छत पर मौसम केंद्र", "विद्यार्थियों द्वारा बनाया और चलाया गया *मौसम केंद्र*।"),
                ("गणित की पगडंडी", "शहर में घूमते हुए हल किए जाने वाले प्रश्न।"),
            ),
            fields=split_words("शिक्षा शास्त्र|भौतिकी|गणित"),
            certificates=split_words("शिक्षक पात्रता|प्राथमिक चिकित्सा"),
            focus=split_words("प्रयोग से विज्ञान|समावेशी शिक्षा|ग्रामीण विद्यालय"),
        ),
    ),
)

OTHER_TONGUES = (UKRAINIAN, GREEK, JAPANESE, ARABIC, HINDI)
