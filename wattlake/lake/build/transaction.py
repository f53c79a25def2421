"""One transaction of a build: where it stands, what changed, what it wrote, and what the checks said of that."""

import inspect
import logging
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from hashlib import sha256
from time import perf_counter

from wattlake.lake.build.change_feed import Changes, Progress, read_progress
from wattlake.lake.build.gold import Producer
from wattlake.lake.build.silver import empty
from wattlake.lake.contracts import columns
from wattlake.lake.mapping.store import made_by_mappings
from wattlake.lake.models.graph import Model, made_together, models
from wattlake.lake.quality import CheckResult, Written, check
from wattlake.lake.settings import Settings
from wattlake.lake.store.connection import Connection

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
        fingerprints: of the tables as they are made today, by table and by what else than SQL makes them; kept from one
            transaction to the next.
        rows: rows written, by table.
        seconds: time spent, by table.
        written: which rows of which table were written.
        results: of the checks of what was written.
        changes: what this transaction changed.
        progress: how far each table has come, by table.
    """

    connection: Connection
    settings: Settings
    producers: Mapping[str, Producer]
    build_id: str
    only: str | None = None
    again: frozenset[date] = frozenset()
    fingerprints: dict[tuple[str, str], str] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    written: list[tuple[str, Written]] = field(default_factory=list)
    results: list[CheckResult] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)
    progress: dict[str, Progress] = field(init=False)
    _newest_landings: dict[str, int] = field(default_factory=dict, init=False)
    _made_by_mappings: dict[tuple[str, int], str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Read how far the build has come."""
        self.progress = read_progress(self.connection)

    def wanted(self, layer: str, by_period: bool | None = None) -> list[Model]:
        """The models of a layer that this build is about, each after those it reads."""
        wanted = made_together(self.only) if self.only else models().keys()
        return [model for model in of_layer(layer, by_period) if model.table in wanted]

    def wrote(self, model: Model, rows: int, written: Written, started: float, days: str = "") -> None:
        """Check what was written to a table, count it and say so."""
        self.rows[model.table] += rows
        self.written.append((model.table, written))
        self.results += check(self.connection, model.table, written)
        seconds = perf_counter() - started
        self.seconds[model.table] += seconds  # type: ignore[assignment]
        said = {"table": model.table, "rows": rows, "seconds": round(seconds, 3)}
        logger.info("built", extra=said | ({"days": days} if days else {}))

    def progress_of(self, model: Model) -> Progress:
        """The progress of a table, from now on that of the way it is made today."""
        progress = self.progress.setdefault(model.table, Progress())
        if self.is_made_differently(model):
            if model.by_landing:
                days = empty(self.connection, model)
                if days is not None:
                    self.changes.add(
                        model.table, days, None if "period_start_utc" in columns(model.table) else date.min
                    )
                progress.landing_id = None
            progress.fingerprint = self._fingerprint(model)
        return progress

    def has_read(self, model: Model, landing_id: int) -> None:
        """Note up to which landing a silver table has read; from now on it is made by their mappings, too."""
        progress = self.progress_of(model)
        progress.landing_id = landing_id
        progress.fingerprint = self._fingerprint(model)

    def is_made_differently(self, model: Model) -> bool:
        """Whether a table was built by other SQL, settings, contract or code than those of today, or never."""
        return self.progress.get(model.table, Progress()).fingerprint != self._fingerprint(model)

    def fingerprint_of_gold(self) -> str:
        """Hash of the way all tables of periods are made today."""
        made_by = "".join(self._fingerprint(model) for model in of_layer("gold", by_period=True))
        return sha256(made_by.encode()).hexdigest()[:16]

    def _fingerprint(self, model: Model) -> str:
        producer = self.producers.get(model.table)
        code = _code_of(producer.__module__) if producer else ""
        if model.by_landing:
            code += self._mappings(model.source, self.progress.get(model.table, Progress()).landing_id or 0)
        if (model.table, code) not in self.fingerprints:
            self.fingerprints[model.table, code] = model.fingerprint(self.settings, code)
        return self.fingerprints[model.table, code]

    def is_behind(self, model: Model) -> bool:
        """Whether a silver table has landings to read, or must read all of them anew."""
        progress = self.progress.get(model.table, Progress())
        return self.is_made_differently(model) or self.newest_landing_of(model.source) > (progress.landing_id or 0)

    def newest_landing_of(self, source: str) -> int:
        """The newest landing of a source; 0 where it has none."""
        if not self._newest_landings:
            newest = "select source, max(landing_id) from ops.landing group by source"
            self._newest_landings |= {"": 0} | dict(self.connection.execute(newest).fetchall())
        return self._newest_landings.get(source, 0)

    def _mappings(self, source: str, read_up_to: int) -> str:
        if (source, read_up_to) not in self._made_by_mappings:
            said = made_by_mappings(self.connection, source, read_up_to)
            self._made_by_mappings[source, read_up_to] = said
        return self._made_by_mappings[source, read_up_to]


@cache
def _code_of(module: str) -> str:
    return inspect.getsource(sys.modules[module])


def of_layer(layer: str, by_period: bool | None = None) -> list[Model]:
    """The models of a layer, each after those it reads."""
    return [model for model in models().values() if model.layer == layer and by_period in (None, model.by_period)]
