"""Land sources one after another: files, register, APIs; one failure stops no other."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType

import duckdb

from wattlake.lake.errors import told
from wattlake.lake.landing.inboxes import inbox_elsewhere, inbox_of
from wattlake.lake.runs.record import Run
from wattlake.lake.settings import Settings
from wattlake.lake.times import utc_day
from wattlake.tasks import WrittenTable
from wattlake.tasks.landing.failures import PartlyLandedError, SourcesFailedError
from wattlake.tasks.sources import AnySource, Api, Inbox, in_order, own_names, source, source_names
from wattlake.tasks.sources._folder import entries

logger = logging.getLogger("wattlake.ingest")


@dataclass
class _Attempts:
    """The steps that were tried, counted in a run, and why some of them failed, by the source."""

    run: Run
    failures: dict[str, Exception] = field(default_factory=dict)

    def attempt(self, name: str, step: Callable[[], list[WrittenTable]]) -> None:
        """Take a step and count what it wrote; keep a failure, and count what it had landed."""
        try:
            for written in step():
                self.run.wrote(*written)
        except (ValueError, RuntimeError, OSError, duckdb.Error) as error:
            if isinstance(error.__cause__, KeyboardInterrupt):  # so does DuckDB tell of Ctrl-C in the middle of a query
                raise error.__cause__ from error
            if isinstance(error, PartlyLandedError):
                self.run.wrote(source(name).table, error.rows, error.seconds)
            logger.error("failed", extra={"source": name})
            self.failures.setdefault(name, error)


def land_each(
    run: Run,
    names: list[str] | None,
    land_one: Callable[[str], tuple[int, float]],
    build_register: Callable[[], list[WrittenTable]],
    silent: Mapping[str, Exception] = MappingProxyType({}),
) -> None:
    """Land sources one after another, by default all but optional ones that nothing asks for.

    The files come first: of the community's register, built at once, the APIs learn which zones to ask for.

    Args:
        run: counts what was written.
        names: the sources.
        land_one: lands one, and returns its rows and seconds.
        build_register: builds what the register says.
        silent: why sources are not to be asked; they count as failed.

    Raises:
        SourcesFailedError: which sources failed, and why, after the others were landed.
    """
    wanted = in_order(names or sources_to_land())
    attempts = _Attempts(run, {name: silent[name] for name in wanted if name in silent})

    def landed(name: str) -> list[WrittenTable]:
        rows, seconds = land_one(name)
        return [WrittenTable(source(name).table, rows, seconds)]

    for name in (name for name in wanted if name not in silent):
        attempts.attempt(name, partial(landed, name))
        if _is_register(name):  # even where one file of it is bad: the others name the zones to ask for
            attempts.attempt(name, build_register)
    if failures := attempts.failures:
        reasons = " ".join(f"{name}: {told(error)}" for name, error in failures.items())
        others = "; the others were landed" if len(failures) < len(wanted) else ""
        raise SourcesFailedError(f"{len(failures)} of {len(wanted)} sources failed{others}. {reasons}", failures)


def sources_to_land() -> list[str]:
    """List every source but optional ones that nobody asks for.

    A setting does, an inbox that holds something, or a file of the project.
    """
    settings, own = Settings(), own_names()
    described = [source(name) for name in source_names()]
    return [
        each.name for each in described
        if not each.is_optional or each.name in own or _is_asked_for(each, settings)
    ]  # fmt: skip


def window(days: int, from_day: date | None, to_day: date | None, now_utc: datetime) -> tuple[date, date]:
    """Find the first and the last UTC day wanted: ``days`` up to the last, today by default.

    Raises:
        ValueError: the first day lies after the last.
    """
    last = to_day or utc_day(now_utc)
    first = from_day or last - timedelta(days=days - 1)
    if first > last:
        raise ValueError(f"The first day is {first}, the last is {last}: nothing lies between them. Swap them.")
    return first, last


def _is_asked_for(optional: AnySource, settings: Settings) -> bool:
    """Say whether an API has an address of the user's own, or an inbox holds something."""
    if isinstance(optional, Api):
        return any(name in settings.url for name in optional.urls)
    return isinstance(optional, Inbox) and (
        inbox_elsewhere(settings, optional.name) is not None or _holds_something(inbox_of(settings, optional.name))
    )


def _is_register(name: str) -> bool:
    """Say whether the questions to APIs are made from what a source brings."""
    described = source(source(name).landed_as)
    return isinstance(described, Inbox) and described.is_register


def _holds_something(inbox: Path) -> bool:
    return bool(entries(inbox)) if inbox.is_dir() else inbox.exists()
