"""Build a lake from what had been fetched by a time, in a temporary folder.

It is made anew from bronze, so it outlives every snapshot.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from wattlake.lake.build.gold import Producer
from wattlake.lake.build.run import build
from wattlake.lake.contracts import contracts, listed
from wattlake.lake.sql import Connection, quoted
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.tables import existing
from wattlake.lake.times import aware_utc


@contextmanager
def lake_as_fetched_by(lake: Lake, producers: Mapping[str, Producer], by_then: datetime) -> Iterator[Lake]:
    """Build a lake of its own in a temporary folder from the bronze fetched by a time.

    Settlements, models and forecasts that were given by then are copied, too; so are all mappings.

    Args:
        lake: the lake.
        producers: what SQL cannot compute, by the table it makes.
        by_then: the time, UTC without an offset.

    Raises:
        ValueError: nothing had been fetched by then.
    """
    ((first,),) = lake.reader().execute("select min(fetched_at_utc) from ops.landing").fetchall()
    if first is None or first > by_then:
        begins = f"the first was on {first:%Y-%m-%d %H:%M:%S} UTC" if first else "nor has anything since"
        raise ValueError(f"Nothing had been fetched by {by_then:%Y-%m-%d %H:%M:%S} UTC; {begins}. Give a later time.")
    with TemporaryDirectory(prefix="wattlake-replay-") as folder:
        settings = lake.settings.model_copy(
            update={"data": f"{folder}/lake", "catalog": "", "azure_connection_string": None}
        )
        known = Lake(type(settings).model_validate(settings.model_dump()))
        known.create()
        for table in existing(lake.reader(), contracts()):
            condition = _there_by_then(table, by_then)
            if condition:
                file = Path(folder) / f"{table}.parquet"
                copied = f"select {listed(table)} from {table} where {condition}"
                lake.reader().execute(f"copy ({copied}) to {quoted(str(file))} (format parquet)")
                known.write(partial(_fill, table=table, file=file))
                file.unlink()
        try:
            list(build(known, producers, "replay", aware_utc(by_then)))
            yield known
        finally:
            known.close()


def _there_by_then(table: str, by_then: datetime) -> str:
    """Write the condition that a row was there at a time; empty where nothing is copied.

    Nothing is copied of tables that follow from others.
    """
    instant = f"timestamp '{by_then}'"
    if table.startswith("bronze."):
        return f"_fetched_at_utc <= {instant}"
    booked = f"(select settlement_id from ops.settlement where booked_at_utc <= {instant})"
    return {
        "ops.landing": f"fetched_at_utc <= {instant}",
        "ops.mapping": "true",
        "ops.settlement": f"booked_at_utc <= {instant}",
        "gold.settled_slot": f"settlement_id in {booked}",
        "ops.model": f"trained_at_utc <= {instant}",
        "gold.forecast": f"_made_at_utc < {instant}",
    }.get(table, "")


def _fill(connection: Connection, table: str, file: Path) -> None:
    connection.execute(f"insert into {table} by name from read_parquet({quoted(str(file))})")
