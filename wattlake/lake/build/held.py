"""Tell what tables can hold, by the catalog and by what the transaction wrote since."""

from collections.abc import Mapping

from wattlake.lake.build.gold import Stretch
from wattlake.lake.build.transaction import Transaction
from wattlake.lake.store.spans import Span, committed_spans


def may_hold(work: Transaction, spans: Mapping[str, Span], table: str, stretch: Stretch) -> bool:
    """Say whether a table may hold rows of a stretch; where none, no scan need look."""
    span = spans.get(table)
    if span is None or any(table == name for name, _ in work.written):
        return True
    if span.first_utc is None or span.last_utc is None:
        return False
    return span.first_utc < stretch[1] and span.last_utc >= stretch[0]


def empty_tables(work: Transaction) -> frozenset[str]:
    """List the tables with periods that surely hold nothing."""
    written, spans = {name for name, _ in work.written}, committed_spans(work.connection)
    return frozenset(name for name, span in spans.items() if span.first_utc is None and name not in written)
