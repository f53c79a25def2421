"""Backfill a source: ask its API for the days of the past that are missing, and for no others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from time import perf_counter

from prefect import task

from lake.catalog import Lake
from lake.landing import question
from lake.settings import Settings
from tasks.ingest import land, request_name, scope
from tasks.missing import DATE, ONE_DAY, api, missing_days, past_days
from tasks.progress import is_passing, show_progress

CHUNK_DAYS = 31


@dataclass(frozen=True)
class Filled:
    """How far a backfill has come: missing days done, of how many, and the rows that the last ones gave."""

    done: int
    total: int
    rows: int


@task(name="backfill", task_run_name="backfill {name}", retries=2, retry_delay_seconds=5, retry_condition_fn=is_passing)
def backfill_source(
    name: str, from_day: date, to_day: date, now_utc: datetime, run_id: str, chunk_days: int, again: bool
) -> tuple[int, float]:
    """Land the days of a source that are missing; gives rows and seconds."""
    started = perf_counter()
    steps = backfill(Lake(Settings()), name, from_day, to_day, now_utc, run_id, chunk_days, again)
    return sum(step.rows for step in show_progress(steps, f"backfill {name}")), perf_counter() - started


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
        ValueError: the source is no API, no day is over, there is nothing to ask for, or an answer is not what it
            should be.
        HttpError: there was no usable answer. What came before is landed.
    """
    missing = missing_days(lake, name, from_day, to_day, now_utc)
    days, done = past_days(from_day, to_day, now_utc) if again else missing, 0
    longest = chunk_days if days and _asks_for_days(lake, name, days[0], now_utc) else len(days)
    for chunk in _chunks(days, longest):
        rows = sum(step.rows for step in land(lake, name, chunk[0], chunk[-1], now_utc, run_id, again=again))
        done += len(chunk)
        yield Filled(done, len(days), rows)


def _asks_for_days(lake: Lake, name: str, day: date, now_utc: datetime) -> bool:
    """Whether what a source is asked depends on the days; if not, one question does for all."""
    module = api(name)
    requests = module.requests(scope(lake, module, day, day, now_utc))
    return any(DATE.search(question(request_name(request))) for request in requests)


def _chunks(days: Sequence[date], longest: int) -> Iterator[list[date]]:
    """The days as stretches without gaps, of so many days at most."""
    chunk: list[date] = []
    for day in days:
        if chunk and (day - chunk[-1] > ONE_DAY or len(chunk) == longest):
            yield chunk
            chunk = []
        chunk.append(day)
    if chunk:
        yield chunk
