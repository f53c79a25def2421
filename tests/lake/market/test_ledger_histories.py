"""The ledger at every time equals a fresh settlement of what had been fetched by then: random histories of corrections.

One history; ``WATTLAKE_TORTURE_HISTORIES=300`` asks for more, ``WATTLAKE_TORTURE_SEED=1000`` for others. The same
seed makes the same history. One that fails is made as small as it goes and printed, step by step.
"""

import os
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, seed, settings

from harness.lake_steps import build_all, select
from tests.support.ledger_histories import Booking, LedgerHistory, ledger_histories
from tests.support.units import KWH
from wattlake.lake.contracts import amounts, columns
from wattlake.lake.market.replay import replay
from wattlake.lake.market.settlement import settle
from wattlake.lake.market.verification import broken_links
from wattlake.lake.store.lake import Lake
from wattlake.tasks.producers import producers

HISTORIES = int(os.environ.get("WATTLAKE_TORTURE_HISTORIES", "1"))
IS_TORTURE = HISTORIES > 2
MOST_STEPS = 6 if IS_TORTURE else 4
FIRST_SEED = int(os.environ.get("WATTLAKE_TORTURE_SEED", "0"))
KNOWN = """
    select
        count(*) filter (entries > 0), coalesce(sum(units(bought_kwh)), 0)::bigint,
        coalesce(sum(units(amount)), 0)::bigint
    from (
        select
            position.period_start_utc, sum(entry) as entries, sum(bought_kwh) as bought_kwh,
            sum(bought_eur) as amount
        from gold.settled_position as position
        inner join ops.settlement using (settlement_id)
        where booked_at_utc <= {}
        group by all
    )
"""
SLOTS_BOOKED = """
    select slot.period_start_utc
    from gold.settled_slot as slot
    inner join ops.settlement using (settlement_id)
    where booked_at_utc = {}
    order by all
"""
UNBALANCED = """
    select settlement_id, period_start_utc, entry
    from gold.settled_position
    full join (
        select settlement_id, period_start_utc, entry, sum(energy_kwh) as energy_kwh, sum(amount_eur) as amount
        from gold.settled_trade group by all
    ) as traded using (settlement_id, period_start_utc, entry)
    group by all
    having sum(sold_kwh) <> sum(bought_kwh) or sum(sold_eur) <> sum(bought_eur)
        or sum(bought_kwh) <> coalesce(any_value(energy_kwh), 0)
        or sum(bought_eur) <> coalesce(any_value(amount), 0)
"""


@pytest.mark.timeout(900)  # Seconds, most of them for making a history that fails smaller.
@pytest.mark.parametrize("number", range(FIRST_SEED, FIRST_SEED + HISTORIES))
def test_at_every_time_the_ledger_is_a_fresh_settlement_of_what_had_been_fetched(
    number: int, one_year_lake: Callable[..., Lake], tmp_path: Path
):
    @seed(number)
    @settings(max_examples=1, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(history=ledger_histories(MOST_STEPS))
    def holds(history: LedgerHistory) -> None:
        assume(len(history.steps) > 2)  # The first that is tried is always the simplest there is.
        folder = tmp_path / "history"
        try:
            live_and_look_back(history, one_year_lake, folder, also_before=IS_TORTURE or number % 2 == 0)
        finally:
            shutil.rmtree(folder)

    holds()


def live_and_look_back(
    history: LedgerHistory, new_lake: Callable[..., Lake], folder: Path, also_before: bool = True
) -> None:
    """Land, build and settle step by step; then settle anew what was known at each booking, or also before the last."""
    lake = new_lake(folder / "lake", **history.settings)
    try:
        for number, step in enumerate(history.steps):
            history.land(number, lake, folder)
            build_all(lake, f"step-{number}")
            if step.booking:
                lake = settled_by(lake, step.booking, history.booked_at_utc(number))
        assert list(broken_links(lake.reader())) == []
        expect_exact_entries(lake)
        expect_bills_of_the_ledger(lake)
        expect_fresh_settlements(lake, history)
        if also_before:
            expect_what_differs_to_be_booked(lake, history.booked_at_utc(len(history.steps) - 1))
    finally:
        lake.close()


def settled_by(lake: Lake, booking: Booking, now_utc: datetime) -> Lake:
    """Settle to the end, or only the first transaction, as of a process that is killed; gives the lake opened anew."""
    lake.close()
    lake = Lake(lake.settings.model_copy(update={"market_mechanism": booking.mechanism}))
    steps = settle(lake, now_utc, f"run at {now_utc}")
    if booking.is_stopped:
        next(steps, None)
    else:
        list(steps)
        state = lake.snapshot_id()
        assert list(settle(lake, now_utc, "again")) == []
        assert lake.snapshot_id() == state, "nothing was new"
    return lake


def expect_exact_entries(lake: Lake) -> None:
    """What is sold is bought in every booking, and whatever takes a version back is that version, negated."""
    assert select(lake, UNBALANCED) == []
    for table in ("gold.settled_position", "gold.settled_trade"):
        kept = [name for name in columns(table) if name not in {"settlement_id", "entry"}]
        negated = ", ".join(f"-{name}" if name in amounts(table) else name for name in kept)
        taken_back = f"select settlement_id, {', '.join(kept)} from {table} where entry = -1"
        booked_before = f"""
            select again.settlement_id, {negated}
            from {table}
            inner join (
                select
                    period_start_utc, settlement_id,
                    lag(settlement_id) over (partition by period_start_utc order by version) as settlement_before
                from gold.settled_slot
            ) as again using (period_start_utc)
            where entry = 1 and {table}.settlement_id = again.settlement_before
        """
        assert select(lake, f"({taken_back}) except all ({booked_before})") == []
        assert select(lake, f"({booked_before}) except all ({taken_back})") == []


def expect_bills_of_the_ledger(lake: Lake) -> None:
    """All bills, built after the last booking, add up to what is booked."""
    build_all(lake, "bills")
    money = sorted(amounts("gold.settled_position") & amounts("gold.market_daily"))
    sums = f"select member_id, {', '.join(f'sum(units({name}))::bigint' for name in money)} from"
    of_the_ledger = select(lake, f"{sums} gold.settled_position group by all having sum(entry) > 0 order by all")
    for table in ("gold.market_daily", "gold.member_bill_monthly"):
        assert select(lake, f"{sums} {table} group by all order by all") == of_the_ledger


def expect_fresh_settlements(lake: Lake, history: LedgerHistory) -> None:
    """At each time when all was booked, the ledger as known then is what had been fetched by then, settled anew."""
    for number, step in enumerate(history.steps):
        if step.booking and not step.booking.is_stopped:
            at = history.booked_at_utc(number)
            known = replay(lake, producers(), at)
            assert known.differing == [], f"as known at {at}"
            assert (known.slots, known.traded_kwh * KWH, known.bought_eur * KWH) == as_known_at(lake, at)


def expect_what_differs_to_be_booked(lake: Lake, at: datetime) -> None:
    """Just before a booking, the ledger differs from what had been fetched by then in the slots that it books alone."""
    before = replay(lake, producers(), at - timedelta(minutes=1))
    assert before.differing == [slot for (slot,) in select(lake, SLOTS_BOOKED.format(stored_at(at)))]


def as_known_at(lake: Lake, at: datetime) -> tuple[Any, ...]:
    """Slots that count, and the Wh and micro-euros bought in them, by the entries that were booked at a time."""
    (found,) = select(lake, KNOWN.format(stored_at(at)))
    return found


def stored_at(at: datetime) -> str:
    """An instant as SQL reads it."""
    return f"timestamp '{at:%Y-%m-%d %H:%M:%S}'"
