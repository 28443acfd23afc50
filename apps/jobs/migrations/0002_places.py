"""The provinces and cities since 1 July 2025, remote work and the whole country."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from apps.jobs.services.taxonomy import load_places


def load(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the places of the file beside this migration."""
    load_places(
        places=apps.get_model("jobs", "Place"), aliases=apps.get_model("jobs", "PlaceAlias")
    )


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop, elidable=False)]
