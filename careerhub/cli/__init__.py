"""The command line: commands are loaded when they are used, and errors become exit codes here."""

from __future__ import annotations

import logging
import os
import signal
import sys
from importlib import import_module
from typing import Any

import click

from careerhub import __version__
from careerhub.errors import CareerHubError

# name: (module below careerhub.cli, one line for `careerhub --help`)
COMMANDS = {
    "db": ("db", "Migrate and check the database; print addresses and roles."),
    "demo": ("demo", "Load fictional people to look around with, or remove them."),
    "users": ("users", "Add, list and change accounts."),
    "keys": ("keys", "Make, check and rotate the keys of private contact data."),
    "import": ("import_", "Import a JSON Resume into somebody's profile."),
    "export": ("export", "Write a profile as JSON Resume or vCard."),
    "profile": ("profile", "Show a profile, or change who may see it."),
    "search": ("search", "Find people, jobs, projects and technologies in the database."),
    "build": ("build", "Render what is stale: pages, CVs, lists."),
    "cv": ("cv", "Write one CV as PDF."),
    "publish": ("publish", "Upload the build to a bucket or a folder."),
    "verify": ("verify", "Compare the target with what was published there."),
    "sync": ("sync", "Build what is stale and publish it: the line for cron."),
    "withdraw": ("withdraw", "Take somebody off the target now, and prove it."),
    "erase": ("erase", "Remove a person altogether, and prove it."),
    "worker": ("worker", "Take queued work: any number, on any number of machines."),
    "audit": ("audit", "Seal the log of changes, and verify that nobody rewrote it."),
    "tidy": ("tidy", "Empty and remove what outlived its retention."),
    "technologies": ("technologies", "List the catalogue of technologies, add to it, merge two of it."),
    "responsibilities": ("responsibilities", "Suggest what people in a position do."),
    "admin": ("admin", "Serve the admin, where people keep their career."),
    "preview": ("preview", "Serve the build on this machine."),
    "doctor": ("doctor", "Check the installation and say what to do about each problem."),
}


class LazyGroup(click.Group):
    """A group that imports a command only when it runs or shows its own help."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command = import_module(f"careerhub.cli.{COMMANDS[name][0]}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="careerhub")
def group() -> None:
    """One database of career facts that publishes itself.

    \b
    careerhub demo                        fictional people to look around with
    careerhub import resume.json --user ada@example.org --slug ada --visibility PUBLIC
    careerhub build && careerhub publish  the site, where CAREERHUB_TARGET says
    careerhub preview                     the same site on this machine

    Settings are environment variables or lines of a file `.env`: CAREERHUB_HOME, CAREERHUB_SITE_URL, CAREERHUB_TARGET,
    CAREERHUB_DATABASE_URL and more (docs/settings.md). Without CAREERHUB_DATABASE_URL an embedded PostgreSQL is used.

    Exit codes: 0 done, 1 failed, 2 wrong use, 3 some profiles failed and the rest was done, 4 a guard refused,
    5 overtaken: run again.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    signal.signal(signal.SIGTERM, _terminate)
    # what psycopg warns of while a statement fails, the error that follows says
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    # a signal that arrives while a connection is closed ends the command, which needs no trace of it
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    _open_closed_streams()
    try:
        result = group.main(args=arguments, prog_name="careerhub", standalone_mode=False)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        _say(f"careerhub: {error.format_message()}{_point_at_help(error)}")
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        _say("Stopped.")
        sys.exit(130)
    except CareerHubError as error:
        _say(f"careerhub: {error}")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # whoever read our output has gone; nothing more can be said to them
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _say(f"careerhub: {error.filename or 'the system'}: {error.strerror or error}.")
        sys.exit(1)
    sys.exit(result if isinstance(result, int) else 0)


def _open_closed_streams() -> None:
    """Point closed standard streams at nothing; else the files opened next would get their numbers."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stdin is None:
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    if sys.stdout is None:
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)


def _say(message: str) -> None:
    print(" ".join(str(message).split()), file=sys.stderr)


def _point_at_help(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f" See `{context.command_path} --help`." if context else ""


def _terminate(_number: int, _frame: Any) -> None:
    raise SystemExit(143)
