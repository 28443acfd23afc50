"""Whether the ledger still explains itself. Each rule is a query that finds nothing in a sound ledger."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

_RULES = {
    "balance is not the sum of its entries": """
        SELECT account.company_id::text,
               format('balance %s, entries %s', account.balance, coalesce(sum(entry.delta), 0))
          FROM payments_credit_account AS account
          LEFT JOIN payments_credit_entry AS entry ON entry.account_id = account.company_id
         GROUP BY account.company_id
        HAVING account.balance <> coalesce(sum(entry.delta), 0)
    """,
    "balance is not what is left of its lots": """
        SELECT account.company_id::text,
               format('balance %s, lots %s', account.balance, coalesce(sum(lot.remaining), 0))
          FROM payments_credit_account AS account
          LEFT JOIN payments_credit_lot AS lot ON lot.account_id = account.company_id
         GROUP BY account.company_id
        HAVING account.balance <> coalesce(sum(lot.remaining), 0)
    """,
    "numbers of the entries have a gap": """
        SELECT account.company_id::text,
               format('last number %s, entries %s', account.seq, count(entry.id))
          FROM payments_credit_account AS account
          LEFT JOIN payments_credit_entry AS entry ON entry.account_id = account.company_id
         GROUP BY account.company_id
        HAVING account.seq <> count(entry.id)
            OR account.seq <> coalesce(max(entry.seq), 0)
            OR coalesce(min(entry.seq), 1) <> 1
    """,
    "balance after an entry is not the sum up to it": """
        SELECT id::text, format('balance after %s, sum %s', balance_after, running)
          FROM (SELECT id, balance_after,
                       sum(delta) OVER (PARTITION BY account_id ORDER BY seq) AS running
                  FROM payments_credit_entry) AS history
         WHERE balance_after <> running
    """,
    "entry is not what its lots moved": """
        SELECT entry.id::text,
               format('entry %s, lots %s', entry.delta, opened.granted - taken.amount)
          FROM payments_credit_entry AS entry
         CROSS JOIN LATERAL (SELECT coalesce(sum(granted), 0) AS granted
                               FROM payments_credit_lot WHERE entry_id = entry.id) AS opened
         CROSS JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS amount
                               FROM payments_lot_allocation WHERE entry_id = entry.id) AS taken
         WHERE entry.delta <> opened.granted - taken.amount
    """,
    "lot is not what its allocations left": """
        SELECT lot.id::text,
               format('remaining %s, left %s', lot.remaining,
                      lot.granted - coalesce(sum(allocation.amount), 0))
          FROM payments_credit_lot AS lot
          LEFT JOIN payments_lot_allocation AS allocation ON allocation.lot_id = lot.id
         GROUP BY lot.id
        HAVING lot.remaining <> lot.granted - coalesce(sum(allocation.amount), 0)
    """,
    "companies and counter accounts do not sum to zero": """
        SELECT 'whole ledger', format('companies %s, counter accounts %s', held.total, counter.total)
          FROM (SELECT coalesce(sum(balance), 0) AS total FROM payments_credit_account) AS held,
               (SELECT coalesce(sum(-delta), 0) AS total FROM payments_credit_entry) AS counter
         WHERE held.total + counter.total <> 0
    """,
    "order is not what was paid and given for it": """
        SELECT ordered.id::text,
               format('%s, paid by %s attempts, %s of %s credits',
                      lower(ordered.state), paid.attempts, given.credits, ordered.credits)
          FROM payments_order AS ordered
         CROSS JOIN LATERAL (SELECT count(*) AS attempts
                               FROM payments_attempt
                              WHERE order_id = ordered.id AND state = 'SUCCEEDED'
                                AND NOT is_surplus) AS paid
         CROSS JOIN LATERAL (SELECT coalesce(sum(delta), 0) AS credits
                               FROM payments_credit_entry
                              WHERE account_id = ordered.company_id
                                AND source = 'order:' || ordered.id) AS given
         WHERE paid.attempts <> CASE ordered.state WHEN 'PAID' THEN 1 ELSE 0 END
            OR given.credits <> CASE ordered.state WHEN 'PAID' THEN ordered.credits ELSE 0 END
    """,
}


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One thing in the ledger that its own entries do not explain."""

    rule: str
    subject: str
    detail: str


def ledger_discrepancies_unscoped() -> list[Discrepancy]:
    """Return everything that breaks a rule of the ledger; an empty list is what is expected."""
    found: list[Discrepancy] = []
    with connection.cursor() as cursor:
        for rule, query in _RULES.items():
            cursor.execute(query)
            found.extend(Discrepancy(rule, *row) for row in cursor.fetchall())
    return found
