"""The form of the photo."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import FileField
from wtforms.validators import InputRequired

from careerhub.admin.forms.fields import CleanForm
from careerhub.admin.languages import lazy_gettext as _l
from careerhub.editing.pictures import PictureRefused, PictureSize, shrink_picture

_SAID = {
    "format": _l("This is no JPEG, PNG or WebP picture: choose another file."),
    "pixels": _l("This picture has more than 25 megapixels: make it smaller first."),
    "damaged": _l("This picture can't be read: it may be damaged. Save it anew, or choose another one."),
    "effort": _l("This picture takes too long to read: make it smaller first."),
    "busy": _l("Many pictures are being read at this moment: try again in a minute."),
}


class PhotoForm(CleanForm):
    """A file, of which neither the name nor what the browser says it is counts."""

    picture = FileField(
        _l("A picture of you"),
        [InputRequired()],
        description=_l("JPEG, PNG or WebP, at most 10 MB. The middle is cut out as a square."),
        render_kw={"accept": "image/jpeg,image/png,image/webp"},
    )

    def read_picture(self) -> tuple[PictureSize, ...]:
        """Return the picture's sizes; none when something is wrong with it, which its field says then."""
        sent: Any = self.picture.data
        data = b""
        if isinstance(sent, FileStorage):
            with closing(sent):  # a large one is a file in the machine's temporary folder
                data = sent.read()
        if not data:
            self.picture.errors = [str(_l("Choose a file first."))]
            return ()
        try:
            return shrink_picture(data)
        except PictureRefused as refused:
            self.picture.errors = [str(_SAID[refused.reason])]
            return ()
