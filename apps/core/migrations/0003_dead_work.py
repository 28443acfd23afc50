from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0002_audit")]

    operations = [
        migrations.AlterModelOptions(
            name="work",
            options={
                "permissions": [("requeue_work", "Can have dead work tried again")],
                "verbose_name": "piece of work",
                "verbose_name_plural": "outbox",
            },
        ),
    ]
