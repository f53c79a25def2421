"""Land one source: ask its API or read its folder, and hand what came to the lake."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from time import perf_counter

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.archive_register import publish
from wattlake.lake.landing.files import land_files
from wattlake.lake.landing.headers import header_of
from wattlake.lake.landing.inboxes import inbox_of
from wattlake.lake.landing.payloads import Origin
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.answers import Asking
from wattlake.tasks.landing.failures import PartlyLandedError, QuestionsFailedError
from wattlake.tasks.landing.inbox_files import files_of
from wattlake.tasks.landing.inboxes import unread
from wattlake.tasks.landing.questions import scope
from wattlake.tasks.sources import Inbox, Scope, source
from wattlake.tasks.sources._folder import refused_entries

logger = logging.getLogger("wattlake.ingest")


@dataclass(frozen=True)
class Landed:
    """The progress of a landing: questions or files done, of how many, and the rows of the last."""

    done: int
    total: int
    rows: int


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
    origin = Origin(name, described.licence, now_utc, run_id)
    if isinstance(described, Inbox):
        steps = _land_folder(lake, described, origin)
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
        publish(lake, name)
        raise PartlyLandedError(error, rows, perf_counter() - started) from error
    publish(lake, name)
    seconds = round(perf_counter() - started, 3)
    logger.info("landed", extra={"source": name, "table": f"bronze.{name}", "rows": rows, "seconds": seconds})


def _land_folder(lake: Lake, described: Inbox, origin: Origin) -> Iterator[Landed]:
    inbox, done = inbox_of(lake.settings, described.name), 0
    paths, mapped, _ = files_of(described, inbox)
    mapping_files = {file: mapping for file, mapping in mapped.items() if not _is_register(described, file)}
    for sentence in unread(described, inbox):
        logger.warning("not landed: %s", sentence)
    refused = [UnreadableFileError(str(file), fault) for file, fault in refused_entries(inbox).items()]
    for files, rows in land_files(lake, origin, paths, described.layouts, mapping_files, refused):
        done += files
        yield Landed(done, len(paths), rows)


def _is_register(described: Inbox, file: Path) -> bool:
    """Say whether a file beside a mapping is a register, which no mapping describes."""
    try:
        return bool(described.registers and header_of(file, described.name, described.registers))
    except UnreadableFileError:  # It is told where the file is landed.
        return False


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
