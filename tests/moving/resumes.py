"""Résumés as real files are: of several trades and scripts, old and new, tidy and not. Nobody in them exists."""

from __future__ import annotations

from typing import Any

MIRA: dict[str, Any] = {
    "$schema": "https://example.org/schema.json",
    "basics": {
        "name": "Mira Östlund-Vance",
        "label": "Hydrologist",
        "image": "https://mira.example.org/me.png",
        "email": "mira.private@example.net",
        "phone": "+1 555 0142",
        "url": "https://mira.example.org",
        "summary": "Rivers, and what people do to them.",
        "location": {
            "address": "3 Weir Lane",
            "postalCode": "99001",
            "city": "Millbrook",
            "countryCode": "us",
            "region": "Oregon",
        },
        "profiles": [
            {"network": "GitHub", "username": "mira", "url": "https://github.com/mira"},
            {"network": "Chat", "username": "@mira", "url": ""},
        ],
    },
    "work": [
        {
            "name": "Basin Survey",
            "location": "Millbrook",
            "description": "A public water authority",
            "position": "Lead Hydrologist",
            "url": "https://basin.example.org/it's",
            "startDate": "2019-03",
            "summary": "Runs the gauging network.",
            "highlights": ["Cut the lag of **flood warnings** to 4 minutes", "Trained 12 observers"],
            "keywords": ["postgres", "Gauge calibration"],
            "x-team": {"size": 12},
        },
        {"name": "Rill & Sons", "position": "Field Technician", "startDate": "2014", "endDate": "2019-02-28"},
    ],
    "volunteer": [
        {"organization": "Clean Creek", "position": "Guide", "startDate": "2020-05-01", "endDate": "Present"}
    ],
    "education": [
        {
            "institution": "Lakeside College",
            "area": "Hydrology",
            "studyType": "MSc",
            "startDate": "2010",
            "endDate": "2014",
            "score": 3.9,
            "courses": ["Open channels", "Statistics"],
        }
    ],
    "awards": [{"title": "Silver Gauge", "date": "2021-11", "awarder": "River Guild", "summary": "For the network."}],
    "publications": [
        {"name": "On Weirs", "publisher": "Journal of Flow", "releaseDate": "2022", "url": "journal.example.org/weirs"}
    ],
    "certificates": [{"name": "Boat licence", "date": "2018-06-01", "issuer": "Harbour Office", "expires": "2028-06"}],
    "skills": [
        {"name": "Data", "level": "Advanced", "keywords": ["Python", "Hydrographs", "python"]},
        {"name": "Rowing", "level": "Rather good"},
    ],
    "languages": [
        {"language": "English", "fluency": "Native speaker"},
        {"language": "Deutsch", "fluency": "B2"},
        {"language": "Riverish", "fluency": "Near-native"},
    ],
    "interests": [{"name": "Maps", "keywords": ["Contour lines"]}],
    "references": [{"name": "A. Sluice", "reference": "Reads a river like a page."}],
    "projects": [
        {
            "name": "weir-sim",
            "description": "Simulates weirs.",
            "highlights": ["Used by three towns"],
            "keywords": ["Python", "flow"],
            "startDate": "2020-01",
            "url": "https://github.com/mira/weir-sim",
            "roles": ["Author", "Maintainer"],
            "entity": "Basin Survey",
            "type": "application",
        }
    ],
    "meta": {"version": "v1.0.0", "theme": "paper", "language": "en-US"},
    "x-theme": {"colour": "blue"},
}
# In the file's order; of the four skills one repeats another's name.
MIRA_ENTRIES = 1 + 1 + 2 + 2 + 1 + 1 + 1 + 1 + 1 + 3 + 3 + 1 + 1 + 1

# 0.0.x: the older names of everything.
LEGACY: dict[str, Any] = {
    "basics": {
        "name": "Odo Farrell",
        "picture": "odo.jpg",
        "bio": "Keeps clocks.",
        "website": "https://odo.example.net",
    },
    "work": [
        {"company": "Tick & Co", "position": "Clockmaker", "website": "https://tick.example.net", "startDate": "1999"}
    ],
    "volunteer": [{"organization": "Old Tower", "position": "Winder", "website": "https://tower.example.net"}],
    "education": [{"institution": "Guild School", "studyType": "Diploma", "gpa": "first class"}],
    "awards": [{"title": "Golden Cog", "awardDate": "2005-05-05"}],
    "publications": [{"name": "Escapements", "website": "https://tick.example.net/book"}],
    "hobbies": [{"name": "Sundials"}],
}

# Other scripts, a name of one word, nothing in Latin letters.
YUKI: dict[str, Any] = {
    "basics": {"name": "由紀", "label": "庭師", "location": "京都市", "summary": "庭と水。"},
    "work": [{"name": "水庭園", "position": "庭師", "startDate": "2011-04", "highlights": ["苔の手入れ"]}],
    "projects": [{"name": "石橋", "description": "石の橋。"}, {"name": "竹垣"}],
    "skills": [{"name": "剪定"}],
    "languages": [{"language": "日本語", "fluency": "Native speaker"}],
    "lang": "ja",
}

# Forty years of which only the years are known.
LONG: dict[str, Any] = {
    "basics": {"name": "Ansel Thornbury"},
    "work": [
        {"name": f"Shipyard {year}", "position": "Welder", "startDate": str(year), "endDate": str(year + 2)}
        for year in range(1980, 2020, 2)
    ],
}

# Nulls and blanks wherever they can be.
BLANK: dict[str, Any] = {
    "basics": {"name": "Nell Corrigan", "label": None, "email": "", "location": {"city": None}, "profiles": []},
    "work": [
        {"name": "Mill", "position": "", "startDate": None, "endDate": "", "highlights": None, "url": None},
        {"name": "", "position": None, "highlights": []},
        None,
        {},
    ],
    "volunteer": None,
    "education": [],
    "skills": [{"name": "Baking", "level": "", "keywords": []}, {"name": None, "keywords": [""]}],
    "languages": [{"language": None}],
    "meta": None,
    "$schema": "",
}
