from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.core.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("companies", "0001_initial"),
        ("core", "0001_initial"),
        ("jobs", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Application",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "job_title",
                    models.CharField(max_length=255, verbose_name="title of the posting"),
                ),
                ("job_slug", models.CharField(max_length=255, verbose_name="slug of the posting")),
                (
                    "company_name",
                    models.CharField(max_length=255, verbose_name="name of the company"),
                ),
                (
                    "cover_letter",
                    models.TextField(blank=True, default="", verbose_name="cover letter"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("SUBMITTED", "submitted"),
                            ("SEEN", "seen"),
                            ("INTERVIEW", "interview"),
                            ("OFFER", "offer"),
                            ("HIRED", "hired"),
                            ("REJECTED", "rejected"),
                            ("WITHDRAWN", "withdrawn"),
                        ],
                        default="SUBMITTED",
                        editable=False,
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("applied_at", models.DateTimeField(editable=False, verbose_name="applied at")),
                (
                    "candidate",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="candidate",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="companies.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "cv",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                        verbose_name="CV",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jobs.job",
                        verbose_name="posting",
                    ),
                ),
            ],
            options={
                "verbose_name": "application",
                "verbose_name_plural": "applications",
                "db_table": "applications_application",
            },
        ),
        migrations.CreateModel(
            name="ApplicationEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "version",
                    models.PositiveIntegerField(
                        help_text="The version of the application that this step made.",
                        verbose_name="version",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("submitted", "submitted"),
                            ("seen", "seen by the company"),
                            ("moved", "moved"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "from_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("SUBMITTED", "submitted"),
                            ("SEEN", "seen"),
                            ("INTERVIEW", "interview"),
                            ("OFFER", "offer"),
                            ("HIRED", "hired"),
                            ("REJECTED", "rejected"),
                            ("WITHDRAWN", "withdrawn"),
                        ],
                        default="",
                        max_length=20,
                        verbose_name="previous state",
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("SUBMITTED", "submitted"),
                            ("SEEN", "seen"),
                            ("INTERVIEW", "interview"),
                            ("OFFER", "offer"),
                            ("HIRED", "hired"),
                            ("REJECTED", "rejected"),
                            ("WITHDRAWN", "withdrawn"),
                        ],
                        max_length=20,
                        verbose_name="new state",
                    ),
                ),
                (
                    "reason",
                    models.TextField(blank=True, default="", verbose_name="internal reason"),
                ),
                ("actor_id", models.UUIDField(verbose_name="actor")),
                ("at", models.DateTimeField(verbose_name="time")),
                (
                    "application",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="history",
                        to="applications.application",
                        verbose_name="application",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of an application",
                "verbose_name_plural": "steps of applications",
                "db_table": "applications_event",
            },
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                fields=["candidate", "-applied_at", "-id"], name="applications_of_candidate"
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                fields=["company", "-applied_at", "-id"], name="applications_of_company"
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                fields=("job", "candidate"), name="applications_application_made_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "SUBMITTED",
                            "SEEN",
                            "INTERVIEW",
                            "OFFER",
                            "HIRED",
                            "REJECTED",
                            "WITHDRAWN",
                        ],
                    )
                ),
                name="applications_application_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="applicationevent",
            constraint=models.UniqueConstraint(
                fields=("application", "version"), name="applications_event_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="applicationevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("from_state", ""), ("kind", "submitted"), ("version", 1)),
                    models.Q(
                        models.Q(("kind", "submitted"), _negated=True),
                        models.Q(("from_state", ""), _negated=True),
                        ("version__gt", 1),
                    ),
                    _connector="OR",
                ),
                name="applications_event_starts_once",
            ),
        ),
    ]
