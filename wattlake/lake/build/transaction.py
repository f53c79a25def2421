"""Keep account of one transaction of a build: progress, changes, rows and checks."""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from hashlib import sha256
from time import perf_counter

from wattlake.lake.build import power_limits
from wattlake.lake.build.change_feed import Changes
from wattlake.lake.build.gold import Producer
from wattlake.lake.build.own_functions import code_of
from wattlake.lake.build.progress import Progress, read_progress
from wattlake.lake.contracts import columns
from wattlake.lake.landing.landed_mappings import LandedMapping, landed_mappings, made_by_mappings
from wattlake.lake.models.graph import Model, made_together, models
from wattlake.lake.quality import CheckResult, Written
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection

logger = logging.getLogger("wattlake.build")


@dataclass
class Transaction:
    """One transaction of a build.

    Attributes:
        connection: in a transaction, with the lake as its current database.
        settings: of the lake.
        producers: what SQL cannot compute, by the table it makes.
        build_id: names the transaction in ``ops``.
        only: a table without periods that is wanted before the rest: it and what it reads.
        again: days of gold to rebuild even where nothing changed.
        without: tables that cannot be read or made, because something that they are made from is lost.
        fingerprints: of the tables as they are made today, by table and what else makes them; kept for the next.
        rows: rows written, by table.
        seconds: time spent, by table.
        written: which rows of which table were written.
        results: of the checks of what was written.
        changes: the days and tables that this transaction changed.
        has_new_register: whether the register changed since gold was complete, or views were made differently.
        all_progress: how far each table has come, by table; ``write_progress`` stores it.
    """

    connection: Connection
    settings: Settings
    producers: Mapping[str, Producer]
    build_id: str
    only: str | None = None
    again: frozenset[date] = frozenset()
    without: frozenset[str] = frozenset()
    fingerprints: dict[tuple[str, str], str] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    written: list[tuple[str, Written]] = field(default_factory=list)
    results: list[CheckResult] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)
    has_new_register: bool = False
    all_progress: dict[str, Progress] = field(init=False)

    def __post_init__(self) -> None:
        """Read how far the build has come."""
        self.all_progress = read_progress(self.connection)

    def wanted(self, layer: str, by_period: bool | None = None) -> list[Model]:
        """List the models of a layer that this build makes, each after those it reads."""
        wanted = made_together(self.only) if self.only else models().keys()
        return [model for model in of_layer(layer, by_period) if model.table in wanted - self.without]

    def wrote(self, model: Model, rows: int, written: Written, started: float, days: str = "") -> None:
        """Count the rows that were written to a table, and log it."""
        self.rows[model.table] += rows
        self.written.append((model.table, written))
        seconds = perf_counter() - started
        self.seconds[model.table] += seconds  # type: ignore[assignment]
        entry = {"table": model.table, "rows": rows, "seconds": round(seconds, 3)}
        logger.info("built", extra=entry | ({"days": days} if days else {}))

    def progress(self, table: str) -> Progress:
        """Read how far a table has come, by this transaction's account."""
        return self.all_progress.get(table, Progress())

    def read_up_to(self, model: Model) -> int:
        """Find the newest landing that a silver table need not read; 0 where it must read all."""
        return 0 if self.is_made_differently(model) else self.progress(model.table).landing_id or 0

    def note_anew(self, model: Model, days: set[date] | None) -> None:
        """Note that a silver table has read nothing; the days that it held before have changed."""
        if days is not None:
            self.changes.add(model.table, days, None if "period_start_utc" in columns(model.table) else date.min)
        self.all_progress[model.table] = replace(self.progress(model.table), landing_id=None)
        self.note_made_today(model)

    def has_read(self, model: Model, landing_id: int) -> None:
        """Note how far a silver table has read; it is now made by those landings' mappings, too."""
        self.all_progress[model.table] = replace(self.progress(model.table), landing_id=landing_id)
        self.note_made_today(model)

    def note_made_today(self, model: Model) -> None:
        """Note that a table now is as today's SQL, settings, contract and code make it."""
        made_today = replace(self.progress(model.table), fingerprint=self._fingerprint(model))
        self.all_progress[model.table] = made_today

    def is_made_differently(self, model: Model) -> bool:
        """Say whether a table is not built by today's SQL, settings, contract and code."""
        return self.progress(model.table).fingerprint != self._fingerprint(model)

    def fingerprint_of_gold(self) -> str:
        """Hash the way in which all tables of periods are made today."""
        made_by = "".join(self._fingerprint(model) for model in of_layer("gold", by_period=True))
        return sha256(made_by.encode()).hexdigest()[:16]

    def _fingerprint(self, model: Model) -> str:
        code = code_of(model, self.producers.get(model.table))
        if model.by_landing:
            code += made_by_mappings(self.mappings, model.source, self.progress(model.table).landing_id or 0)
            code += repr(self.limits) if model.table == power_limits.TABLE else ""
        if (model.table, code) not in self.fingerprints:
            self.fingerprints[model.table, code] = model.fingerprint(self.settings, code)
        return self.fingerprints[model.table, code]

    @cached_property
    def limits(self) -> power_limits.PowerLimits:
        """Read what the connections of meters carry at most."""
        return power_limits.read_limits(self.connection, self.mappings, self.settings)

    def is_behind(self, model: Model) -> bool:
        """Tell whether a silver table has landings to read, or must read all of them anew."""
        return self.newest_landing_of(model.source) > self.read_up_to(model) or self.is_made_differently(model)

    def newest_landing_of(self, source: str) -> int:
        """Find the newest landing of a source; 0 where it has none."""
        return self._newest_landings.get(source, 0)

    @cached_property
    def _newest_landings(self) -> dict[str, int]:
        newest = "select source, max(landing_id) from ops.landing group by source"
        return dict(self.connection.execute(newest).fetchall())

    @cached_property
    def mappings(self) -> list[LandedMapping]:
        """Read the mappings of all landings."""
        return landed_mappings(self.connection)


def of_layer(layer: str, by_period: bool | None = None) -> list[Model]:
    """List the models of a layer, each after those it reads."""
    return [model for model in models().values() if model.is_of(layer, by_period)]
