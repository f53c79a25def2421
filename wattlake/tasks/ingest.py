"""Land one source: ask its API or read its folder, and hand what came to the lake."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from types import MappingProxyType, ModuleType
from urllib.parse import urlencode

import duckdb
import polars as pl
from prefect import task

from wattlake.lake.addresses import Address
from wattlake.lake.errors import told
from wattlake.lake.landing.archive_register import publish
from wattlake.lake.landing.files import land_files
from wattlake.lake.landing.payloads import Origin, is_final, land_payload
from wattlake.lake.landing.refusals import ASKED_ANEW_AFTER, Refusal, forget_refusal, keep_refusal, refusal
from wattlake.lake.mapping.file import UnreadableFileError
from wattlake.lake.runs.record import Run
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing import http
from wattlake.tasks.landing.inboxes import unread
from wattlake.tasks.progress import is_passing, show_progress
from wattlake.tasks.sources import Array, Place, Request, Scope, source, source_names
from wattlake.tasks.sources._answer import NothingCameError
from wattlake.tasks.sources._folder import entries, refused_entries

logger = logging.getLogger("wattlake.ingest")

MOST_TOLD = 10


class QuestionsFailedError(RuntimeError):
    """Questions to an API that got no usable answer, each with its reason; of many, the first.

    Attributes:
        failures: the error of each.
    """

    def __init__(self, failures: Sequence[Exception]) -> None:
        """Tell of each on a line of its own."""
        self.failures = tuple(failures)
        more = [f"… and {len(failures) - MOST_TOLD:,} more questions."] if len(failures) > MOST_TOLD else []
        super().__init__("\n".join([*map(str, failures[:MOST_TOLD]), *more]))


class RefusedBeforeError(ValueError):
    """A question that was refused less than a day ago, and is not asked."""

    def __init__(self, name: str, before: Refusal) -> None:
        """Tell when, with which status, and until when it is not asked."""
        until = before.refused_at_utc + ASKED_ANEW_AFTER
        super().__init__(
            f"Not asked: {name}. It was refused with status {before.status} on {before.refused_at_utc:%Y-%m-%d %H:%M} "
            f"UTC, and is asked again from {until:%Y-%m-%d %H:%M} UTC."
        )


class PartlyLandedError(RuntimeError):
    """A source of which some was landed and some could not be."""

    def __init__(self, error: Exception, rows: int, seconds: float) -> None:
        """Tell what could not be landed after how much was."""
        super().__init__(f"{rows:,} rows were landed, but not all: {told(error)}")
        self.rows, self.seconds = rows, seconds


def failures_of(error: QuestionsFailedError | PartlyLandedError) -> Sequence[Exception]:
    """The single failures that an error is made of."""
    cause = error.__cause__ if isinstance(error, PartlyLandedError) else error
    return cause.failures if isinstance(cause, QuestionsFailedError) else [error]


class SourcesFailedError(RuntimeError):
    """Some sources could not be landed; the others were.

    Attributes:
        names: those that could not.
    """

    def __init__(self, said: str, names: Iterable[str] = ()) -> None:
        """Say which ones failed, and why."""
        super().__init__(said)
        self.names = frozenset(names)


@dataclass(frozen=True)
class Landed:
    """How far the landing of a source has come: questions or files done, of how many, and the rows of the last."""

    done: int
    total: int
    rows: int


@task(name="land source", task_run_name="land {name}", retries=2, retry_delay_seconds=5, retry_condition_fn=is_passing)
def land_source(name: str, from_day: date, to_day: date, now_utc: datetime, run_id: str) -> tuple[int, float]:
    """Land what a source has for some days; gives rows and seconds."""
    started = perf_counter()
    landed = land(Lake(Settings()), name, from_day, to_day, now_utc, run_id)
    rows = sum(step.rows for step in show_progress(landed, f"land {name}"))
    return rows, perf_counter() - started


def land(
    lake: Lake, name: str, from_day: date, to_day: date, now_utc: datetime, run_id: str, again: bool = False
) -> Iterator[Landed]:
    """Land what a source has for the UTC days ``[from_day, to_day]``; files are landed whole, whatever their days.

    An API is not asked what it has given its last word on, nor what it refused within a day, unless it is asked
    ``again``. A question for many places that is refused is asked for each place by itself.

    Yields:
        After each question or batch of files, how far it came.

    Raises:
        ValueError: there is no such source, or what it gave is not what it should be.
        QuestionsFailedError: there was no usable answer to some questions; the others were asked.
        PartlyLandedError: either of them, of a part of it; the rest was landed.
    """
    module, started, rows = source(name), perf_counter(), 0
    origin = Origin(name, module.LICENCE, now_utc, run_id)
    if hasattr(module, "LAYOUTS"):
        steps = _land_folder(lake, module, origin)
    else:
        steps = _land_answers(lake, module, origin, scope(lake, module, from_day, to_day, now_utc), again)
    try:
        for step in steps:
            rows += step.rows
            yield step
    except (ValueError, QuestionsFailedError) as error:
        if rows == 0:
            raise
        publish(lake, name)
        raise PartlyLandedError(error, rows, perf_counter() - started) from error
    publish(lake, name)
    seconds = round(perf_counter() - started, 3)
    logger.info("landed", extra={"source": name, "table": f"bronze.{name}", "rows": rows, "seconds": seconds})


def land_each(
    run: Run,
    names: list[str] | None,
    land_one: Callable[[str], tuple[int, float]],
    build_register: Callable[[], list[tuple[str, int, float]]],
    silent: Mapping[str, Exception] = MappingProxyType({}),
) -> None:
    """Land sources one after another, by default all but optional ones without an inbox, and count what was written.

    The files come first: of the community's register, built at once, the APIs learn which zones to ask for.

    Args:
        run: counts what was written.
        names: the sources.
        land_one: lands one, and gives its rows and seconds.
        build_register: builds what the register says.
        silent: why sources are not to be asked; they count as failed.

    Raises:
        SourcesFailedError: which sources failed, and why, after the others were landed.
    """
    wanted = sorted(names or sources_to_land(), key=lambda name: (not hasattr(source(name), "LAYOUTS"), name))
    failures: dict[str, Exception] = {name: silent[name] for name in wanted if name in silent}

    def attempt(name: str, step: Callable[[], list[tuple[str, int, float]]]) -> None:
        try:
            for written in step():
                run.wrote(*written)
        except (ValueError, RuntimeError, OSError, duckdb.Error) as error:
            if isinstance(error.__cause__, KeyboardInterrupt):  # so does DuckDB tell of Ctrl-C in the middle of a query
                raise error.__cause__ from error
            if isinstance(error, PartlyLandedError):
                run.wrote(f"bronze.{name}", error.rows, error.seconds)
            logger.error("failed", extra={"source": name})
            failures.setdefault(name, error)

    def landed(name: str) -> list[tuple[str, int, float]]:
        return [(f"bronze.{name}", *land_one(name))]

    for name in (name for name in wanted if name not in silent):
        attempt(name, partial(landed, name))
        if name == "members":  # even where one file of it is bad: the others name the zones to ask for
            attempt(name, build_register)
    if failures:
        said = " ".join(f"{name}: {told(error)}" for name, error in failures.items())
        others = "; the others were landed" if len(failures) < len(wanted) else ""
        raise SourcesFailedError(f"{len(failures)} of {len(wanted)} sources failed{others}. {said}", failures)


def sources_to_land() -> list[str]:
    """Every source but those that not every community has, such as plants, where they have no inbox."""
    settings = Settings()
    optional = [name for name in source_names() if getattr(source(name), "IS_OPTIONAL", False)]
    absent = {name for name in optional if not _holds_something(Path(getattr(settings, name)))}
    return [name for name in source_names() if name not in absent]


def _holds_something(inbox: Path) -> bool:
    return bool(entries(inbox)) if inbox.is_dir() else inbox.exists()


def window(days: int, from_day: date | None, to_day: date | None, now_utc: datetime) -> tuple[date, date]:
    """The first and the last UTC day that are wanted: ``days`` up to the last, which is today where none is given.

    Raises:
        ValueError: the first day lies after the last.
    """
    last = to_day or now_utc.astimezone(UTC).date()
    first = from_day or last - timedelta(days=days - 1)
    if first > last:
        raise ValueError(f"The first day is {first}, the last is {last}: nothing lies between them. Swap them.")
    return first, last


def _land_folder(lake: Lake, module: ModuleType, origin: Origin) -> Iterator[Landed]:
    inbox, done = Path(getattr(lake.settings, origin.source)), 0
    paths = module.files(inbox)
    mapping_files = module.mapping_files(inbox, paths) if hasattr(module, "mapping_files") else {}
    for sentence in unread(module, inbox):
        logger.warning("not landed: %s", sentence)
    refused = [UnreadableFileError(str(file), fault) for file, fault in refused_entries(inbox).items()]
    for files, rows in land_files(lake, origin, paths, module.LAYOUTS, mapping_files, refused):
        done += files
        yield Landed(done, len(paths), rows)


def _land_answers(lake: Lake, module: ModuleType, origin: Origin, wanted: Scope, again: bool) -> Iterator[Landed]:
    requests = module.requests(wanted)
    if not requests and not wanted.places:
        logger.warning(
            "asked for nothing: the register names no zone. Land `members` first", extra={"source": origin.source}
        )
    failures: list[Exception] = []
    silent: set[str] = set()
    for done, request in enumerate(requests, 1):
        rows = 0
        if request.url.authority not in silent:
            rows, failed = _land_answer(lake, module, origin, request, wanted.now_utc, again=again)
            failures += failed
            silent |= {request.url.authority for failure in failed if isinstance(failure, http.NoAnswerError)}
        yield Landed(done, len(requests), rows)
    if failures:
        raise QuestionsFailedError(failures)


def _land_answer(
    lake: Lake, module: ModuleType, origin: Origin, request: Request, now_utc: datetime, *, again: bool
) -> tuple[int, list[Exception]]:
    """Ask one question, or its parts where it is refused; gives its rows, and why some of it has no usable answer."""
    try:
        return _ask(lake, module, origin, request, now_utc, again=again), []
    except (http.RefusedError, RefusedBeforeError) as error:
        parts = module.parts(request) if hasattr(module, "parts") else []
        if len(parts) <= 1:
            return 0, [error]
    except (ValueError, http.HttpError) as error:
        return 0, [error]
    rows = 0
    failures: list[Exception] = []
    for part in parts:
        of_part, failed = _land_answer(lake, module, origin, part, now_utc, again=again)
        rows, failures = rows + of_part, failures + failed
        if any(isinstance(failure, http.NoAnswerError) for failure in failed):
            break
    return rows, failures


def _ask(lake: Lake, module: ModuleType, origin: Origin, request: Request, now_utc: datetime, *, again: bool) -> int:
    """Ask one question, unless its answer is known for good, and land the answer; gives its rows.

    Raises:
        RefusedBeforeError: it was refused less than a day ago.
        HttpError: there was no usable answer; a refusal is written down.
        ValueError: the answer is not what it should be.
    """
    name, final_at_utc = request_name(request), request.final_at_utc
    if not again and is_final(lake.reader(), origin.source, name, final_at_utc):
        return 0
    before = refusal(lake.reader(), origin.source, name, now_utc)
    if before and not again:
        raise RefusedBeforeError(name, before)
    try:
        body = http.get(request.url, request.params, calls=module.CALLS)
    except http.RefusedError as error:
        keep_refusal(lake, origin, name, error.status)
        raise
    rows = _read(module, request, body, now_utc)
    landed = land_payload(lake, origin, name, body, module.EXTENSION, rows, final_at_utc, request.asked)
    if before:
        forget_refusal(lake, origin.source, name)
    return landed


def scope(lake: Lake, module: ModuleType, from_day: date, to_day: date, now_utc: datetime) -> Scope:
    """What an API is asked for: the days, and the community's zones and orientations of panels."""
    reader = lake.reader()
    places = reader.execute("select zone, latitude, longitude from gold.zone order by zone").fetchall()
    arrays = reader.execute(
        """
        select distinct zone.zone, zone.latitude, zone.longitude, member.tilt_degrees, member.azimuth_degrees
        from gold.member_version as member inner join gold.zone as zone on member.zone = zone.zone
        where member.panel_kwp > 0
        order by all
        """
    ).fetchall()
    return Scope(
        from_day, to_day, now_utc,
        places=tuple(Place(*place) for place in places),
        arrays=tuple(Array(*array) for array in arrays),
        bidding_zone=lake.settings.bidding_zone,
        urls={name: Address(url) for name, url in module.URLS.items()} | lake.settings.url,
    )  # fmt: skip


def _read(module: ModuleType, request: Request, body: bytes, now_utc: datetime) -> pl.DataFrame:
    """The rows of an answer; none where the source has nothing for the question and never will."""
    try:
        rows: pl.DataFrame = module.read(request, body)
    except NothingCameError:
        if request.final_at_utc is None or now_utc < request.final_at_utc:
            raise
        return pl.DataFrame()
    return rows


def request_name(request: Request) -> str:
    """What stands in ``ops.landing`` as the name of a question's answer: its address with its parameters."""
    return f"{request.url}?{urlencode(request.params)}" if request.params else str(request.url)
