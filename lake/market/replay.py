"""Replay: what a settlement comes to with what had been fetched by a time; from bronze, not from snapshots."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from lake.build import build
from lake.catalog import Lake
from lake.connection import Connection, quoted
from lake.contracts import contracts, listed
from lake.gold import Producer
from lake.market.ledger import differing, settled_anew
from lake.market.settlement import days_there_are


@dataclass(frozen=True)
class Replayed:
    """What the slots of some days came to as known at a time, and how that compares with what was booked by then.

    Attributes:
        slots: slots settled anew.
        traded_wh: energy traded in them.
        bought_micro_eur: what members pay each other for it.
        differing: slots that were not booked so by then: booked otherwise, or not yet.
    """

    slots: int
    traded_wh: int
    bought_micro_eur: int
    differing: list[datetime]


def replay(
    lake: Lake, producers: Mapping[str, Producer], as_of: datetime, days: frozenset[date] = frozenset()
) -> Replayed:
    """Settle days anew from what had been fetched by a time, on the terms booked by then; nothing is booked.

    Args:
        lake: the lake.
        producers: what SQL cannot compute, by the table it makes.
        as_of: the time.
        days: UTC days; by default all.
    """
    by_then = as_of.astimezone(UTC).replace(tzinfo=None)
    with _lake_as_fetched_by(lake, by_then) as known:
        list(build(known, producers, "replay", as_of))
        reader = known.reader()
        wanted = set(days) or days_there_are(reader, date.min)
        slots, traded_wh, bought, found_differing = 0, 0, 0, []
        for _, window in settled_anew(reader, lake.settings, wanted):
            found = reader.execute(
                "select count(distinct period_start_utc), coalesce(sum(bought_wh), 0)::bigint, "
                "coalesce(sum(bought_micro_eur), 0)::bigint from outcome"
            ).fetchall()[0]
            slots, traded_wh, bought = slots + found[0], traded_wh + found[1], bought + found[2]
            listed_slots = f"select period_start_utc from ({differing(window)}) order by all"
            found_differing += [slot for (slot,) in reader.execute(listed_slots).fetchall()]
        return Replayed(slots, traded_wh, bought, found_differing)


@contextmanager
def _lake_as_fetched_by(lake: Lake, by_then: datetime) -> Iterator[Lake]:
    """A lake of its own in a temporary folder, with the bronze and the ledger's links that were there at a time."""
    with TemporaryDirectory(prefix="wattlake-replay-") as folder:
        settings = lake.settings.model_copy(
            update={"data": f"{folder}/lake", "catalog": "", "azure_connection_string": None}
        )
        known = Lake(type(settings).model_validate(settings.model_dump()))
        known.create()
        for table in contracts():
            condition = _there_by_then(table, by_then)
            if condition:
                file = Path(folder) / f"{table}.parquet"
                copied = f"select {listed(table)} from {table} where {condition}"
                lake.reader().execute(f"copy ({copied}) to {quoted(str(file))} (format parquet)")
                known.write(partial(_fill, table=table, file=file))
                file.unlink()
        try:
            yield known
        finally:
            known.close()


def _there_by_then(table: str, by_then: datetime) -> str:
    """The condition that a row of a table was there at a time; empty for tables that follow from others."""
    instant = f"timestamp '{by_then}'"
    if table.startswith("bronze."):
        return f"_fetched_at_utc <= {instant}"
    booked = f"(select settlement_id from ops.settlement where booked_at_utc <= {instant})"
    return {
        "ops.landing": f"fetched_at_utc <= {instant}",
        "ops.mapping": "true",
        "ops.settlement": f"booked_at_utc <= {instant}",
        "gold.settled_slot": f"settlement_id in {booked}",
    }.get(table, "")


def _fill(connection: Connection, table: str, file: Path) -> None:
    connection.execute(f"insert into {table} by name from read_parquet({quoted(str(file))})")
