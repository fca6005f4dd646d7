"""A file to import: read no further than an import may be long."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired

from careerhub.admin.forms.fields import CleanForm
from careerhub.admin.languages import lazy_gettext as _l
from careerhub.document.text import clean_line
from careerhub.editing.imports import WaitingFile
from careerhub.moving.reading import MAX_BYTES


class ImportForm(CleanForm):
    """The file."""

    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file."))],
        description=_l("A JSON Resume: one .json file of at most 10 MB."),
    )

    def read_file(self) -> WaitingFile:
        """Return the file; one byte more than allowed tells that it is too long."""
        name = clean_line(self.file.data.filename or "")[:100]
        return WaitingFile(name=name or "resume.json", data=self.file.data.stream.read(MAX_BYTES + 1))
