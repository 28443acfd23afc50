from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import apps.core.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("companies", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CreditAccount",
            fields=[
                (
                    "company",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="companies.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "balance",
                    models.BigIntegerField(default=0, editable=False, verbose_name="balance"),
                ),
                ("seq", models.BigIntegerField(default=0, editable=False, verbose_name="entries")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "credit account",
                "verbose_name_plural": "credit accounts",
                "db_table": "payments_credit_account",
                "permissions": [("grant_credits", "Can grant credits to a company")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("balance__gte", 0)),
                        name="payments_credit_account_balance_not_negative",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CreditEntry",
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
                (
                    "seq",
                    models.BigIntegerField(db_default=0, editable=False, verbose_name="number"),
                ),
                (
                    "balance_after",
                    models.BigIntegerField(
                        db_default=0, editable=False, verbose_name="balance after"
                    ),
                ),
                ("delta", models.BigIntegerField(verbose_name="credits")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("GRANT", "granted by staff"),
                            ("PURCHASE", "bought"),
                            ("SPEND", "spent on a posting"),
                            ("EXPIRY", "expired"),
                            ("CLAWBACK", "taken back"),
                            ("ADJUSTMENT", "adjusted"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "counter_account",
                    models.CharField(
                        choices=[
                            ("ISSUED", "issued"),
                            ("CONSUMED", "consumed"),
                            ("EXPIRED", "expired"),
                            ("CLAWED_BACK", "taken back"),
                            ("ADJUSTED", "adjusted"),
                        ],
                        max_length=20,
                        verbose_name="counter account",
                    ),
                ),
                ("source", models.CharField(max_length=100, verbose_name="source")),
                (
                    "reason",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="reason"),
                ),
                ("actor_id", models.UUIDField(null=True, verbose_name="actor")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="payments.creditaccount",
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "ledger entry",
                "verbose_name_plural": "ledger entries",
                "db_table": "payments_credit_entry",
            },
        ),
        migrations.CreateModel(
            name="CreditLot",
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
                ("granted", models.BigIntegerField(verbose_name="granted")),
                (
                    "remaining",
                    models.BigIntegerField(db_default=0, editable=False, verbose_name="remaining"),
                ),
                (
                    "expires_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="expires at"),
                ),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="payments.creditaccount",
                        verbose_name="account",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="payments.creditentry",
                        verbose_name="entry",
                    ),
                ),
            ],
            options={
                "verbose_name": "credit lot",
                "verbose_name_plural": "credit lots",
                "db_table": "payments_credit_lot",
            },
        ),
        migrations.CreateModel(
            name="LotAllocation",
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
                ("amount", models.BigIntegerField(verbose_name="credits")),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="payments.creditentry",
                        verbose_name="entry",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="payments.creditlot",
                        verbose_name="lot",
                    ),
                ),
            ],
            options={
                "verbose_name": "use of a lot",
                "verbose_name_plural": "uses of lots",
                "db_table": "payments_lot_allocation",
            },
        ),
        migrations.AddConstraint(
            model_name="creditentry",
            constraint=models.UniqueConstraint(
                fields=("account", "source"), name="payments_credit_entry_source_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditentry",
            constraint=models.UniqueConstraint(
                fields=("account", "seq"), name="payments_credit_entry_seq_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("delta", 0), _negated=True),
                name="payments_credit_entry_moves_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("balance_after__gte", 0), ("seq__gt", 0)),
                name="payments_credit_entry_numbered",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", ""), _negated=True),
                name="payments_credit_entry_source_present",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("counter_account", "ISSUED"),
                        ("delta__gt", 0),
                        ("kind__in", ["GRANT", "PURCHASE"]),
                    ),
                    models.Q(("counter_account", "CONSUMED"), ("delta__lt", 0), ("kind", "SPEND")),
                    models.Q(("counter_account", "EXPIRED"), ("delta__lt", 0), ("kind", "EXPIRY")),
                    models.Q(
                        ("counter_account", "CLAWED_BACK"), ("delta__lt", 0), ("kind", "CLAWBACK")
                    ),
                    models.Q(
                        (
                            "counter_account__in",
                            ["ISSUED", "CONSUMED", "EXPIRED", "CLAWED_BACK", "ADJUSTED"],
                        ),
                        ("kind", "ADJUSTMENT"),
                    ),
                    _connector="OR",
                ),
                name="payments_credit_entry_kind_agrees",
            ),
        ),
        migrations.AddIndex(
            model_name="creditlot",
            index=models.Index(
                condition=models.Q(("remaining__gt", 0)),
                fields=["account", "expires_at", "id"],
                name="payments_credit_lot_open",
            ),
        ),
        migrations.AddIndex(
            model_name="creditlot",
            index=models.Index(
                condition=models.Q(("expires_at__isnull", False), ("remaining__gt", 0)),
                fields=["expires_at"],
                name="payments_credit_lot_expiring",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditlot",
            constraint=models.CheckConstraint(
                condition=models.Q(("granted__gt", 0)), name="payments_credit_lot_granted_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditlot",
            constraint=models.CheckConstraint(
                condition=models.Q(("remaining__gte", 0), ("remaining__lte", models.F("granted"))),
                name="payments_credit_lot_remaining_in_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="lotallocation",
            constraint=models.UniqueConstraint(
                fields=("entry", "lot"), name="payments_lot_allocation_lot_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lotallocation",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", 0), _negated=True),
                name="payments_lot_allocation_moves_something",
            ),
        ),
    ]
