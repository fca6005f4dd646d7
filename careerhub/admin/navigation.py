"""The ways through the admin: one list, from which the menu is drawn."""

from __future__ import annotations

from flask import Flask, current_app, request

from careerhub.admin.languages import lazy_gettext as _l

# (endpoint, label); a page marks itself as the current one by its blueprint
MENU = (
    ("home.show", _l("Overview")),
    ("profile.show", _l("Profile")),
    ("items.show_all", _l("Career")),
    ("cvs.show_all", _l("CVs")),
    ("seen.show", _l("Who sees what")),
    ("history.show_all", _l("History")),
    ("accounts.show", _l("Account")),
)


def guide(app: Flask) -> None:
    """Give every template the menu."""
    app.context_processor(lambda: {"menu": list_menu(), "view_names": lambda: frozenset(current_app.view_functions)})


def list_menu() -> list[tuple[str, str, bool]]:
    """Return the endpoint, the label and whether it is the current page's, for what there is."""
    here = (request.blueprint or "") if request else ""
    return [
        (endpoint, str(label), endpoint.partition(".")[0] == here)
        for endpoint, label in MENU
        if endpoint in current_app.view_functions
    ]
