"""Backfill a source: ask its API for the past days that are missing, and for no others."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from time import perf_counter

from wattlake.lake.store.lake import Lake
from wattlake.lake.times import ONE_DAY, utc_day
from wattlake.tasks.landing.failures import PartlyLandedError, QuestionsFailedError, failures_of
from wattlake.tasks.landing.http import NoAnswerError
from wattlake.tasks.landing.land import land
from wattlake.tasks.landing.missing_days import api, missing_days, past_days, unanswered_days
from wattlake.tasks.landing.questions import question_of, request_name, scope

CHUNK_DAYS = 31
DAYS_OF_READINGS = "select distinct cast(period_start_utc as date) from silver.meter_reading order by all"


@dataclass(frozen=True)
class Filled:
    """The progress of a backfill: missing days done, of how many, and the rows of the last ones."""

    done: int
    total: int
    rows: int


def backfill(
    lake: Lake,
    name: str,
    from_day: date,
    to_day: date,
    now_utc: datetime,
    run_id: str,
    chunk_days: int = CHUNK_DAYS,
    again: bool = False,
) -> Iterator[Filled]:
    """Land the UTC days ``[from_day, to_day]`` of an API that are missing, some at a time.

    Each answer is landed as it comes, so a backfill that was broken off goes on with what is still missing.

    Args:
        lake: the lake.
        name: the source.
        from_day: the first day.
        to_day: the last day.
        now_utc: the present; only days that are over are asked for.
        run_id: the run.
        chunk_days: how many days to ask for at once, at most.
        again: ask for all the days, whatever was answered before.

    Yields:
        After each chunk, how far it came; nothing where no day is missing.

    Raises:
        ValueError: the source is no API, no day is over, or there is nothing to ask for.
        QuestionsFailedError: there was no usable answer to some questions; the others were asked, unless the service
            gave no answer at all.
        PartlyLandedError: the same, and what came is landed.
    """
    missing = missing_days(lake, name, from_day, to_day, now_utc)
    days = past_days(from_day, to_day, now_utc) if again else missing
    longest = chunk_days if days and _asks_for_days(lake, name, days[0], now_utc) else len(days)
    yield from _land_chunks(lake, name, _chunks(days, longest), now_utc, run_id, again=again)


def fill_days_of_readings(
    lake: Lake, name: str, but_for: tuple[date, date], now_utc: datetime, run_id: str
) -> Iterator[Filled]:
    """Land the days that meters have readings of and an API was not asked for, some at a time.

    Args:
        lake: the lake; silver has the readings.
        name: the source; one that is asked for no days has nothing to fill.
        but_for: the first and the last of the UTC days that it was just asked for.
        now_utc: the present; only days that are over are asked for.
        run_id: the run.

    Yields:
        After each chunk, how far it came; nothing where no day lacks its answer.

    Raises:
        QuestionsFailedError: there was no usable answer to some questions.
        PartlyLandedError: the same, and what came is landed.
    """
    today = utc_day(now_utc)
    read = lake.reader().execute(DAYS_OF_READINGS).fetchall()
    days = [day for (day,) in read if day < today and not but_for[0] <= day <= but_for[1]]
    if days and _asks_for_days(lake, name, days[0], now_utc):
        chunks = _chunks(unanswered_days(lake, name, days, now_utc), CHUNK_DAYS)
        yield from _land_chunks(lake, name, chunks, now_utc, run_id, again=False)


def _land_chunks(
    lake: Lake, name: str, chunks: Iterable[list[date]], now_utc: datetime, run_id: str, *, again: bool
) -> Iterator[Filled]:
    """Land the answers for stretches of days, one by one; a refusal of one stops no other."""
    stretches, done, landed, started = list(chunks), 0, 0, perf_counter()
    total = sum(len(days) for days in stretches)
    failures: list[Exception] = []
    for days in stretches:
        rows = 0
        try:
            for step in land(lake, name, days[0], days[-1], now_utc, run_id, again=again):
                rows += step.rows
        except (QuestionsFailedError, PartlyLandedError) as error:
            failures += failures_of(error)
        done, landed = done + len(days), landed + rows
        yield Filled(done, total, rows)
        if any(isinstance(failure, NoAnswerError) for failure in failures):
            break
    if failures:
        unanswered = QuestionsFailedError(failures)
        raise PartlyLandedError(unanswered, landed, perf_counter() - started) if landed else unanswered


def _asks_for_days(lake: Lake, name: str, day: date, now_utc: datetime) -> bool:
    """Say whether a source's questions depend on the days; if not, one question does for all."""
    asked = api(name)
    requests = asked.requests(scope(lake, asked, day, day, now_utc))
    return any(question_of(request_name(request), asked.days_asked).names_days for request in requests)


def _chunks(days: Sequence[date], longest: int) -> Iterator[list[date]]:
    """Cut days into stretches without gaps, of so many days at most."""
    chunk: list[date] = []
    for day in days:
        if chunk and (day - chunk[-1] > ONE_DAY or len(chunk) == longest):
            yield chunk
            chunk = []
        chunk.append(day)
    if chunk:
        yield chunk
