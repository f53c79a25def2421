"""Hold a build to its plan: what was planned by reading is what is written."""

from collections import defaultdict
from datetime import date

from harness.lake_steps import build_all
from wattlake.lake.build.actions import Action, CompareDays, CompareRows, ReplaceDays, ReplaceRows
from wattlake.lake.build.dry_run import plan_build
from wattlake.lake.build.run import Step
from wattlake.lake.models.graph import models
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.producers import producers


def build_as_planned(lake: Lake, build_id: str) -> None:
    """Plan a build, which leaves nothing behind, build, and compare the two."""
    state = (lake.snapshot_id(), Storage(lake.settings).names())
    planned = plan_build(lake.reader(), lake.settings, producers())
    assert (lake.snapshot_id(), Storage(lake.settings).names()) == state, "a plan leaves nothing behind"
    expect_as_planned(planned, build_all(lake, build_id))
    assert plan_build(lake.reader(), lake.settings, producers()) == [], "after a build nothing is left to do"


def expect_as_planned(planned: list[Action], steps: list[Step]) -> None:
    """What is certain is written, nothing is written that was not planned; silver and whole tables are foreseen."""
    written = defaultdict[str, set[date]](set)
    for step in steps:
        for table, days in step.days.items():
            written[table] |= days
    certain = {action.table: set(action.days) for action in planned if isinstance(action, ReplaceDays)}
    compared = {action.table: set(action.days) for action in planned if isinstance(action, CompareDays)}
    for table in written.keys() | certain.keys():
        sure = certain.get(table, set())
        assert sure <= written[table], f"{table}: {sorted(sure - written[table])} were planned, not written"
        unplanned = written[table] - sure - compared.get(table, set())
        assert not unplanned, f"{table}: {sorted(unplanned)} were written, not planned"
        assert table.startswith("gold.") or table not in compared, f"{table} is foreseen"
    replaced = {action.table for action in planned if isinstance(action, ReplaceRows)}
    built = {table for step in steps for table in step.rows}
    whole = {table for table, model in models().items() if model.is_whole and not model.is_late}
    assert built & whole == replaced & whole
    late = {table for table, model in models().items() if model.is_late}
    assert built & late <= {action.table for action in planned if isinstance(action, CompareRows)}
