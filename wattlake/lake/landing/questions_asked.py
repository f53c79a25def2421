"""The questions that a source was asked, by the landings of their answers."""

from dataclasses import dataclass
from datetime import datetime

from wattlake.lake.landing.payloads import question
from wattlake.lake.sql import Connection
from wattlake.lake.times import aware_utc


@dataclass(frozen=True)
class Asked:
    """A landing by its question, whichever host answered, and its time."""

    landing_id: int
    question: str
    fetched_at_utc: datetime


def asked(connection: Connection, source: str) -> list[Asked]:
    """List a source's questions with their times, in the order of the landings."""
    names = "select landing_id, name, fetched_at_utc from ops.landing where source = ? order by landing_id"
    landed = connection.execute(names, [source]).fetchall()
    return [Asked(number, question(name), aware_utc(fetched_at)) for number, name, fetched_at in landed]
