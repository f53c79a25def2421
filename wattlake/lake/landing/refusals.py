"""Refused questions, kept so that none is asked anew before a day has passed."""

from datetime import datetime, timedelta
from typing import NamedTuple

from wattlake.lake.contracts import listed
from wattlake.lake.landing.payloads import Origin
from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake
from wattlake.lake.times import aware_utc

ASKED_ANEW_AFTER = timedelta(days=1)


class Refusal(NamedTuple):
    """A service's refusal of a question: its status and its time, in UTC."""

    status: int
    refused_at_utc: datetime


def refusal(connection: Connection, source: str, name: str, now_utc: datetime) -> Refusal | None:
    """Find the refusal for which a question is not to be asked yet; ``None`` where it may be.

    Args:
        connection: with the lake as its current database.
        source: the source.
        name: the address asked, with its parameters; another host may be asked at once.
        now_utc: the present.
    """
    row = connection.execute(
        "select status, refused_at_utc from ops.refusal where source = ? and name = ?", [source, name]
    ).fetchone()
    if row is None:
        return None
    refused_at_utc = aware_utc(row[1])
    is_young = refused_at_utc <= now_utc < refused_at_utc + ASKED_ANEW_AFTER
    return Refusal(row[0], refused_at_utc) if is_young else None


def keep_refusal(lake: Lake, origin: Origin, name: str, status: int) -> None:
    """Write down that a question was refused, in place of what was written of it before."""

    def step(connection: Connection) -> None:
        _forget(connection, origin.source, name)
        connection.execute(
            f"insert into ops.refusal ({listed('ops.refusal')}) values (?, ?, ?, ?, ?)",
            [origin.source, name, status, origin.fetched_at, origin.run_id],
        )

    lake.write(step, lock=origin.source)


def forget_refusal(lake: Lake, source: str, name: str) -> None:
    """Strike out the refusal of a question that was answered since."""
    lake.write(lambda connection: _forget(connection, source, name), lock=source)


def _forget(connection: Connection, source: str, name: str) -> None:
    connection.execute("delete from ops.refusal where source = ? and name = ?", [source, name])
