"""Pages: accounts. Signing up and in, what keeps an account safe, and its end."""

from careerhub.admin.views.accounts import data, entering, leaving, second_factor, settings, signing_up
from careerhub.admin.views.accounts.blueprint import pages

__all__ = ["data", "entering", "leaving", "pages", "second_factor", "settings", "signing_up"]
