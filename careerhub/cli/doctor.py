"""`careerhub doctor`: is everything there that CareerHub needs?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from careerhub.cli.context import Context, show_json
from careerhub.errors import CareerHubError


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(*, as_json: bool) -> int:
    """Check the installation, the target and the site; name each problem with its cure. Exit 4 if there is one.

    A remark is no problem: everything works, and somebody should know. On the target a file that visitors can't see is
    written and deleted again; the site is asked for addresses that must not answer.

    Example: careerhub doctor --json
    """
    context = Context()
    checks: dict[str, Callable[[Context], str]] = {
        "settings": _check_settings,
        "database": _check_database,
        "pdf": _check_pdf,
        "fonts": _check_fonts,
        "extractors": _check_extractors,
        "target": _check_target,
        "site": _check_site,
    }
    found = [_run(name, check, context) for name, check in checks.items()]
    if as_json:
        show_json(found)
    else:
        for each in found:
            said = "PROBLEM" if not each["ok"] else "REMARK" if each["is_remark"] else "ok"
            click.echo(f"{said:8}{each['check']}: {each['message']}")
    return 0 if all(each["ok"] for each in found) else 4


def _run(name: str, check: Callable[[Context], str], context: Context) -> dict[str, object]:
    from careerhub.publish.examining import Remark

    try:
        return {"check": name, "ok": True, "is_remark": False, "message": check(context)}
    except Remark as remark:
        return {"check": name, "ok": True, "is_remark": True, "message": str(remark)}
    except CareerHubError as error:
        return {"check": name, "ok": False, "is_remark": False, "message": str(error)}


def _check_settings(context: Context) -> str:
    settings = context.settings
    return f"home {settings.home}, build folder {settings.build_dir}, target {settings.target}"


def _check_database(context: Context) -> str:
    from careerhub.db.errors import translated
    from careerhub.db.state import check_current, head

    with translated(), context.engine("careerhub_site").connect() as connection:
        check_current(connection)
        version = connection.exec_driver_sql("SHOW server_version").scalar()
    return f"PostgreSQL {version}, {'embedded' if context.settings.is_embedded else 'by address'}, revision {head()}"


def _check_pdf(_context: Context) -> str:
    from ctypes.util import find_library

    from careerhub.errors import WrongUse

    try:
        import weasyprint  # type: ignore[import-untyped]
    except OSError as error:
        raise WrongUse(f"WeasyPrint finds no Pango ({error}): apt install libpangoft2-1.0-0") from error
    if not find_library("harfbuzz-subset"):
        raise WrongUse("libharfbuzz-subset is missing: CVs take three times as long. apt install libharfbuzz-subset0")
    return f"WeasyPrint {weasyprint.__version__} with harfbuzz-subset"


def _check_fonts(context: Context) -> str:
    from careerhub.errors import WrongUse
    from careerhub.render.fonts import find_fonts

    fonts = find_fonts(cache=context.cache)
    if fonts.missing:
        raise WrongUse(f"no font for {', '.join(fonts.missing)}: CVs with these scripts fail until it is installed")
    return f"{len(fonts.files)} font files, {len(fonts.families)} families"


def _check_extractors(_context: Context) -> str:
    from importlib.util import find_spec

    from careerhub.errors import WrongUse

    missing = [name for name in ("pypdf", "pdfminer", "pymupdf") if find_spec(name) is None]
    if missing:
        raise WrongUse(f"{', '.join(missing)} missing: pip install 'careerhub[extractors]'")
    return "pypdf, pdfminer.six and PyMuPDF"


def _check_target(context: Context) -> str:
    from urllib.parse import unquote, urlsplit

    from careerhub.publish.bucket import open_bucket
    from careerhub.publish.examining import Remark, examine_target

    settings = context.settings
    bucket = open_bucket(settings.target, endpoint_url=settings.s3_endpoint_url or None)
    if settings.target.startswith("file:") and not Path(unquote(urlsplit(settings.target).path)).is_dir():
        return f"{bucket.name}: nothing was published there yet"
    found = list(examine_target(bucket))
    # the gravest alone is told as a problem, with the rest behind it
    found.sort(key=lambda each: isinstance(each, Remark))
    if found:
        raise type(found[0])(" · ".join(map(str, found)))
    return f"{bucket.name}: writes, reads, refuses what is newer there, deletes"


def _check_site(context: Context) -> str:
    from careerhub.publish.examining import examine_site

    settings = context.settings
    return examine_site(
        settings.site_url,
        has_cdn=bool(settings.cloudfront_distribution),
        is_remote=settings.target.startswith("s3:"),
    )
