"""The earlier landings of a database: how far they go, and what is registered with them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from wattlake.lake.sql import Connection
from wattlake.tasks.landing.databases.reading import Stretch
from wattlake.tasks.landing.databases.systems import Value
from wattlake.tasks.sources import Database

READ: dict[str, Callable[[str], Value]] = {
    "int": int,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "str": str,
}
"""The readers of registered values, by the names of their types."""


@dataclass(frozen=True)
class Earlier:
    """A landing of a database: its number, where its rows are, and from where to where they go."""

    landing_id: int
    archive_path: str
    first: Value | None
    last: Value | None


class OvertakenError(ValueError):
    """Another run landed rows of a database while this one read it; nothing was kept."""


def expect_none_since(connection: Connection, described: Database, landings: Sequence[Earlier]) -> None:
    """Refuse a landing where there are others than before its rows were read.

    Raises:
        OvertakenError: there are.
    """
    if len(earlier_landings(connection, described)) != len(landings):
        raise OvertakenError(
            f"{described.name}: another run landed rows of it while this one read it. Nothing of this was kept; "
            "what is still missing comes with the next `wattlake ingest`."
        )


def earlier_landings(connection: Connection, described: Database) -> list[Earlier]:
    """List the landings of a database, in their order."""
    landed = connection.execute(
        "select landing_id, archive_path, asked from ops.landing where source = ? and asked is not null "
        "order by landing_id",
        [described.landed_as],
    )
    asked = [(number, path, json.loads(written)) for number, path, written in landed.fetchall()]
    return [
        Earlier(number, path, _value(parts, "first"), _value(parts, "last"))
        for number, path, parts in asked
        if parts.get("database") == [described.name]
    ]


def asked_of(described: Database, stretch: Stretch) -> dict[str, Sequence[str]]:
    """Write what is registered with a landing: which database, and from where to where."""
    asked: dict[str, Sequence[str]] = {"database": [described.name], "address": [str(described.address)]}
    for name, value in (("first", stretch.first), ("last", stretch.last)):
        if value is not None:
            written = value.isoformat() if isinstance(value, date | datetime) else str(value)
            asked[name] = [type(value).__name__, written]
    return asked


def look_from(described: Database, landings: Sequence[Earlier]) -> Value | None:
    """Give the value behind which rows are read: the greatest landed, less the look-back."""
    values = [landing.last for landing in landings if landing.last is not None]
    if not described.watermark or not values:
        return None
    newest, back = max(values), described.look_back
    match newest, back:
        case (int(), int()):
            return newest - back
        case (date(), timedelta()):  # An instant is a day, too.
            return newest - back
        case _ if not back:
            return newest
    raise ValueError(
        f"{described.file}: `look_back` is {'a time' if isinstance(back, timedelta) else 'a number'}, and "
        f"`{described.watermark}` holds values such as {newest}. Give what can be taken from it."
    )


def _value(asked: dict[str, list[str]], name: str) -> Value | None:
    if name not in asked:
        return None
    kind, written = asked[name]
    return READ[kind](written)
