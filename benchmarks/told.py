"""What a command's log and the lake's folder tell: seconds by table and by layer, bytes by layer."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.measure import Cost
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, scalar
from wattlake.lake.store.lake import Lake

LAYERS = ("bronze", "silver", "quarantine", "gold", "ops")


@dataclass(frozen=True)
class Line:
    """One line of the log that tells of a table.

    Attributes:
        at_utc: when it was written.
        table: what was landed or built.
        rows: how many were written.
        seconds: how long that took, checks included, commits not.
    """

    at_utc: datetime
    table: str
    rows: int
    seconds: float

    @property
    def layer(self) -> str:
        """The schema of the table."""
        return self.table.partition(".")[0]


def lines(cost: Cost) -> list[Line]:
    """The lines of a command's log that tell of tables, in order."""
    return list(_lines(cost.log.read_text(encoding="utf-8").splitlines()))


def _lines(log: Iterable[str]) -> Iterator[Line]:
    for text in log:
        fields = json.loads(text) if text.startswith("{") else {}
        if {"table", "rows", "seconds"} <= fields.keys():
            yield Line(datetime.fromisoformat(fields["time"]), fields["table"], fields["rows"], fields["seconds"])


def seconds_by_table(*costs: Cost) -> Counter[str]:
    """The seconds that commands spent on each table, as their logs say."""
    seconds: Counter[str] = Counter()
    for line in (line for cost in costs for line in lines(cost)):
        seconds[line.table] += line.seconds  # type: ignore[assignment]
    return seconds


def rows_by_table(*costs: Cost) -> Counter[str]:
    """The rows that commands wrote to each table, as their logs say."""
    rows: Counter[str] = Counter()
    for line in (line for cost in costs for line in lines(cost)):
        rows[line.table] += line.rows
    return rows


def seconds_by_layer(cost: Cost) -> Counter[str]:
    """All seconds of a command, shared out to layers.

    What lies between two lines of the log (start, commits, plans) goes to the layer of the later one, what comes after
    the last to its own; so the layers add up to the whole.
    """
    seconds: Counter[str] = Counter()
    before = cost.started_at_utc
    of_build = lines(cost)
    for line in of_build:
        seconds[line.layer] += (line.at_utc - before).total_seconds()  # type: ignore[assignment]
        before = line.at_utc
    ended = cost.started_at_utc + timedelta(seconds=cost.seconds)
    seconds[of_build[-1].layer if of_build else "none"] += (ended - before).total_seconds()  # type: ignore[assignment]
    return seconds


@dataclass(frozen=True)
class Held:
    """What a layer takes up on disk: files and bytes that were written, and those its tables still refer to."""

    files: int
    written_bytes: int
    live_bytes: int


def bytes_by_layer(lake: Mapping[str, str]) -> dict[str, Held]:
    """What each layer of a lake takes up; ``landing`` is the archive, ``catalog`` the file of the catalog."""
    folder = Path(lake["WATTLAKE_DATA"])
    live = _live_bytes(lake)
    held = {"landing": _written(folder / "landing")}
    held |= {layer: _written(folder / "tables" / layer) for layer in LAYERS}
    held["catalog"] = _written(folder, "catalog.sqlite*")
    return {layer: Held(files, written, live.get(layer, written)) for layer, (files, written) in held.items() if files}


def _written(folder: Path, pattern: str = "**/*") -> tuple[int, int]:
    sizes = [path.stat().st_size for path in folder.glob(pattern) if path.is_file()]
    return len(sizes), sum(sizes)


def held_in_table(lake: Mapping[str, str], table: str) -> tuple[int, int]:
    """Rows and milliwatt-hours in a table of a lake."""
    with opened_lake(lake) as reader:
        rows, energy_kwh = reader.execute(f"select count(*), sum(units(energy_kwh))::bigint from {table}").fetchall()[0]
    return rows, energy_kwh


def counted(lake: Mapping[str, str], names: Iterable[str]) -> dict[str, int]:
    """Rows in some tables of a lake."""
    with opened_lake(lake) as reader:
        return {name: scalar(reader, f"select count(*) from {name}") for name in names}


def asked(lake: Mapping[str, str], query: str) -> list[tuple[Any, ...]]:
    """The rows of a query on a lake."""
    with opened_lake(lake) as reader:
        return reader.execute(query).fetchall()


def _live_bytes(lake: Mapping[str, str]) -> dict[str, int]:
    with opened_lake(lake) as reader:
        sizes = reader.execute(
            """
            select schema_name, sum(file_size_bytes + delete_file_size_bytes)::bigint
            from ducklake_table_info('lake')
            inner join __ducklake_metadata_lake.ducklake_schema using (schema_id)
            group by all
            """
        ).fetchall()
    return dict(sizes)


@contextmanager
def opened_lake(lake: Mapping[str, str]) -> Iterator[Connection]:
    """A reader of a lake, by its settings."""
    settings = {name.removeprefix("WATTLAKE_").lower(): value for name, value in lake.items() if "__" not in name}
    opened = Lake(Settings(**settings), read_only=True)  # type: ignore[arg-type]
    try:
        yield opened.reader()
    finally:
        opened.close()
