"""How bodies become data. Every text comes out in NFC, so that nothing behind has to think of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser

from apps.core import json


class JSONParser(BaseParser):
    """Reads JSON, and no more of it than Django's limit for bodies, which DRF's own parser reads past."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the body's data.

        :raises ParseError: it is not JSON
        :raises RequestDataTooBig: it is longer than ``DATA_UPLOAD_MAX_MEMORY_SIZE``
        """
        limit: int | None = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read() if limit is None else stream.read(limit + 1)
        if limit is not None and len(body) > limit:
            raise RequestDataTooBig
        try:
            return json.loads(body)
        except json.NotJson as error:
            raise ParseError(_("The body is not valid JSON.")) from error


class UploadParser(MultiPartParser):
    """Reads multipart forms: fields and files."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> DataAndFiles[Any, Any]:
        """Return the form's fields and files.

        :raises ParseError: it is not a well-formed form
        """
        form = super().parse(stream, media_type, parser_context)
        fields = QueryDict(mutable=True)
        for name, values in form.data.lists():
            fields.setlist(name, json.normalised(values))
        return DataAndFiles(fields, form.files)
