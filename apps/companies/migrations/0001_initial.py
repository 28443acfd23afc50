from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.core.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Company",
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
                ("deleted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                (
                    "name_key",
                    models.CharField(
                        editable=False,
                        help_text="The name folded, for comparison and search.",
                        max_length=255,
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        db_index=False, editable=False, max_length=255, verbose_name="slug"
                    ),
                ),
                (
                    "description",
                    models.TextField(blank=True, default="", verbose_name="description"),
                ),
                (
                    "address",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="address"
                    ),
                ),
                (
                    "website",
                    models.URLField(blank=True, default="", max_length=255, verbose_name="website"),
                ),
                (
                    "verified_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="verified at"),
                ),
            ],
            options={
                "verbose_name": "company",
                "verbose_name_plural": "companies",
                "db_table": "companies_company",
                "permissions": [
                    ("verify_company", "Can confirm that a company is who it says"),
                    ("restore_company", "Can bring back a deleted company"),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["-created_at", "-id"],
                        name="companies_company_newest",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=("name_key",),
                        name="companies_company_live_name_unique",
                    ),
                    models.UniqueConstraint(fields=("slug",), name="companies_company_slug_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("name_key", ""), _negated=True),
                        ),
                        name="companies_company_name_present",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
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
                    "role",
                    models.CharField(
                        choices=[
                            ("OWNER", "owner"),
                            ("RECRUITER", "recruiter"),
                            ("HIRING_MANAGER", "hiring manager"),
                            ("INTERVIEWER", "interviewer"),
                            ("FINANCE", "finance"),
                            ("GRADER", "grader"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                ("joined_at", models.DateTimeField(verbose_name="joined at")),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="ended at"
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="companies.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "member",
                "verbose_name_plural": "members",
                "db_table": "companies_membership",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["user", "joined_at", "id"],
                        name="companies_membership_of_user",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("company", "user"),
                        name="companies_membership_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "OWNER",
                                    "RECRUITER",
                                    "HIRING_MANAGER",
                                    "INTERVIEWER",
                                    "FINANCE",
                                    "GRADER",
                                ],
                            )
                        ),
                        name="companies_membership_role_known",
                    ),
                ],
            },
        ),
    ]
