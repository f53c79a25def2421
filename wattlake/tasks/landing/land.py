"""Land one source: ask its API or read its folder, and hand what came to the lake."""

import logging
from collections.abc import Iterator
from datetime import date, datetime
from time import perf_counter

from wattlake.lake.landing.archive_register import publish
from wattlake.lake.landing.inboxes import inbox_elsewhere, inbox_of
from wattlake.lake.landing.listing import Place
from wattlake.lake.landing.payloads import Origin
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.answers import Asking
from wattlake.tasks.landing.elsewhere import land_new_files
from wattlake.tasks.landing.failures import PartlyLandedError, QuestionsFailedError
from wattlake.tasks.landing.folder import Landed as Landed
from wattlake.tasks.landing.folder import land_folder
from wattlake.tasks.landing.questions import scope
from wattlake.tasks.sources import Database, Inbox, Scope, source

logger = logging.getLogger("wattlake.ingest")


def land(
    lake: Lake, name: str, from_day: date, to_day: date, now_utc: datetime, run_id: str, again: bool = False
) -> Iterator[Landed]:
    """Land what a source has for the UTC days ``[from_day, to_day]``; files are landed whole.

    An API is not asked what it has given its last word on, nor what it refused within a day, unless it is asked
    ``again``. A question for many places that is refused is asked for each place by itself.

    Yields:
        After each question or batch of files, how far it came.

    Raises:
        ValueError: there is no such source, or what it gave is not what it should be.
        QuestionsFailedError: there was no usable answer to some questions; the others were asked.
        PartlyLandedError: either of them, of a part of it; the rest was landed.
    """
    described, started, rows = source(name), perf_counter(), 0
    origin = Origin(described.landed_as, described.licence, now_utc, run_id)
    if isinstance(described, Inbox):
        elsewhere = inbox_elsewhere(lake.settings, name)
        if elsewhere:
            steps = land_new_files(lake, described, origin, Place(lake.settings, elsewhere))
        else:
            steps = land_folder(lake, described, origin, inbox_of(lake.settings, name))
    elif isinstance(described, Database):
        steps = _land_stretches(lake, described, origin)
    else:
        asking = Asking(lake, described, origin, now_utc, again=again)
        steps = _land_answers(asking, scope(lake, described, from_day, to_day, now_utc))
    try:
        for step in steps:
            rows += step.rows
            yield step
    except (ValueError, QuestionsFailedError) as error:
        if rows == 0:
            raise
        publish(lake, described.landed_as)
        raise PartlyLandedError(error, rows, perf_counter() - started) from error
    publish(lake, described.landed_as)
    seconds = round(perf_counter() - started, 3)
    logger.info("landed", extra={"source": name, "table": described.table, "rows": rows, "seconds": seconds})


def _land_stretches(lake: Lake, described: Database, origin: Origin) -> Iterator[Landed]:
    from wattlake.tasks.landing.databases.land_database import land_database  # With what it reads Parquet by.

    for done, (rows, is_end) in enumerate(land_database(lake, described, origin), 1):
        yield Landed(done, done if is_end else done + 1, rows)


def _land_answers(asking: Asking, wanted: Scope) -> Iterator[Landed]:
    """Ask the questions of a scope one by one; a host that gave no answer is asked no more."""
    requests = asking.api.requests(wanted)
    if not requests and not wanted.places and asking.api.after:
        logger.warning(
            "asked for nothing: the register names no zone. Land `%s` first",
            "`, `".join(asking.api.after),
            extra={"source": asking.origin.source},
        )
    failures: list[Exception] = []
    silent_hosts: set[str] = set()
    for done, request in enumerate(requests, 1):
        rows, host = 0, request.url.authority
        if host not in silent_hosts:
            answered = asking.answer(request)
            rows = answered.rows
            failures += answered.failures
            if answered.is_silent:
                silent_hosts.add(host)
        yield Landed(done, len(requests), rows)
    if failures:
        raise QuestionsFailedError(failures)
