"""Every command, as people and cron run it: what it prints, and the code it ends with."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.databases import Database
from tests.people import add_career, add_person

RESUME = {
    "basics": {
        "name": "Nell Quillfeather",
        "label": "Cartographer",
        "email": "nell@example.org",
        "phone": "+1 555 0142",
        "location": {"address": "4 Compass Row", "city": "Northwick", "countryCode": "GB"},
    },
    "work": [{"name": "Isobar Maps", "position": "Surveyor", "startDate": "2019", "endDate": "Present"}],
}


@pytest.fixture
def resume(tmp_path: Path) -> Path:
    path = tmp_path / "nell.json"
    path.write_text(json.dumps(RESUME))
    return path


def import_nell(careerhub: Run, resume: Path, visibility: str = "PUBLIC") -> None:
    done = careerhub("import", resume, "--user", "nell@example.org", "--slug", "nell", "--visibility", visibility)
    assert done.returncode == 0, done.stderr


def test_a_file_becomes_a_profile_and_can_be_read_back(careerhub: Run, resume: Path) -> None:
    import_nell(careerhub, resume)
    exported = json.loads(careerhub("export", "nell").stdout)
    assert exported["basics"]["name"] == "Nell Quillfeather"
    assert exported["work"] == [{"name": "Isobar Maps", "position": "Surveyor", "startDate": "2019"}]
    assert "nell@example.org" not in json.dumps(exported)
    assert "Compass" not in json.dumps(exported)


def test_private_facts_come_out_only_when_asked_for(careerhub: Run, resume: Path) -> None:
    import_nell(careerhub, resume)
    private = json.loads(careerhub("export", "nell", "--private").stdout)
    assert private["basics"]["email"] == "nell@example.org"
    assert private["basics"]["location"]["address"] == "4 Compass Row"


def test_a_private_profile_is_shown_to_its_owner_alone(careerhub: Run, resume: Path) -> None:
    import_nell(careerhub, resume, "PRIVATE")
    assert careerhub("profile", "show", "nell").returncode == 2
    assert json.loads(careerhub("profile", "show", "nell", "--as", "owner").stdout)["full_name"] == "Nell Quillfeather"
    assert careerhub("export", "nell").returncode == 2
    assert careerhub("profile", "set", "nell", "--visibility", "PUBLIC").returncode == 0
    assert careerhub("profile", "show", "nell").returncode == 0


def test_the_owner_sees_only_that_profile(careerhub: Run, resume: Path, database: Database) -> None:
    import_nell(careerhub, resume, "PRIVATE")
    add_career(database.app_engine, add_person(database.app_engine, "other", visibility="PRIVATE"))
    shown = careerhub("profile", "show", "nell", "--as", "owner").stdout
    assert "Isobar" in shown
    assert "Lantern" not in shown


def test_a_cv_is_written_as_pdf(careerhub: Run, resume: Path, tmp_path: Path) -> None:
    import_nell(careerhub, resume, "PRIVATE")
    done = careerhub("cv", "nell", "-o", tmp_path / "nell.pdf")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "nell.pdf").read_bytes().startswith(b"%PDF-")
    assert careerhub("cv", "nell", "--version", "Nope", "-o", tmp_path / "x.pdf").returncode == 2
    assert not (tmp_path / "x.pdf").exists()


def test_a_cv_is_written_in_other_formats_and_without_its_name(careerhub: Run, resume: Path, tmp_path: Path) -> None:
    import_nell(careerhub, resume, "PRIVATE")
    name = json.loads(resume.read_text())["basics"]["name"]
    for kind, begins in (("docx", b"PK"), ("md", f"# {name}".encode()), ("txt", name.encode())):
        done = careerhub("cv", "nell", "-o", tmp_path / f"nell.{kind}")
        assert done.returncode == 0, done.stderr
        assert (tmp_path / f"nell.{kind}").read_bytes().startswith(begins)
    done = careerhub("cv", "nell", "--anonymous", "--format", "md", "-o", tmp_path / "somebody")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "somebody").read_text()
    assert text.startswith("# Candidate\n")
    assert not [word for word in (*name.split(), "nell", "Isobar") if word in text]


def test_users_are_added_once_and_listed(careerhub: Run) -> None:
    assert careerhub("users", "add", "ada@example.org").returncode == 0
    again = careerhub("users", "add", "ADA@example.org")
    assert (again.returncode, again.stdout) == (2, "")
    assert "already" in again.stderr
    assert json.loads(careerhub("users", "list", "--json").stdout) == [
        {"email": "ada@example.org", "is_active": True, "plan": "FREE", "slug": None, "visibility": None}
    ]


def test_the_demo_people_come_once_and_go_again(careerhub: Run) -> None:
    assert careerhub("demo", "--people", "3").returncode == 0
    people = json.loads(careerhub("users", "list", "--json").stdout)
    assert len(people) >= 17
    assert "already" in careerhub("demo", "--people", "3").stdout
    careerhub("users", "add", "real@example.org")
    assert careerhub("demo", "--remove").returncode == 0
    assert [p["email"] for p in json.loads(careerhub("users", "list", "--json").stdout)] == ["real@example.org"]


def test_db_check_tells_behind_from_drifted(careerhub: Run, database: Database) -> None:
    assert careerhub("db", "check").returncode == 0
    with database.connect() as connection:
        connection.execute("ALTER TABLE skills ADD COLUMN colour text")
    drifted = careerhub("db", "check", "--json")
    assert drifted.returncode == 4
    assert "colour" in json.loads(drifted.stdout)["drift"][0]
    with database.connect() as connection:
        connection.execute("ALTER TABLE skills DROP COLUMN colour")
    assert careerhub("db", "downgrade", "0005", "--yes").returncode == 0
    assert careerhub("db", "check").returncode == 4
    behind = careerhub("build")
    assert behind.returncode == 2
    assert "careerhub db upgrade" in behind.stderr
    assert careerhub("db", "upgrade").returncode == 0


def test_a_downgrade_asks_and_does_nothing_without_an_answer(careerhub: Run) -> None:
    assert careerhub("db", "downgrade", "base").returncode != 0
    assert careerhub("db", "check").returncode == 0


def test_the_roles_are_sql_that_another_login_can_run(careerhub: Run, database: Database) -> None:
    sql = careerhub("db", "roles", "--print").stdout
    with database.connect() as connection:
        connection.execute(sql)  # type: ignore[call-overload]
        connection.execute(sql)  # type: ignore[call-overload]


def test_the_address_of_each_role_is_its_own(careerhub: Run, database: Database) -> None:
    for role in ("owner", "app", "site"):
        assert careerhub("db", "url", "--role", role).stdout.strip() == database.url(f"careerhub_{role}")
    missing = careerhub("db", "url", "--role", "backup")
    assert missing.returncode == 2
    assert "CAREERHUB_BACKUP_DATABASE_URL" in missing.stderr


def test_the_doctor_names_each_problem_with_its_cure(careerhub: Run) -> None:
    found = {each["check"]: each for each in json.loads(careerhub("doctor", "--json").stdout)}
    assert found["database"]["ok"]
    assert found["target"]["ok"]
    assert found["site"]["ok"]
    ill = careerhub(
        "doctor", "--json", more={"CAREERHUB_SITE_DATABASE_URL": "postgresql://careerhub_site@127.0.0.1:1/none"}
    )
    assert ill.returncode == 4
    assert not {each["check"]: each for each in json.loads(ill.stdout)}["database"]["ok"]


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """Return what a failed command said: one line, no trace, nothing on stdout."""
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("not json at all", "JSON"),
        ("[1, 2, 3]", "JSON Resume"),
        ('{"name": "Not a résumé", "version": 1}', "JSON Resume"),
        ("[" * 100_000, "deep"),
        ('{"basics": {"name": "A", "name": "B"}}', "name"),
        ('{"basics": {"name": "A"}, "work": NaN}', "NaN"),
        ("", "empty"),
    ],
)
def test_a_file_that_is_no_resume_is_refused_and_leaves_nothing(
    careerhub: Run, tmp_path: Path, database: Database, content: str, says: str
) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content)
    done = careerhub("import", path, "--user", "a@example.org")
    assert done.returncode == 2
    assert says.lower() in one_line(done).lower()
    with database.connect() as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (0,)


def test_a_huge_file_is_refused_before_it_is_read(careerhub: Run, tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    done = careerhub("import", path, "--user", "a@example.org")
    assert done.returncode == 2
    assert "MB" in one_line(done)


@pytest.mark.parametrize(
    ("slug", "says"), [("taken", "taken"), ("admin", "reserved"), ("../../x", "a-z"), ("Ärzte", "a-z")]
)
def test_a_slug_that_cannot_be_is_refused_and_leaves_nothing(
    careerhub: Run, resume: Path, database: Database, slug: str, says: str
) -> None:
    add_person(database.app_engine, "taken")
    done = careerhub("import", resume, "--user", "nell@example.org", "--slug", slug)
    assert done.returncode == 2
    assert says in one_line(done)
    with database.connect() as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (1,)


@pytest.mark.parametrize(
    "arguments", [("import", "{missing}", "--user", "a@example.org"), ("import", "{folder}", "--user", "a@example.org")]
)
def test_a_file_that_cannot_be_read_is_named(careerhub: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    filled = [a.format(missing=tmp_path / "none.json", folder=tmp_path) for a in arguments]
    done = careerhub(*filled)
    assert done.returncode == 2
    assert str(tmp_path) in one_line(done)


def test_a_database_that_is_down_is_one_line_and_exit_1(careerhub: Run, resume: Path) -> None:
    down = {
        "CAREERHUB_DATABASE_URL": "postgresql://careerhub_app@127.0.0.1:1/none",
        "CAREERHUB_SITE_DATABASE_URL": "postgresql://careerhub_site@127.0.0.1:1/none",
        "CAREERHUB_OWNER_DATABASE_URL": "postgresql://careerhub_owner@127.0.0.1:1/none",
    }
    for arguments in (("build",), ("db", "upgrade"), ("import", resume, "--user", "a@example.org"), ("users", "list")):
        done = careerhub(*arguments, more=down)
        assert done.returncode == 1, done.stderr
        assert "doesn't answer" in one_line(done)


def test_a_login_that_could_read_everything_is_refused(careerhub: Run, database: Database) -> None:
    for login in ("postgres", "careerhub_owner", "careerhub_backup"):
        done = careerhub("build", more={"CAREERHUB_SITE_DATABASE_URL": database.url(login)})
        assert done.returncode == 2
        assert login in one_line(done)


def test_a_server_without_keys_says_how_to_make_one(careerhub: Run, resume: Path) -> None:
    done = careerhub("import", resume, "--user", "a@example.org", more={"CAREERHUB_CONTACT_KEYS": ""})
    assert done.returncode == 2
    assert "CAREERHUB_CONTACT_KEYS=" in one_line(done)


def test_all_wrong_settings_are_named_at_once(careerhub: Run) -> None:
    wrong = {
        "CAREERHUB_SIT_URL": "x",
        "CAREERHUB_TARGET": "ftp://x",
        "CAREERHUB_SITE_URL": "example.org",
        "CAREERHUB_HOME_PROFILE": "../x",
    }
    done = careerhub("build", more=wrong)
    assert done.returncode == 2
    said = one_line(done)
    for name in wrong:
        assert name in said


def test_settings_may_stand_in_a_file(careerhub: Run, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CAREERHUB_TARGET=ftp://from-the-file\n")
    assert "from-the-file" in careerhub("publish").stderr


@pytest.mark.parametrize("target", ["s3://x", "file://relative/x", "file:///proc/nowhere", "s3://no.such-bucket-here"])
def test_a_target_that_cannot_be_is_one_line(careerhub: Run, resume: Path, target: str) -> None:
    import_nell(careerhub, resume)
    assert careerhub("build", "--only", "pages").returncode == 0
    more = {
        "AWS_ACCESS_KEY_ID": "k",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_MAX_ATTEMPTS": "1",
        "CAREERHUB_S3_ENDPOINT_URL": "http://127.0.0.1:1",
    }
    done = careerhub("publish", "--target", target, more=more)
    assert done.returncode in (1, 2)
    one_line(done)


def test_publish_without_a_build_says_what_to_do(careerhub: Run) -> None:
    done = careerhub("publish")
    assert done.returncode == 2
    assert "careerhub build" in one_line(done)


def test_wrong_arguments_end_with_2(careerhub: Run) -> None:
    for arguments in (
        ("nonsense",),
        ("build", "--nonsense"),
        ("import",),
        ("db", "nonsense"),
        ("build", "--profile", "nobody"),
    ):
        assert careerhub(*arguments).returncode == 2, arguments


def test_the_shim_in_a_checkout_is_the_same_command(environment: dict[str, str], tmp_path: Path) -> None:
    shim = Path(__file__).parents[2] / "cli.py"
    done = subprocess.run(
        [sys.executable, shim, "--version"], env=environment, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0
    assert done.stdout.startswith("careerhub")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_reason_to_fail(environment: dict[str, str], tmp_path: Path, closed: str) -> None:
    command = [sys.executable, "-m", "careerhub", "build", "--only", "pages"]
    done = subprocess.run(["sh", "-c", f'"$@" {closed}', "sh", *command], env=environment, cwd=tmp_path)
    assert done.returncode == 0
    assert (tmp_path / "build" / "site" / "index.html").exists()


def test_a_reader_that_goes_away_is_no_trace(environment: dict[str, str], tmp_path: Path, database: Database) -> None:
    for number in range(40):
        add_person(database.app_engine, f"p{number}", headline="h" * 200)
    done = subprocess.run(
        f"{sys.executable} -m careerhub db roles --print | head -c 10 >/dev/null",
        shell=True, env=environment, cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [("import", "x.json"), ("biuld",), ("build", "--jobs", "0"), ("publish", "too", "much")]
)
def test_wrong_use_is_one_line_that_points_at_the_help(careerhub: Run, arguments: tuple[str, ...]) -> None:
    done = careerhub(*arguments)
    assert done.returncode == 2
    assert one_line(done).endswith("--help`.\n")


@pytest.mark.parametrize(
    "command",
    [
        ("users", "add", "bo@example.org", "--password-stdin"),
        ("users", "password", "ada@example.org"),
        ("technologies", "merge", "Go", "Rust"),
        ("db", "downgrade", "0005"),
    ],
)
def test_a_closed_standard_input_is_no_answer(
    careerhub: Run, environment: dict[str, str], command: tuple[str, ...]
) -> None:
    assert careerhub("users", "add", "ada@example.org").returncode == 0
    said = " ".join(f"'{word}'" for word in (sys.executable, "-m", "careerhub", *command))
    done = subprocess.run(["sh", "-c", f"{said} <&-"], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode in (2, 4)
    assert "Traceback" not in done.stderr
