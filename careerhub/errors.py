"""Every error CareerHub raises on purpose, each with the exit code a command ends with."""

from __future__ import annotations

from typing import ClassVar


class CareerHubError(Exception):
    """Say what happened, to what, and what to do next: one line for people."""

    exit_code: ClassVar[int] = 1


class WrongUse(CareerHubError):
    """The command, a setting or the machine isn't what it has to be."""

    exit_code = 2


class SettingsInvalid(WrongUse):
    """One or more settings can't be used; all problems are named at once."""


class InputInvalid(WrongUse):
    """A file or an argument that people gave isn't what it should be."""


class NotFound(WrongUse):
    """The named profile, account or file doesn't exist."""


class Conflict(WrongUse):
    """Somebody else has it already: an e-mail address, a slug, a newer revision."""


class DatabaseUnreachable(CareerHubError):
    """The database doesn't answer."""


class DatabaseBehind(WrongUse):
    """The database isn't at the revision this software needs."""


class TargetUnreachable(CareerHubError):
    """The bucket or folder can't be reached, read or written."""


class StorageFull(CareerHubError):
    """A disk is full or read-only; what was there before is untouched."""


class ProfileFailed(CareerHubError):
    """One profile can't be rendered; the others can."""

    exit_code = 3


class GuardRefused(CareerHubError):
    """Something would be lost or exposed: a person has to look first."""

    exit_code = 4


class Overtaken(CareerHubError):
    """Another run did newer work meanwhile: run again."""

    exit_code = 5


class Occupied(Overtaken):
    """Another run is doing the same work at this moment."""
