"""Watch inboxes: land what appears in them, and build when it is quiet again."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from threading import Event
from time import monotonic

import duckdb

from wattlake.lake.errors import UnreadableFileError, told
from wattlake.lake.foreign_text import printable
from wattlake.lake.landing.archive_register import publish
from wattlake.lake.landing.inboxes import inbox_elsewhere, inbox_of
from wattlake.lake.landing.listing import Place
from wattlake.lake.landing.payloads import Origin
from wattlake.lake.landing.taken import Looks
from wattlake.lake.runs.record import recorded
from wattlake.lake.store.lake import Lake
from wattlake.tasks.building import build
from wattlake.tasks.landing.elsewhere import land_seen
from wattlake.tasks.landing.pace import Pace
from wattlake.tasks.landing.watched import Happened, Watched
from wattlake.tasks.sources import Inbox, source, source_names

logger = logging.getLogger("wattlake.watch")

LOOK_SECONDS, QUIET_SECONDS = 2.0, 5.0
REST_PER_LOOK = 4
"""A look that took a second is followed by four without one: a large inbox is not listed all the time."""


def watch(
    lake: Lake,
    names: list[str],
    clock: Callable[[], datetime],
    stopped: Event,
    *,
    look_seconds: float = LOOK_SECONDS,
    quiet_seconds: float = QUIET_SECONDS,
) -> Iterator[Happened]:
    """Land the files that appear in inboxes until the watch is stopped; end what was begun.

    A file is landed once it was the same at two looks. The tables are built once nothing came for a while: a build
    costs two seconds whatever it builds.

    Args:
        lake: the lake; it is made where there is none.
        names: the sources; those without an inbox are left out.
        clock: reads the time.
        stopped: ends the watch.
        look_seconds: how long after a look the next one is.
        quiet_seconds: how long nothing must have come before a build.

    Yields:
        What was landed and built.
    """
    lake.create()
    watched, pace = [_watched(lake, described) for described in _inboxes(names)], Pace(quiet_seconds)
    failures: dict[str, str] = {}
    try:
        while not stopped.is_set():
            for each in watched:
                step = partial(_land, lake, each, clock)
                landed = [] if stopped.is_set() else _attempted(step, failures, each.described.name)
                pace.came(is_landed=bool(landed), is_coming=each.is_coming)
                yield from landed
            if pace.is_time_to_build() and not stopped.is_set():
                pace.unbuilt_since = None
                yield from _attempted(partial(_build, lake, clock), failures, "build")
            stopped.wait(max(look_seconds, REST_PER_LOOK * sum(each.took_seconds for each in watched)))
    finally:
        for each in watched:
            each.looks.close()


def _attempted(step: Callable[[], list[Happened]], failures: dict[str, str], name: str) -> list[Happened]:
    """Take a step; log once why it fails, and go on: what is wrong may be over at the next look."""
    try:
        happened = step()
    except (ValueError, RuntimeError, OSError, duckdb.Error) as error:
        reason = printable(told(error))
        if failures.get(name) != reason:
            logger.error("%s failed: %s", name, reason)
        failures[name] = reason
        return []
    failures.pop(name, None)
    return happened


def _inboxes(names: list[str]) -> Iterator[Inbox]:
    for name in names or source_names():
        described = source(name)
        if isinstance(described, Inbox):
            yield described


def _watched(lake: Lake, described: Inbox) -> Watched:
    address = inbox_elsewhere(lake.settings, described.name) or str(inbox_of(lake.settings, described.name))
    return Watched(described, Looks(lake, described.name, Place(lake.settings, address)))


def _land(lake: Lake, watched: Watched, clock: Callable[[], datetime]) -> list[Happened]:
    """Look at an inbox, and land what was the same at the look before."""
    began = monotonic()
    try:
        watched.looks.look()
    except FileNotFoundError:  # It may be made, or be back, at the next look.
        return []
    finally:
        watched.took_seconds = monotonic() - began
    watched.is_coming = any(watched.looks.new(1, unchanged_since_before=False))
    if not (watched.is_coming and any(watched.looks.new(1, unchanged_since_before=True))):
        return []
    described, faults = watched.described, list[UnreadableFileError]()
    with recorded(lake, "watch", clock) as run:
        origin = Origin(described.name, described.licence, clock(), run.run_id)
        began, rows = monotonic(), 0
        for step in land_seen(lake, described, origin, watched.looks, faults, unchanged_since_before=True):
            rows += step.rows
        run.wrote(described.table, rows, monotonic() - began)
        publish(lake, described.name)
    for fault in faults:
        logger.warning("not landed: %s", fault)
    return [Happened(described.table, rows)]


def _build(lake: Lake, clock: Callable[[], datetime]) -> list[Happened]:
    with recorded(lake, "watch", clock) as run:
        for step in build(lake, run.run_id, clock()):
            for table, rows in step.rows.items():
                run.wrote(table, rows, step.seconds.get(table, 0.0))
        return [Happened(table, rows) for table, rows in run.rows.items() if rows]
