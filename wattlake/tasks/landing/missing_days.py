"""Find the missing days of a source from its landed answers and from silver."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from wattlake.lake.build.progress import Progress, read_progress
from wattlake.lake.contracts import columns
from wattlake.lake.landing.inboxes import inbox_variable
from wattlake.lake.landing.questions_asked import asked
from wattlake.lake.models.graph import models
from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake
from wattlake.lake.times import ONE_DAY, utc_day
from wattlake.tasks.landing.questions import Question, Subject, question_of, request_name, scope
from wattlake.tasks.sources import Api, Database, DaysAsked, Request, source


@dataclass(frozen=True)
class Answer:
    """An answer that was landed: its number, its question, and when it came."""

    landing_id: int
    question: Question
    fetched_at_utc: datetime


@dataclass(frozen=True)
class Known:
    """The answers of a source that were landed, and what silver made of them.

    Attributes:
        answers: by the subject of their questions.
        days_asked: where the source's questions name days.
        read_up_to: the landing up to which silver has read them.
        days: the days that silver has rows of, each with the landing the rows came with.
    """

    answers: Mapping[Subject, Sequence[Answer]]
    days_asked: DaysAsked
    read_up_to: int
    days: frozenset[tuple[date, int]]

    def is_answered(self, request: Request, day: date) -> bool:
        """Say whether a day's question was answered for good, or after the day with rows of it.

        An answer after the day that silver has not read yet counts, too.
        """
        question = question_of(request_name(request), self.days_asked)
        answers = [answer for answer in self.answers.get(question.subject, ()) if answer.question.covers(question)]
        final_at_utc = request.final_at_utc
        if final_at_utc and any(answer.fetched_at_utc >= final_at_utc for answer in answers):
            return True
        over_utc = datetime.combine(day + ONE_DAY, time(), UTC)
        late = [answer for answer in answers if answer.fetched_at_utc >= over_utc]
        is_unread = any(answer.landing_id > self.read_up_to for answer in late)
        return is_unread or (bool(late) and any((day, answer.landing_id) in self.days for answer in answers))


def missing_days(lake: Lake, name: str, from_day: date, to_day: date, now_utc: datetime) -> list[date]:
    """Find the UTC days that are over and that an API was not asked for late enough.

    An answer that may still change will do where it came after the day and silver found something of the day in it.

    Raises:
        ValueError: the source is no API, no day is over, or there is nothing to ask it for.
    """
    asked_for = api(name)
    days = past_days(from_day, to_day, now_utc)
    if not any(_questions(lake, asked_for, days, now_utc).values()):
        raise ValueError(f"There is nothing to ask {name} for: {_what_it_lacks(asked_for)}")
    return unanswered_days(lake, name, days, now_utc)


def _what_it_lacks(asked_for: Api) -> str:
    if not asked_for.after:
        return f"it has no questions for these days. Give others, or see `requests` of the source {asked_for.name}."
    return f"the register names no zone, or no panels. Run `wattlake ingest {' '.join(asked_for.after)}` first."


def unanswered_days(lake: Lake, name: str, days: Sequence[date], now_utc: datetime) -> list[date]:
    """Find those of some UTC days, in order and over, that an API was not asked for late enough."""
    if not days:
        return []
    questions = _questions(lake, api(name), days, now_utc)
    known = _known(lake.reader(), name, days)
    return [day for day in days if not all(known.is_answered(request, day) for request in questions[day])]


def _questions(lake: Lake, asked_for: Api, days: Sequence[date], now_utc: datetime) -> dict[date, list[Request]]:
    """Put the questions to an API together for each of some days."""
    whole = scope(lake, asked_for, days[0], days[-1], now_utc)
    return {day: asked_for.requests(replace(whole, from_day=day, to_day=day)) for day in days}


def past_days(from_day: date, to_day: date, now_utc: datetime) -> list[date]:
    """List the UTC days from the first to the last that are over.

    Raises:
        ValueError: there is none.
    """
    last = min(to_day, utc_day(now_utc) - ONE_DAY)
    if from_day > last:
        raise ValueError(
            f"There is no day from {from_day} to {to_day} that is over. Give an earlier --from; "
            "`wattlake ingest` lands today and the days to come."
        )
    return [from_day + number * ONE_DAY for number in range((last - from_day).days + 1)]


def api(name: str) -> Api:
    """Find the description of a source that can be asked.

    Raises:
        ValueError: there is no such source, or it comes as files or from a database.
    """
    described = source(name)
    if isinstance(described, Database):
        raise ValueError(
            f"{name} is a database: `wattlake ingest {name}` lands what it lacks, its `look_back` finds late rows."
        )
    if not isinstance(described, Api):
        raise ValueError(
            f"{name} comes as files, so there is nobody to ask for what is missing. Put the files where "
            f"{inbox_variable(name)} points and run `wattlake ingest {name}`."
        )
    return described


def _known(reader: Connection, name: str, days: Sequence[date]) -> Known:
    days_asked, landed_as = api(name).days_asked, api(name).landed_as
    answers: dict[Subject, list[Answer]] = defaultdict(list)
    for landing in asked(reader, landed_as):
        question = question_of(landing.question, days_asked)
        answers[question.subject].append(Answer(landing.landing_id, question, landing.fetched_at_utc))
    tables = [model.table for model in models().values() if model.layer == "silver" and model.source == landed_as]
    progress = read_progress(reader)
    read_up_to = min((progress.get(table, Progress()).landing_id or 0 for table in tables), default=0)
    return Known(answers, days_asked, read_up_to, frozenset(_days_in_silver(reader, tables, days)))


def _days_in_silver(reader: Connection, tables: Sequence[str], days: Sequence[date]) -> Iterator[tuple[date, int]]:
    """Read the days that tables have rows of, from the first to the last, with their landings."""
    for table in tables:
        if "period_start_utc" in columns(table):
            yield from reader.execute(
                f"select distinct cast(period_start_utc as date), _landing_id from {table} "
                f"where period_start_utc >= '{days[0]}' and period_start_utc < '{days[-1] + ONE_DAY}'"
            ).fetchall()
