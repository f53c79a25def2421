"""Settle days once more and compare them with what is booked; book nothing."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import NamedTuple

from wattlake.lake.build.gold import stretches
from wattlake.lake.market.chain import NOTHING_LEFT
from wattlake.lake.market.clearing import Cleared, Window, clear, hash_slots, parts, prepare
from wattlake.lake.market.terms import FIXED, Terms, read, written
from wattlake.lake.quality.written import within
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection


class Settled(NamedTuple):
    """A stretch of days that was settled but not booked, with its results.

    Attributes:
        terms: what it is settled by.
        window: its days.
        position: the relation of each member's energy in each slot, with a price or without.
        cleared: the relations of slots, outcomes and trades.
        slot_hash: the relation of each slot's hash.
    """

    terms: Terms
    window: Window
    position: str
    cleared: Cleared
    slot_hash: str


def settled_anew(connection: Connection, settings: Settings, days: set[date]) -> Iterator[Settled]:
    """Settle days by their terms, stretch by stretch, without booking anything.

    Yields:
        Each stretch with the relations that hold what it comes to, until the next one is settled.

    Raises:
        ValueError: days are booked in slots of another length than the community has now.
    """
    for terms, of_terms in _by_terms(connection, settings, days):
        for window in (part for stretch in stretches(of_terms) for part in parts(connection, stretch)):
            position = prepare(connection, terms, window)
            cleared = clear(connection, terms, terms["market_mechanism"])
            yield Settled(terms, window, position, cleared, hash_slots(connection, cleared))


def differing(settled: Settled) -> str:
    """Write the SELECT of the slots whose results differ from the newest booked version.

    Returns:
        A SELECT of the slot, the link that booked it before, its next version, and what it comes to now.
    """
    return f"""
        select
            coalesce(fresh.period_start_utc, counting.period_start_utc) as period_start_utc,
            counting.settlement_id as settlement_before,
            coalesce(counting.version, 0) + 1 as version,
            fresh.* exclude (period_start_utc, sha256),
            coalesce(fresh.sha256, '{NOTHING_LEFT}') as sha256
        from {settled.slot_hash} as fresh
        full join (
            select
                period_start_utc, max(version) as version, max_by(settlement_id, version) as settlement_id,
                max_by(sha256, version) as sha256
            from gold.settled_slot where {within(settled.window)} group by period_start_utc
        ) as counting using (period_start_utc)
        where coalesce(fresh.sha256, '{NOTHING_LEFT}') <> coalesce(counting.sha256, '{NOTHING_LEFT}')
    """


def _by_terms(connection: Connection, settings: Settings, days: set[date]) -> Iterator[tuple[Terms, set[date]]]:
    """Group days that follow one another under the same terms.

    A day that was settled before has the terms of its first settlement, any other has today's.
    """
    booked_terms: Mapping[date, str] = dict(
        connection.execute(
            "select cast(period_start_utc as date), arg_min(terms, settlement_id) from ops.settlement group by all"
        ).fetchall()
    )
    today = written(settings.model_dump())
    for text, run in groupby(sorted(days), key=lambda day: booked_terms.get(day, today)):
        terms = read(text)
        for name in FIXED:
            if terms[name] != getattr(settings, name):
                raise ValueError(
                    f"The ledger was settled with WATTLAKE_{name.upper()} = {terms[name]}, but now that is "
                    f"{getattr(settings, name)}. What is settled keeps its terms: set it back, or begin another lake."
                )
        yield terms, set(run)
