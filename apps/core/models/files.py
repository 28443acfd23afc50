"""Files that people gave us. Their bytes lie in the private storage, never under a public URL."""

from __future__ import annotations

from django.db import models

from apps.core.models.base import Entity


class StoredFile(Entity):
    """One kept file. What the uploader called it stands only here, never in a path."""

    folder = models.CharField(max_length=40)
    path = models.CharField(max_length=120)
    original_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        db_table = "core_stored_file"
        constraints = [
            models.UniqueConstraint(fields=["path"], name="core_stored_file_path_unique"),
            models.CheckConstraint(
                condition=models.Q(size__gt=0), name="core_stored_file_size_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.folder}/{self.id}"
