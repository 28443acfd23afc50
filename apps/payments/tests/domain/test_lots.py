from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from apps.payments.domain.lots import OpenLot, Take, choose_lots

A, B, C = (UUID(int=number) for number in (1, 2, 3))


class TestChooseLots:
    def test_takes_the_first_lots_first(self):
        lots = [OpenLot(A, 2), OpenLot(B, 5), OpenLot(C, 1)]

        assert choose_lots(lots, amount=1) == [Take(A, 1)]
        assert choose_lots(lots, amount=2) == [Take(A, 2)]
        assert choose_lots(lots, amount=4) == [Take(A, 2), Take(B, 2)]
        assert choose_lots(lots, amount=8) == [Take(A, 2), Take(B, 5), Take(C, 1)]

    def test_takes_what_there_is(self):
        assert choose_lots([OpenLot(A, 2)], amount=3) == [Take(A, 2)]
        assert choose_lots([], amount=3) == []

    @given(st.lists(st.integers(1, 20), max_size=8), st.integers(1, 60))
    def test_takes_exactly_the_amount_in_order(self, remaining, amount):
        lots = [OpenLot(UUID(int=index), left) for index, left in enumerate(remaining)]

        takes = choose_lots(lots, amount=amount)

        assert sum(take.amount for take in takes) == min(amount, sum(remaining))
        assert [take.lot_id for take in takes] == [lot.id for lot in lots[: len(takes)]]
        assert [take.amount for take in takes[:-1]] == remaining[: len(takes) - 1] or not takes
        assert all(0 < take.amount <= lot.remaining for take, lot in zip(takes, lots, strict=False))
