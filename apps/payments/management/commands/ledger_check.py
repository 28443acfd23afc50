"""``manage.py ledger_check``: whether the ledger explains every balance."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from apps.payments.selectors import ledger_discrepancies_unscoped


class Command(BaseCommand):
    """Prints one line for each discrepancy; the exit status is 1 when there is one."""

    help = "Checks that balances, entries, lots and counter accounts agree; exit status 1 if not."

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the ledger."""
        found = ledger_discrepancies_unscoped()
        for each in found:
            self.stderr.write(f"{each.rule}: {each.subject} ({each.detail})")
        if found:
            sys.exit(1)
        self.stdout.write("The ledger explains every balance.")
