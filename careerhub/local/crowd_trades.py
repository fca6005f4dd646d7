"""The trades of the crowd, in English."""

from __future__ import annotations

from careerhub.local.crowd_words import Trade, split_words

SOFTWARE = Trade(
    industry="Software",
    titles=("Junior Developer", "Software Engineer", "Senior Software Engineer", "Lead Engineer"),
    kinds=("Software", "Systems", "Labs", "Digital"),
    bullets=(
        "Split a billing monolith into {n} services without a day of downtime",
        "Brought the p95 latency of the public API from {n}0 ms down by **{pct} %**",
        "Wrote the test suite that let a team of {team} release every day instead of once a month",
        "Moved {n} million rows to a partitioned PostgreSQL schema while customers kept working",
        "Paired with support for two weeks a year and removed the ten most frequent complaints",
        "Introduced code review guidelines that {team} engineers still follow",
        "Replaced a nightly batch with events; orders appear after seconds instead of hours",
        "Deleted {n},000 lines of code nobody could explain, with tests to prove it",
        "Ran the on-call rota and halved its pages within {half} months",
        "Mentored {half} juniors, two of whom now lead teams of their own",
    ),
    technologies=split_words(
        "Python|PostgreSQL|Go|Java|Spring Boot|Django|Redis|Docker|Kubernetes|RabbitMQ|Git|Linux|GitHub Actions|"
        "TypeScript|React|Amazon Web Services|Terraform|Apache Kafka"
    ),
    skills=split_words("API design|Code review|Data modelling|Incident response|Mentoring|Performance tuning|Testing"),
    projects=(
        ("Receipts in real time", "Receipts arrive on the phone *before* the door closes."),
        ("Search that understands typing", "A product search that forgives mistakes and answers in {n} ms."),
        ("Migration without a weekend", "Moved {n} databases to a new cluster during office hours."),
        ("Open-source queue inspector", "A terminal view of what waits, what runs and what failed, with `--watch`."),
        ("Partner portal", "Self-service for {n}0 partners, who used to send spreadsheets by mail."),
    ),
    fields=("Computer Science", "Software Engineering", "Mathematics", "Physics"),
    certificates=("Cloud Practitioner", "Certified Kubernetes Operator", "Secure Coding, level 2"),
    focus=("backend systems and data", "developer tooling", "payments and billing", "platforms other teams build on"),
)

DATA = Trade(
    industry="Analytics",
    titles=("Junior Analyst", "Data Analyst", "Senior Data Scientist", "Head of Data"),
    kinds=("Analytics", "Insight", "Research", "Data"),
    bullets=(
        "Built the weekly demand forecast; planners now order **{pct} % less** surplus",
        "Reconciled {n} conflicting definitions of *active customer* into one",
        "Designed and read out {n} experiments, including the {half} that failed",
        "Automated a report that took one colleague three days a month",
        "Trained {team} colleagues in SQL, with exercises from their own work",
        "Documented every column of the warehouse together with the people who fill it",
        "Found a pricing error worth {n},000 a month by plotting the residuals",
        "Set up data tests that stop a broken load before anybody sees it",
    ),
    technologies=split_words(
        "Python|SQL|pandas|dbt|Snowflake|Apache Airflow|Tableau|R|scikit-learn|Jupyter|PostgreSQL|Microsoft Power BI|Polars"
    ),
    skills=split_words(
        "Experiment design|Forecasting|Statistics|Data visualisation|Stakeholder interviews|Data quality"
    ),
    projects=(
        ("Churn, explained", "A model that says *why*, in words the service team can use."),
        ("One definition of revenue", "Agreed between {half} departments, tested every night."),
        ("City bike atlas", "Maps of {n}0,000 rides from open data, redrawn each Sunday."),
        ("Forecast post-mortems", "A library of forecasts that went wrong and what was learnt."),
    ),
    fields=("Statistics", "Economics", "Applied Mathematics", "Geography"),
    certificates=("Analytics Engineer", "Applied Statistics", "Data Protection Basics"),
    focus=("forecasting", "experimentation", "reporting people trust", "customer analytics"),
)

NURSING = Trade(
    industry="Health care",
    titles=("Nursing Assistant", "Registered Nurse", "Senior Staff Nurse", "Ward Manager"),
    kinds=("General Hospital", "Clinic", "Care Homes", "Community Health"),
    bullets=(
        "Cared for up to {half} patients a shift on a ward of {n} beds",
        "Introduced bedside handovers; medication errors fell by **{pct} %**",
        "Trained {team} new colleagues during their first three months",
        "Ran the wound clinic two mornings a week",
        "Took part in the trial of the electronic record and rewrote its discharge form",
        "Kept falls under the regional average for {half} quarters in a row",
        "Coordinated discharges with social services and families",
        "Led the monthly resuscitation drill for the whole floor",
    ),
    technologies=split_words("Epic EHR|HL7 FHIR|Microsoft Excel|Microsoft Teams|Meditech"),
    skills=split_words(
        "Patient assessment|Medication administration|Wound care|Palliative care|Triage|Handover|Infection control|"
        "Teaching students|Rostering|Family communication"
    ),
    projects=(
        ("Quiet hours", "Two hours without rounds each afternoon: patients slept **{pct} %** longer."),
        ("Falls map", "A floor plan with every fall of a year on it, and {half} changes that followed."),
        ("Discharge in plain words", "Leaflets written with patients, in {half} languages."),
    ),
    fields=("Nursing", "Nursing and Public Health", "Midwifery"),
    certificates=("Advanced Life Support", "Infection Prevention", "Practice Educator"),
    focus=("acute medicine", "intensive care", "care at home", "teaching the next generation"),
)

TEACHING = Trade(
    industry="Education",
    titles=("Trainee Teacher", "Teacher of Sciences", "Head of Year", "Deputy Head"),
    kinds=("Secondary School", "College", "Academy", "Primary School"),
    bullets=(
        "Taught {half} classes of up to {team} pupils in mathematics and physics",
        "Raised the share of pupils who pass at the first attempt by {pct} points",
        "Founded the robotics club, which has grown to {n} members",
        "Rewrote the curriculum for years 7 to 9 together with {team} colleagues",
        "Organised exchange visits with a partner school {half} years in a row",
        "Coached newly qualified teachers through their first year",
        "Introduced project weeks in which pupils teach one another",
    ),
    technologies=split_words("Moodle|GeoGebra|Google Classroom|Microsoft 365|Arduino|Kahoot!|Raspberry Pi"),
    skills=split_words(
        "Lesson planning|Classroom management|Formative assessment|Curriculum design|Special educational needs|"
        "Parent conferences|Public speaking|Project-based learning"
    ),
    projects=(
        ("Weather station on the roof", "Built by pupils of year 8; its data is read by the local newspaper."),
        ("Maths trail", "A walk through town with {n} problems, each visible from the pavement."),
        ("Homework that fits", "Shorter, better, marked within {half} days."),
    ),
    fields=("Education", "Mathematics with Education", "Physics", "History"),
    certificates=("Teaching Licence", "Safeguarding", "First Aid for Schools"),
    focus=("sciences taught by experiment", "inclusive classrooms", "school development"),
)

BUILDING = Trade(
    industry="Construction",
    titles=("Graduate Engineer", "Structural Engineer", "Senior Structural Engineer", "Project Director"),
    kinds=("Engineering", "Structures", "Consultants", "Construction"),
    bullets=(
        "Designed the frame of a {half}-storey timber building from sketch to site",
        "Reduced the concrete of a car park by **{pct} %** through a second look at its slabs",
        "Supervised works worth {n} million on a live railway, without a reportable accident",
        "Checked the calculations of {team} colleagues and signed for them",
        "Surveyed {n} bridges and ranked their repairs by risk",
        "Coordinated models of all trades; clashes on site fell to {half}",
        "Wrote the office guide to reusing steel beams",
    ),
    technologies=split_words(
        "AutoCAD|Autodesk Revit|Tekla Structures|ETABS|RFEM|Rhinoceros 3D|Primavera P6|Microsoft Excel"
    ),
    skills=split_words(
        "Structural analysis|Timber design|Reinforced concrete|Site supervision|Tender documents|Risk assessment|"
        "Bridge inspection|Cost estimation"
    ),
    projects=(
        ("Footbridge over the weir", "A span of {n} metres, lifted in during one night."),
        ("School in timber", "{half} storeys, {pct} % less embodied carbon than its brief allowed."),
        ("Grain store to library", "A listed shell kept standing while everything inside it changed."),
        ("Flood wall", "{n}0 metres of wall that people now sit on."),
    ),
    fields=("Civil Engineering", "Structural Engineering", "Architecture"),
    certificates=("Chartered Engineer", "Site Safety Supervisor", "BIM Coordinator"),
    focus=("timber structures", "bridges", "reuse of existing buildings"),
)

LOGISTICS = Trade(
    industry="Logistics",
    titles=("Warehouse Operative", "Shift Supervisor", "Operations Manager", "Regional Logistics Manager"),
    kinds=("Freight", "Logistics", "Warehousing", "Shipping"),
    bullets=(
        "Ran a warehouse of {n},000 pallets with a team of {team}",
        "Cut mispicks by **{pct} %** with new labels and shorter walks",
        "Renegotiated {half} haulage contracts; cost per drop fell by {pct} %",
        "Moved the site to a new building over one bank holiday",
        "Planned {n} lorries a day across {half} depots",
        "Brought accident-free days from {n} to more than three hundred",
        "Introduced returns grading, which gave {pct} % of goods a second life",
    ),
    technologies=split_words("SAP EWM|SAP S/4HANA|Microsoft Excel|Microsoft Power BI|Tableau|Microsoft Project"),
    skills=split_words(
        "Route planning|Inventory control|Lean methods|Customs procedures|Shift planning|Forklift operation|"
        "Supplier negotiation|Cold chain|Health and safety"
    ),
    projects=(
        ("Paperless gate", "Lorries are through in {half} minutes instead of {n}."),
        ("Peak without overtime", "A plan for December that was kept."),
        ("Cold chain you can see", "Temperature of every pallet, on one wall."),
    ),
    fields=("Logistics", "Business Administration", "Industrial Engineering"),
    certificates=("Dangerous Goods Adviser", "Lean Practitioner", "Forklift Licence"),
    focus=("warehouses that run without shouting", "cross-border freight", "cold chains"),
)

DESIGN = Trade(
    industry="Design",
    titles=("Junior Designer", "Product Designer", "Senior UX Designer", "Design Lead"),
    kinds=("Studio", "Design", "Works", "Agency"),
    bullets=(
        "Redesigned the sign-up; **{pct} % more** people finish it",
        "Interviewed {n} customers in their kitchens, depots and cabs",
        "Built the design system that {half} product teams share",
        "Tested every release with people who use screen readers",
        "Turned {n} forms into {half}",
        "Led a team of {team} designers and one very patient writer",
        "Prototyped three directions in a week, threw two away in public",
    ),
    technologies=split_words("Figma|Adobe Illustrator|Adobe InDesign|Adobe Photoshop|Miro|HTML|CSS|Storybook|Webflow"),
    skills=split_words(
        "Interaction design|User research|Prototyping|Accessibility|Information architecture|Design systems|"
        "Workshop facilitation|Typography"
    ),
    projects=(
        ("Timetable for everyone", "A bus timetable readable at arm's length by {pct} % of riders over seventy."),
        ("Form diet", "Removed {n} questions from a council's forms."),
        ("Icons with manners", "A set of {n} icons, drawn, tested and given away."),
    ),
    fields=("Interaction Design", "Visual Communication", "Psychology"),
    certificates=("Accessibility Specialist", "Usability Practitioner"),
    focus=("services people have to use", "one visual language", "research with hard-to-reach groups"),
)

FINANCE = Trade(
    industry="Finance",
    titles=("Accounts Assistant", "Accountant", "Finance Manager", "Finance Director"),
    kinds=("Partners", "Accounting", "Holdings", "Manufacturing"),
    bullets=(
        "Shortened the month-end close from {n} days to {half}",
        "Managed the audit of {half} companies in {half} countries",
        "Built a cash forecast that was within {half} % for a year",
        "Replaced {n} spreadsheets by one model with an owner",
        "Negotiated terms that freed {n},000 of working capital",
        "Led a team of {team} through the move to a new ledger",
        "Explained the numbers to the works council, every quarter, without slides",
    ),
    technologies=split_words("Microsoft Excel|SAP S/4HANA|Microsoft Power BI|VBA|Xero|Oracle NetSuite|Workday|DATEV"),
    skills=split_words(
        "Financial reporting|Budgeting|Cash forecasting|Cost accounting|Audit|Tax|Financial modelling|Controlling"
    ),
    projects=(
        ("Close in {half} days", "Fewer steps, earlier cut-offs, no heroics."),
        ("Cost of a parcel", "The first number both finance and operations believed."),
        ("Chart of accounts, pruned", "From {n}00 accounts to {n}0."),
    ),
    fields=("Accounting", "Finance", "Business Administration"),
    certificates=("Chartered Accountant", "Treasury Fundamentals", "Internal Auditor"),
    focus=("controlling in manufacturing", "small finance teams", "clear reporting"),
)

COOKING = Trade(
    industry="Hospitality",
    titles=("Commis Chef", "Chef de Partie", "Sous-Chef", "Head Chef"),
    kinds=("Kitchen", "Bistro", "Hotel", "Catering"),
    bullets=(
        "Cooked {n}0 covers a night in a brigade of {team}",
        "Brought food cost down by {half} points without smaller plates",
        "Wrote {half} seasonal menus a year with growers from within an hour's drive",
        "Trained {half} apprentices; all of them are still in the trade",
        "Cut kitchen waste by **{pct} %** by weighing it every evening",
        "Took the kitchen from two to five in the hygiene rating",
        "Opened a second site and handed it over within {n} weeks",
    ),
    technologies=split_words("Microsoft Excel|Opera PMS|Google Workspace|Canva"),
    skills=split_words(
        "Menu planning|Sauces|Butchery|Pastry|Fermentation|Food safety|Stock control|Brigade leadership|Allergen management"
    ),
    projects=(
        ("The field menu", "Everything on the plate from {half} farms."),
        ("Staff meals worth staying for", "Same budget, {n} new dishes."),
        ("Pop-up on the pier", "{half} weekends, {n} seats, one burner too few."),
    ),
    fields=("Culinary Arts", "Hotel Management"),
    certificates=("Food Hygiene, level 3", "Allergen Awareness", "Sommelier, first stage"),
    focus=("vegetable cooking", "bread and pastry", "calm kitchens"),
)

LABORATORY = Trade(
    industry="Life sciences",
    titles=("Laboratory Assistant", "Research Technician", "Research Scientist", "Laboratory Manager"),
    kinds=("Biosciences", "Institute", "Diagnostics", "Research Centre"),
    bullets=(
        "Prepared and sequenced {n}0 samples a week",
        "Halved the failure rate of the assay by changing {half} steps",
        "Took the laboratory through accreditation at the first attempt",
        "Published {half} papers as first or second author",
        "Maintained {n} instruments and the calendar everybody fought over",
        "Supervised {team} students, two of whom stayed for a doctorate",
        "Moved the sample log from paper to a database that says who, what and when",
    ),
    technologies=split_words("R|Python|MATLAB|REDCap|IBM SPSS Statistics|Zotero|LaTeX|Microsoft Excel"),
    skills=split_words(
        "Cell culture|PCR|Microscopy|Good laboratory practice|Assay development|Scientific writing|Statistics|Safety officer"
    ),
    projects=(
        ("Freezer census", "Every tube counted, {pct} % of them kept."),
        ("Open protocols", "{n} protocols written so that a stranger can repeat them."),
        ("Pollen calendar", "{half} years of counts from one roof."),
    ),
    fields=("Biology", "Biochemistry", "Chemistry", "Biotechnology"),
    certificates=("Good Laboratory Practice", "Biosafety Officer", "Radiation Protection"),
    focus=("molecular diagnostics", "plant biology", "quality in the laboratory"),
)

MECHANICS = Trade(
    industry="Mechanical engineering",
    titles=("Apprentice Mechanic", "Design Engineer", "Senior Design Engineer", "Engineering Manager"),
    kinds=("Engineering", "Machines", "Pumps", "Automation"),
    bullets=(
        "Designed {n} pump housings, from first sketch to series",
        "Took **{pct} %** of the weight out of a gearbox with the same service life",
        "Set up the test bench on which every prototype now runs for {n}0 hours",
        "Brought tool change down from {n} minutes to {half}",
        "Cut scrap by {pct} % together with the people at the machine",
        "Led {team} engineers at {half} sites",
        "Programmed the cell that packs what used to be packed at night",
    ),
    technologies=split_words(
        "SOLIDWORKS|Siemens NX|CATIA|Ansys|Siemens TIA Portal|MATLAB|Simulink|Teamcenter|IEC 61131-3|LabVIEW"
    ),
    skills=split_words(
        "Mechanical design|Tolerancing|Finite elements|Prototyping|Machining|Design for manufacture|Test planning|Welding"
    ),
    projects=(
        ("Quiet pump", "{half} decibels less, and nobody had to wear ear protection any more."),
        ("Gripper for eggs", "Moves {n} eggs a minute and breaks none."),
        ("Spare parts from the printer", "{n} parts of machines older than their operators."),
    ),
    fields=("Mechanical Engineering", "Mechatronics", "Production Engineering"),
    certificates=("CAD Professional", "Functional Safety Engineer", "Welding Inspector"),
    focus=("pumps and valves", "special machines", "design for manufacture"),
)

MARKETING = Trade(
    industry="Marketing",
    titles=("Marketing Assistant", "Content Editor", "Campaign Manager", "Head of Communications"),
    kinds=("Media", "Communications", "Press", "Foundation"),
    bullets=(
        "Edited a newsletter that {n},000 people open every week",
        "Planned {half} campaigns a year with a team of {team}",
        "Raised donations by **{pct} %** by asking less often and saying why",
        "Rewrote {n} pages so that they answer the question people came with",
        "Moved the archive of {n},000 pictures to a system with rights and captions",
        "Trained {team} spokespeople for the camera",
        "Measured what campaigns changed, and stopped {half} that changed nothing",
    ),
    technologies=split_words(
        "WordPress|Google Analytics|Mailchimp|HubSpot|Canva|Adobe Premiere Pro|Adobe InDesign|Salesforce|Notion"
    ),
    skills=split_words(
        "Copywriting|Editing|Campaign planning|Media relations|Event planning|Search optimisation|Photography|Budgeting"
    ),
    projects=(
        ("A year in {n} letters", "Readers wrote, we printed."),
        ("Museum night", "{half} houses, {n},000 visitors, one ticket."),
        ("Plain annual report", "Read to the end by {pct} % of those who opened it."),
    ),
    fields=("Communication Studies", "English Literature", "Marketing"),
    certificates=("Digital Marketing", "Media Law for Editors"),
    focus=("non-profit campaigns", "editorial work", "science communication"),
)

TRADES = (
    SOFTWARE,
    DATA,
    NURSING,
    TEACHING,
    BUILDING,
    LOGISTICS,
    DESIGN,
    FINANCE,
    COOKING,
    LABORATORY,
    MECHANICS,
    MARKETING,
)
