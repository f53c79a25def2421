"""Name what lies in inboxes and no rule reads, so that nothing is left out in silence."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from wattlake.lake.foreign_text import printable
from wattlake.lake.landing.inboxes import inbox_of
from wattlake.lake.settings import Settings
from wattlake.tasks.sources import Inbox, source, source_names
from wattlake.tasks.sources._folder import ENDINGS, MAPPING, entries, fault_of_entry, refused_entries

MOST_TOLD = 20


def unread_in_inboxes(settings: Settings, sources: Sequence[str] | None = None) -> list[str]:
    """Name what no rule reads in inboxes, of all sources by default, at most twenty of each."""
    return [
        sentence
        for name in sources or source_names()
        if (inbox := inbox_of(settings, name)).is_dir()  # A source is imported, with polars, only if it has one.
        and isinstance(described := source(name), Inbox)
        for sentence in unread(described, inbox)
    ]


def unread(described: Inbox, inbox: Path) -> list[str]:
    """Name what no rule of a source reads in its inbox, a sentence each, at most twenty.

    What is named as a file of readings and cannot be opened fails the landing, and is told there.
    """
    sentences = [f"{printable(str(entry))} {reason}" for entry, reason in _unread(described, inbox)]
    more = len(sentences) - MOST_TOLD
    return [*sentences[:MOST_TOLD], f"… and {more:,} more in {inbox} that no rule reads."] if more > 0 else sentences


def _unread(described: Inbox, inbox: Path) -> Iterator[tuple[Path, str]]:
    from wattlake.tasks.landing.inbox_files import all_files_of  # With polars, for who has an inbox.

    if not inbox.is_dir():
        return
    listed = all_files_of(described, inbox)
    known, faults = {*listed.paths, *refused_entries(inbox)}, listed.faults
    for file, members in listed.left_out.items():
        yield from ((file, f"is read without {member}") for member in members)
    for entry in entries(inbox):
        fault = fault_of_entry(entry, inbox) or faults.get(entry)
        if entry not in known and (fault or entry.name != MAPPING):
            yield entry, fault or f"is read by no rule: expected a name that ends in {' or '.join(ENDINGS)}."
