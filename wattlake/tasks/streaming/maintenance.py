"""When a stream's tables are maintained: every few minutes, a step between two batches."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import duckdb

from wattlake.lake.errors import told
from wattlake.lake.foreign_text import printable
from wattlake.lake.maintenance.scheduled_files import LiveFileError
from wattlake.lake.maintenance.stream_maintenance import steps_of_maintenance
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
        self._steps: Iterator[None] | None = None

    @property
    def is_at_work(self) -> bool:
        """Say whether steps are left of one that was begun."""
        return self._steps is not None

    def do_a_step(self) -> None:
        """Go on maintaining, or begin if it is time: messages wait for one step, no longer.

        What fails is logged, and done at the next time: no batch depends on it.
        """
        if self._steps is None:
            if self._clock() < self._due:
                return
            self._steps = steps_of_maintenance(self._lake, self._clock())
        try:
            next(self._steps)
        except StopIteration as end:
            logger.info(
                "%d data files became %d, %d snapshots expired, %d files were removed, %d batches packed.", *end.value
            )
        except (duckdb.Error, OSError, LiveFileError, IdentityError) as error:
            logger.error("The stream's tables were not maintained: %s", printable(told(error)))
        else:
            return
        # DuckLake keeps what it reads of snapshots for as long as a connection lasts
        # (https://github.com/duckdb/ducklake/issues/852): memory would grow with each commit.
        self._lake.close()
        self._steps, self._due = None, self._clock() + self._every
