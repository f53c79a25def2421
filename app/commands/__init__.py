"""The commands, and what they share: options, and a run that is recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from lake.catalog import Lake
from lake.runs import Run, configure_logging, recorded
from lake.settings import Settings

DAY, DAY_FORMATS = "YYYY-MM-DD", ["%Y-%m-%d"]
INSTANT, INSTANT_FORMATS = "YYYY-MM-DD[THH:MM]", ["%Y-%m-%dT%H:%M", "%Y-%m-%d"]

First = Annotated[datetime | None, typer.Option("--from", metavar=DAY, formats=DAY_FORMATS, help="First UTC day.")]
Last = Annotated[
    datetime | None, typer.Option("--to", metavar=DAY, formats=DAY_FORMATS, help="Last UTC day, included.")
]
Days = Annotated[int, typer.Option(min=1, help="How many days up to --to, where --from is not given.")]
Now = Annotated[
    datetime | None,
    typer.Option(metavar=INSTANT, formats=INSTANT_FORMATS, help="Take this UTC instant for the present."),
]
Folder = Annotated[Path, typer.Option("--out", help="Folder to write to; made if missing.")]
Seed = Annotated[int, typer.Option(help="The same seed makes the same world.")]


@contextmanager
def recorded_command(name: str) -> Iterator[tuple[Lake, Run]]:
    """The lake, made where there is none, and a run that leaves its row in ``ops.run``."""
    settings = Settings()
    configure_logging(settings.log_format)
    lake = Lake(settings)
    with recorded(lake, name, lambda: datetime.now(UTC)) as run:
        yield lake, run


def check_sources(names: list[str] | None) -> None:
    """Refuse names of sources there are not, before anything is started.

    Raises:
        ValueError: there is no such source; with the names there are.
    """
    from tasks.sources import source

    for name in names or []:
        source(name)


def day(given: datetime | None) -> date | None:
    """The day of an option."""
    return given.date() if given else None


def instant(given: datetime | None) -> datetime | None:
    """The instant of an option, in UTC."""
    return given.replace(tzinfo=UTC) if given else None


def days_between(first: datetime | None, last: datetime | None) -> frozenset[date]:
    """The days from the first to the last, both included; none where neither is given.

    Raises:
        ValueError: only one is given, or they are the wrong way round.
    """
    if first is None and last is None:
        return frozenset()
    if first is None or last is None or first > last:
        raise ValueError("Give both --from and --to, the earlier day first.")
    return frozenset(first.date() + timedelta(days=number) for number in range((last - first).days + 1))
