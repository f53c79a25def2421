"""When a stream's tables are maintained: between two batches, every ten minutes by default."""

import logging
from datetime import timedelta

import duckdb

from wattlake.lake.errors import told
from wattlake.lake.foreign_text import printable
from wattlake.lake.maintenance.scheduled_files import LiveFileError
from wattlake.lake.maintenance.stream_maintenance import maintain_stream
from wattlake.lake.store.identity import IdentityError
from wattlake.lake.store.lake import Lake
from wattlake.tasks.streaming.transports import Clock

logger = logging.getLogger("wattlake.stream")
FIRST = 0.1
"""The first comes after a tenth of the time between two: a stream that is often begun anew is maintained, too."""


class Maintenance:
    """The maintenance of one consumer's lake, and when it is due."""

    def __init__(self, lake: Lake, clock: Clock) -> None:
        """Name the lake, and what reads the time."""
        self._lake, self._clock = lake, clock
        self._every = timedelta(minutes=lake.settings.stream.maintenance_minutes)
        self._due = clock() + FIRST * self._every

    def do_when_due(self) -> None:
        """Maintain what streams write, if it is time; messages wait meanwhile.

        What fails is logged, and done at the next time: no batch depends on it.
        """
        if self._clock() < self._due:
            return
        try:
            done = maintain_stream(self._lake, self._clock())
        except (duckdb.Error, OSError, LiveFileError, IdentityError) as error:
            logger.error("The stream's tables were not maintained: %s", printable(told(error)))
        else:
            logger.info(
                "%d data files became %d, %d snapshots expired, %d files were removed, %d batches packed.", *done
            )
        self._due = self._clock() + self._every
