"""What every kind of target can do."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from wattlake.lake.sinks.description import Sink
from wattlake.lake.sinks.differences import Difference
from wattlake.lake.sinks.slices import Unit
from wattlake.lake.sinks.source import Loaded, Source
from wattlake.lake.sinks.tables import SinkTable
from wattlake.lake.sql import Connection


class Target(Protocol):
    """A target that a load has opened.

    Attributes:
        unit: of its slices.
    """

    unit: Unit

    def prepare(self, tables: Sequence[SinkTable]) -> None:
        """Check that the tables fit, before the load's transaction begins.

        Raises:
            SinkError: one does not.
        """

    def begin(self, tables: Sequence[SinkTable], anew: bool) -> None:
        """Make what is missing in the load's transaction; with ``anew``, empty what is there."""

    def loaded(self, tables: Sequence[SinkTable]) -> Mapping[str, Loaded]:
        """Read what the target says of each table; nothing of those that were never loaded."""

    def replace(self, lake: Source, difference: Difference) -> int:
        """Replace the slices that differ, record the lake's snapshot, and give the rows written."""

    def finish(self) -> None:
        """Do what is left once all tables are loaded, before the commit."""


class Opener(Protocol):
    """The function that opens targets of a kind."""

    def __call__(self, connection: Connection, sink: Sink) -> AbstractContextManager[Target]:
        """Open a target beside the lake, and close it again.

        Raises:
            SinkError: it does not let itself be opened, or fails later.
        """
