"""The commands, and what they share: options, and a run that is recorded."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from wattlake.lake.runs.record import Run, configure_logging, recorded
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.snapshots import as_of

DAY, DAY_FORMATS = "YYYY-MM-DD", ["%Y-%m-%d"]
INSTANT = "YYYY-MM-DD[THH:MM[:SS]]"
INSTANT_FORMATS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"]

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
PORT_IS_NOT_OURS = (errno.EADDRINUSE, errno.EACCES)

Port = Annotated[int, typer.Option(min=1, max=65_535, help="TCP port to serve on.")]
Folder = Annotated[Path, typer.Option("--out", help="Folder to write to; made if missing.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed makes the same world.")]


@contextmanager
def recorded_command(name: str) -> Iterator[tuple[Lake, Run]]:
    """The lake, made where there is none, and a run that leaves its row in ``ops.run``."""
    settings = Settings()
    configure_logging(settings.log_format)
    lake = Lake(settings)
    with recorded(lake, name, lambda: datetime.now(UTC)) as run:
        yield lake, run


def lake_as_of(given: str | None) -> Lake:
    """The lake to read, as it is or as of the snapshot or time of ``--as-of``.

    Raises:
        AsOfError: what is given is neither a snapshot nor a time.
    """
    return Lake(Settings(), read_only=True, as_of=as_of(given) if given else None)


def check_sources(names: list[str] | None) -> None:
    """Refuse names of sources there are not, before anything is started.

    Raises:
        ValueError: there is no such source; with the names there are.
    """
    from wattlake.tasks.sources import source

    for name in names or []:
        source(name)


def expect_free(port: int, host: str = "127.0.0.1") -> None:
    """Refuse a port that cannot be served on.

    Raises:
        OSError: another program listens there, or this machine does not have the address.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            choose = "Choose another with --port." if error.errno in PORT_IS_NOT_OURS else "Choose another --host."
            raise OSError(f"Port {port} cannot be had on {host} ({error.strerror}). {choose}") from error


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
