"""The pages, by what they are about."""

from careerhub.admin.views import (
    accounts,
    cvs,
    history,
    home,
    imports,
    items,
    links,
    photo,
    profile,
    publishing,
    seen,
    suggesting,
    translations,
    wizard,
)

BLUEPRINTS = (
    home.pages,
    accounts.pages,
    profile.pages,
    items.pages,
    suggesting.pages,
    history.pages,
    wizard.pages,
    imports.pages,
    cvs.pages,
    photo.pages,
    translations.pages,
    seen.pages,
    links.pages,
    publishing.pages,
)
