"""How bytes go out: as a download that no browser opens as a page and no cache keeps."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse

from apps.core.errors import NotFound
from apps.core.errors import mark as _
from apps.core.files.intake import EXTENSIONS
from apps.core.files.names import attachment, with_extension
from apps.core.models import StoredFile


class FileMissing(NotFound):
    """The row is there and its bytes are not."""

    code = "file_missing"
    title = _("The file is no longer available")


def file_response(stored: StoredFile, *, filename: str | None = None) -> FileResponse:
    """Answer with the bytes of a stored file, to be saved under its original or the given name.

    Whoever calls this has decided that the reader may have them: there is no other way to the bytes.

    :raises FileMissing: the storage has lost them
    """
    try:
        file = default_storage.open(stored.path, "rb")
    except FileNotFoundError as error:
        raise FileMissing from error
    name = with_extension(filename or stored.original_name, EXTENSIONS.get(stored.content_type, ""))
    response = FileResponse(file, content_type=stored.content_type)
    response["Content-Disposition"] = attachment(name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
