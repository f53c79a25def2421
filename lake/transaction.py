"""One transaction of a build: new landings to silver, changed days to gold, checks, and the progress."""

import inspect
import logging
import sys
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, time
from hashlib import sha256
from time import perf_counter

from lake.changes import (
    GOLD,
    Changes,
    Progress,
    days_there_are,
    days_to_build,
    read_feed,
    read_progress,
    widened,
    write_progress,
)
from lake.connection import Connection, current_snapshot
from lake.gold import ONE_DAY, Producer, build_days, build_whole, stretches, within
from lake.models import Model, fill, models, upstream
from lake.quality import CheckResult, GateError, check, failed, reconcile, reconcile_source, record
from lake.settings import Settings
from lake.silver import build_silver, empty

logger = logging.getLogger("wattlake.build")

READINGS_AT_ONCE = 10_000_000
DAYS_AT_ONCE = 62


@dataclass(frozen=True)
class Step:
    """What one transaction of a build did.

    Attributes:
        rows: rows written, by table.
        seconds: time spent, by table.
        days_left: days of gold that are still to be rebuilt.
        is_last: whether nothing is left to do.
    """

    rows: Counter[str]
    seconds: Counter[str]
    days_left: int
    is_last: bool


@dataclass
class Plan:
    """The days of each gold table still to be built, kept from one transaction of a build to the next.

    Attributes:
        made_at: the progress of gold that the plan was made at; at any other it is out of date. Empty before the first.
        days: by table.
    """

    made_at: tuple[object, ...] = ()
    days: dict[str, set[date]] = field(default_factory=dict)


@dataclass
class Transaction:
    """One transaction of a build."""

    connection: Connection
    settings: Settings
    producers: Mapping[str, Producer]
    build_id: str
    plan: Plan
    only: str | None = None
    again: frozenset[date] = frozenset()
    rows: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    results: list[CheckResult] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)

    def run(self, now_utc: datetime) -> Step | None:
        """Do the next part of what is left, check it and store the progress; ``None`` where nothing is left."""
        self.progress = read_progress(self.connection)
        before = deepcopy(self.progress)
        has_more = self._take_landings()
        self._build_whole_tables()
        days_left, is_last = 0, not has_more
        if self.only is None:
            self._define_views()
            days_left, is_last = (0, False) if has_more else self._build_gold()
        if self.progress == before and not self.rows:
            return None
        if failed(self.results):
            raise GateError(self.results)
        write_progress(self.connection, self.progress)
        if self.results:
            record(self.connection, self.results, self.build_id, now_utc)
        return Step(self.rows, self.seconds, days_left, is_last)

    def _take_landings(self) -> bool:
        """Read new landings into silver, up to a number of readings; says whether more are left."""
        left = READINGS_AT_ONCE
        has_more = False
        for model in self._wanted("silver"):
            progress = self._progress_of(model)
            landings = self.connection.execute(
                "select landing_id, rows from ops.landing where source = ? and landing_id > ? order by landing_id",
                [model.source, progress.landing_id or 0],
            ).fetchall()
            taken = []
            while landings and left > 0:
                landing_id, rows = landings.pop(0)
                taken.append(landing_id)
                left -= rows
            if taken:
                self._read(model, (taken[0], taken[-1]))
                progress.landing_id = taken[-1]
            has_more = has_more or bool(landings)
        self._reconcile_sources()
        return has_more

    def _reconcile_sources(self) -> None:
        """Check that the silver tables of a source together have read every row it landed, each row once."""
        if not self.rows:
            return
        for source in {model.source for model in self._wanted("silver")}:
            read_up_to = {
                self.progress.get(model.table, Progress()).landing_id
                for model in _of("silver")
                if model.source == source
            }
            if len(read_up_to) == 1:
                self.results.append(reconcile_source(self.connection, source, read_up_to.pop() or 0))

    def _read(self, model: Model, landings: tuple[int, int]) -> None:
        started = perf_counter()
        rows, days = build_silver(self.connection, model, self.settings, landings, self.build_id)
        self._wrote(model, rows, f"_landing_id between {landings[0]} and {landings[1]}", started)
        self.results.append(reconcile(self.connection, model.table))
        if rows:
            self.changes.add(model.table, days, None if days else date.min)

    def _build_whole_tables(self) -> None:
        """Bring the tables without periods up to date, where an input changed or they are made differently."""
        for model in self._wanted("gold", by_period=False):
            if self._is_made_differently(model) or self.changes.tables & model.inputs:
                started = perf_counter()
                producer = self.producers.get(model.table)
                rows, first_day = build_whole(self.connection, model, self.settings, producer)
                self._progress_of(model)
                if first_day:
                    self._wrote(model, rows, "true", started)
                    self.changes.add(model.table, first_day=first_day)

    def _define_views(self) -> None:
        for model in _of("warehouse"):
            if self._is_made_differently(model):
                self.connection.execute(f"create or replace view {model.table} as {fill(model.sql, self.settings)}")
                self._progress_of(model)

    def _build_gold(self) -> tuple[int, bool]:
        """Replace the days that changed, or a month of them; says how many are left and whether that was all."""
        gold = self.progress.setdefault(GOLD, Progress())
        is_resumed = gold.target_snapshot_id is not None
        if is_resumed and self.changes:
            return 0, False  # What is new is committed first; then the unfinished build goes on to its target.
        current = current_snapshot(self.connection)
        target = gold.target_snapshot_id or current
        if self.plan.made_at != gold.at:
            self.plan = Plan(gold.at, self._plan(gold, target))
        days = sorted({day for planned in self.plan.days.values() for day in planned})
        if len(days) > DAYS_AT_ONCE and self.changes:
            self.plan = Plan()
            return len(days), False
        chunk = days if len(days) <= DAYS_AT_ONCE else [day for day in days if f"{day:%Y%m}" == f"{days[0]:%Y%m}"]
        self._replace(set(chunk))
        if len(chunk) < len(days):
            gold.target_snapshot_id, gold.done_to_utc = target, datetime.combine(chunk[-1] + ONE_DAY, time.min)
            self.plan = Plan(gold.at, {table: left - set(chunk) for table, left in self.plan.days.items()})
            return len(days) - len(chunk), False
        self.plan = Plan(made_at=("complete",))
        self._complete(gold, target + 1 if self.changes else target, has_news=bool(days or self.changes or is_resumed))
        return 0, not is_resumed

    def _plan(self, gold: Progress, target: int) -> dict[str, set[date]]:
        """The days of each gold table that the changes since gold was complete concern."""
        models_of_gold = _of("gold", by_period=True)
        changes = deepcopy(self.changes)
        if gold.snapshot_id is not None:
            inputs = {table for model in models_of_gold for table in model.inputs} - {m.table for m in models_of_gold}
            read_feed(self.connection, changes, sorted(inputs), gold.snapshot_id, target)
        if gold.fingerprint != self._fingerprint_of_gold():
            gold.fingerprint, gold.done_to_utc = self._fingerprint_of_gold(), None
        done_to = gold.done_to_utc.date() if gold.done_to_utc else date.min
        planned = {
            model.table: days_to_build(self.connection, model, changes, self._is_made_differently(model))
            for model in models_of_gold
        }
        if not self.plan.made_at and self.again:
            for model in models_of_gold:
                planned[model.table] |= days_there_are(self.connection, model, min(self.again)) & self.again
        return {table: {day for day in days if day >= done_to} for table, days in planned.items()}

    def _replace(self, chunk: set[date]) -> None:
        """Replace days of every gold table, and of those that read them."""
        done: dict[str, set[date]] = {}
        for model in _of("gold", by_period=True):
            of_inputs = {day for table in model.inputs for day in done.get(table, ())}
            days = (self.plan.days[model.table] & chunk) | widened(of_inputs, model)
            if days:
                started = perf_counter()
                rows = build_days(self.connection, model, self.settings, days, self.producers.get(model.table))
                condition = " or ".join(f"({within(stretch)})" for stretch in stretches(days))
                self._wrote(model, rows, condition, started, f"{min(days)}/{max(days)}")
                done[model.table] = days

    def _complete(self, gold: Progress, snapshot_id: int, has_news: bool) -> None:
        if has_news or gold.snapshot_id is None:
            gold.snapshot_id, gold.target_snapshot_id, gold.done_to_utc = snapshot_id, None, None
        for model in _of("gold", by_period=True):
            self._progress_of(model)

    def _wrote(self, model: Model, rows: int, condition: str, started: float, days: str = "") -> None:
        """Check what was written to a table, count it and say so."""
        self.rows[model.table] += rows
        self.results += check(self.connection, model.table, condition)
        seconds = perf_counter() - started
        self.seconds[model.table] += seconds  # type: ignore[assignment]
        said = {"table": model.table, "rows": rows, "seconds": round(seconds, 3)}
        logger.info("built", extra=said | ({"days": days} if days else {}))

    def _progress_of(self, model: Model) -> Progress:
        """The progress of a table, from now on that of the way it is made today."""
        progress = self.progress.setdefault(model.table, Progress())
        if self._is_made_differently(model):
            if model.by_landing:
                self.changes.add(model.table, empty(self.connection, model))
                progress.landing_id = None
            progress.fingerprint = self._fingerprint(model)
        return progress

    def _wanted(self, layer: str, by_period: bool | None = None) -> list[Model]:
        wanted = upstream(self.only) if self.only else models().keys()
        return [model for model in _of(layer, by_period) if model.table in wanted]

    def _is_made_differently(self, model: Model) -> bool:
        return self.progress.get(model.table, Progress()).fingerprint != self._fingerprint(model)

    def _fingerprint(self, model: Model) -> str:
        producer = self.producers.get(model.table)
        code = inspect.getsource(sys.modules[producer.__module__]) if producer else ""
        return model.fingerprint(self.settings, code)

    def _fingerprint_of_gold(self) -> str:
        return sha256("".join(self._fingerprint(model) for model in _of("gold", by_period=True)).encode()).hexdigest()[
            :16
        ]


def _of(layer: str, by_period: bool | None = None) -> list[Model]:
    """The models of a layer, each after those it reads."""
    return [model for model in models().values() if model.layer == layer and by_period in (None, model.by_period)]
