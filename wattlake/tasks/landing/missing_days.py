"""Which days of a source are missing: decided from what it was asked and what silver has, both in the lake."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from types import ModuleType

from wattlake.lake.build.progress import Progress, read_progress
from wattlake.lake.contracts import columns
from wattlake.lake.landing.payloads import Asked, asked, question
from wattlake.lake.models.graph import models
from wattlake.lake.store.connection import Connection
from wattlake.lake.store.lake import Lake
from wattlake.tasks.ingest import request_name, scope
from wattlake.tasks.sources import Request, source

ONE_DAY = timedelta(days=1)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Known:
    """What is known of the days that a source was asked for.

    Attributes:
        landings: the landings by what they ask, with its days left out.
        read_up_to: the landing up to which silver has read them.
        days: the days that silver has rows of, each with the landing the rows came with.
    """

    landings: dict[str, list[Asked]]
    read_up_to: int
    days: frozenset[tuple[date, int]]

    def is_answered(self, request: Request, day: date) -> bool:
        """Whether the question of one day was answered: for good, or after the day with something of it."""
        name = question(request_name(request))
        first, last = span(name)
        landings = [
            landing
            for landing in self.landings.get(DATE.sub("", name), [])
            if span(landing.question)[0] <= first and last <= span(landing.question)[1]
        ]
        final_at_utc = request.final_at_utc
        if final_at_utc and any(landing.fetched_at_utc >= final_at_utc for landing in landings):
            return True
        over_utc = datetime.combine(day + ONE_DAY, time(), UTC)
        late = [landing for landing in landings if landing.fetched_at_utc >= over_utc]
        is_unread = any(landing.landing_id > self.read_up_to for landing in late)
        return is_unread or (bool(late) and any((day, landing.landing_id) in self.days for landing in landings))


def missing_days(lake: Lake, name: str, from_day: date, to_day: date, now_utc: datetime) -> list[date]:
    """The UTC days of a source's API that are over and that it was not asked for late enough to know its last word.

    An answer that may still change will do where it came after the day and silver found something of the day in it.

    Raises:
        ValueError: the source is no API, no day is over, or there is nothing to ask it for.
    """
    module = api(name)
    days = past_days(from_day, to_day, now_utc)
    if not any(_questions(lake, module, days, now_utc).values()):
        raise ValueError(
            f"There is nothing to ask {name} for: the register names no zone, or no panels. "
            "Run `wattlake ingest members` first."
        )
    return unanswered_days(lake, name, days, now_utc)


def unanswered_days(lake: Lake, name: str, days: Sequence[date], now_utc: datetime) -> list[date]:
    """Those of some UTC days, in order and over, that a source's API was not asked for late enough; see above."""
    if not days:
        return []
    questions = _questions(lake, api(name), days, now_utc)
    known = _known(lake.reader(), name, days)
    return [day for day in days if not all(known.is_answered(request, day) for request in questions[day])]


def _questions(lake: Lake, module: ModuleType, days: Sequence[date], now_utc: datetime) -> dict[date, list[Request]]:
    """What an API is asked for each of some days."""
    whole = scope(lake, module, days[0], days[-1], now_utc)
    return {day: module.requests(replace(whole, from_day=day, to_day=day)) for day in days}


def past_days(from_day: date, to_day: date, now_utc: datetime) -> list[date]:
    """The UTC days from the first to the last that are over.

    Raises:
        ValueError: there is none.
    """
    last = min(to_day, now_utc.astimezone(UTC).date() - ONE_DAY)
    if from_day > last:
        raise ValueError(
            f"There is no day from {from_day} to {to_day} that is over. Give an earlier --from; "
            "`wattlake ingest` lands today and the days to come."
        )
    return [from_day + number * ONE_DAY for number in range((last - from_day).days + 1)]


def api(name: str) -> ModuleType:
    """The module of a source that can be asked.

    Raises:
        ValueError: there is no such source, or it comes as files.
    """
    module = source(name)
    if hasattr(module, "LAYOUTS"):
        raise ValueError(
            f"{name} comes as files, so there is nobody to ask for what is missing. Put the files where "
            f"WATTLAKE_{name.upper()} points and run `wattlake ingest {name}`."
        )
    return module


@cache
def span(name: str) -> tuple[str, str]:
    """The first and the last date that an address names; empty where it names none."""
    dates = DATE.findall(name) or [""]
    return min(dates), max(dates)


def _known(reader: Connection, name: str, days: Sequence[date]) -> Known:
    landings: dict[str, list[Asked]] = defaultdict(list)
    for landing in asked(reader, name):
        landings[DATE.sub("", landing.question)].append(landing)
    tables = [model.table for model in models().values() if model.layer == "silver" and model.source == name]
    progress = read_progress(reader)
    there: set[tuple[date, int]] = set()
    for table in tables:
        if "period_start_utc" in columns(table):
            rows = reader.execute(
                f"select distinct cast(period_start_utc as date), _landing_id from {table} "
                f"where period_start_utc >= '{days[0]}' and period_start_utc < '{days[-1] + ONE_DAY}'"
            )
            there.update(rows.fetchall())
    read_up_to = min((progress.get(table, Progress()).landing_id or 0 for table in tables), default=0)
    return Known(landings, read_up_to, frozenset(there))
