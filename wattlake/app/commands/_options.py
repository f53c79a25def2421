"""The options that several commands have, and what is read from them."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from wattlake.lake.times import aware_utc

DAY, DAY_FORMATS = "YYYY-MM-DD", ["%Y-%m-%d"]
INSTANT = "YYYY-MM-DD[THH:MM[:SS]]"
INSTANT_FORMATS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"]
PLACE = "DIR|az://…"

First = Annotated[datetime | None, typer.Option("--from", metavar=DAY, formats=DAY_FORMATS, help="First UTC day.")]
Last = Annotated[
    datetime | None, typer.Option("--to", metavar=DAY, formats=DAY_FORMATS, help="Last UTC day, included.")
]
Days = Annotated[int, typer.Option(min=1, max=36_500, help="How many days up to --to, where --from is not given.")]
Now = Annotated[
    datetime | None,
    typer.Option(metavar=INSTANT, formats=INSTANT_FORMATS, help="Take this UTC instant for the present."),
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="SNAPSHOT|TIME", help="Read the lake as of a snapshot's number or a UTC time."),
]

Folder = Annotated[Path, typer.Option("--out", help="Folder to write to; made if missing.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed makes the same world.")]


class Target(StrEnum):
    """A quantity that is forecast."""

    load = "load"
    solar = "solar"
    price = "price"


def check_folder_of(file: Path) -> None:
    """Refuse a file whose folder is not there.

    Raises:
        ValueError: it is not; with what to do.
    """
    if not file.parent.is_dir():
        raise ValueError(f"There is no folder `{file.parent}` to write {file.name} to. Make it, or name another.")


def check_sources(names: list[str] | None) -> None:
    """Refuse names of sources there are not, before anything is started.

    Raises:
        ValueError: there is no such source; with the names there are.
    """
    from wattlake.tasks.sources import source

    for name in names or []:
        source(name)


def known_sources() -> str:
    """List the names of all sources for a help text; none where a user repeats a name."""
    from wattlake.tasks.sources import source_names

    with suppress(ValueError):  # It is told when a source is named or landed.
        return f": {', '.join(source_names())}"
    return ""


def day(given: datetime | None) -> date | None:
    """The day of an option."""
    return given.date() if given else None


def instant(given: datetime | None) -> datetime | None:
    """The instant of an option, in UTC."""
    return aware_utc(given) if given else None


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
