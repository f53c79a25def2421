"""Models of a project are built as ours are: incrementally, in the same transaction, and a full build ends alike."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from harness.lake_community import DAYS, stage_3
from harness.lake_steps import NOW, build_all, hashes, hashes_of, select
from tests.support.origins import AFTER_STAGE
from tests.support.own_models import FILES, OWN, SHARE, SHARE_CONTRACT, land_heat
from tests.support.planned_builds import build_as_planned
from tests.support.project_folder import forget, project_folder, write
from wattlake.lake.build import plan
from wattlake.lake.build.progress import read_progress
from wattlake.lake.build.removed import drop, removed_tables, sentences
from wattlake.lake.build.run import build
from wattlake.lake.models.graph import late_models, models
from wattlake.lake.models.lineage import made_from
from wattlake.lake.sql import quoted
from wattlake.lake.store.lake import Lake
from wattlake.tasks.producers import producers


def heat_1(lake: Lake) -> None:
    land_heat(lake, DAYS[0], 3, 20, "MAC1", "MAC2")


def heat_2(lake: Lake) -> None:
    land_heat(lake, DAYS[2], 2, 30, "MAC2", "MAC3")


def heat_3(lake: Lake) -> None:
    land_heat(lake, DAYS[1], 1, 50, "MAC1")


def test_built_step_by_step_they_end_as_built_at_once(
    copied_lake: Callable[[str], Lake], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    grown, at_once = copied_lake(AFTER_STAGE[2]), copied_lake(AFTER_STAGE[3])  # Made without the project.
    with project_folder(tmp_path / "project", FILES):
        build_step_by_step(grown, tmp_path, monkeypatch)
        at_once.create()
        for step in (heat_1, heat_2, heat_3):
            step(at_once)
        build_all(at_once)
        assert hashes_of(grown, OWN) == hashes_of(at_once, OWN)
        assert hashes(grown) == hashes(at_once)
        assert {select(grown, f"select count(*) > 0 from {table}")[0][0] for table in OWN} == {True}
        own = ", ".join(map(quoted, OWN))
        grown.write(lambda connection: connection.execute(f"delete from ops.progress where table_name in ({own})"))
        build_as_planned(grown, "anew")
        assert hashes(grown) == hashes(at_once)


def build_step_by_step(grown: Lake, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grown.create()
    heat_1(grown)
    build_as_planned(grown, "first")
    rows = select(
        grown, "select meter_id, count(*), sum(heat_pump_kwh) from gold.heat_share_daily group by all order by 1"
    )
    # 24 hours of 20 Wh and 0 to 23 more on each of three days, but for the hour of 25 Wh that nobody can read.
    assert [(meter, days, float(kwh)) for meter, days, kwh in rows] == [("MAC1", 3, 2.243), ("MAC2", 3, 2.243)]
    assert select(grown, "select count(*), min(quarantine_reason) from quarantine.heat_reading") == [
        (2, "unreadable energy")
    ]
    comment = (
        "select comment from duckdb_columns() where table_name = 'heat_share_daily' and column_name = 'energy_kwh'"
    )
    assert select(grown, comment) == [("What the house drew [kWh]",)]
    ((meter_days,),) = select(grown, "select count(*) from gold.meter_daily")  # Each day that there is was due.
    logged = "select table_name, rows_in, rows_out, set_aside, seconds > 0 from ops.transformation order by table_name"
    assert select(grown, logged) == [
        ("gold.heat_share_daily", 142 + 2 + meter_days, 6, 0, True),
        ("gold.heat_trend", 6, 2, 0, True),
        ("gold.heated_house", 142, 2, 0, True),
        ("silver.heat_reading", 144, 142, 2, True),
    ]
    stage_3(grown, folder / "three")
    heat_2(grown)
    monkeypatch.setattr(plan, "DAYS_AT_ONCE", 2)
    monkeypatch.setattr(plan, "READINGS_OF_A_CHUNK", 1)
    next(build(grown, producers(), "stopped", NOW))
    heat_3(grown)
    build_as_planned(grown, "last")
    assert build_all(grown, "nothing new") == []
    monkeypatch.undo()


def test_a_changed_model_is_built_anew_and_a_removed_one_stays_and_is_named(
    copied_lake: Callable[[str], Lake], tmp_path: Path
):
    lake = copied_lake(AFTER_STAGE[1])
    with project_folder(tmp_path / "project", FILES) as folder:
        change_the_project(lake, folder)


def change_the_project(lake: Lake, own_project: Path) -> None:
    lake.create()
    heat_1(lake)
    build_all(lake)
    write(
        own_project,
        {
            "models/gold/heat_share_daily.sql": SHARE.replace(
                "    heat.heat_pump_kwh\n", "    heat.heat_pump_kwh * 2 as heat_pump_kwh\n"
            )
        },
    )
    forget()
    built = build_all(lake, "doubled")
    assert {table for step in built for table in step.rows} == {"gold.heat_share_daily", "gold.heat_trend"}
    assert select(lake, "select max(most_kwh)::double from gold.heat_trend") == [(1.512,)]

    # Another key, a column less, one more and one of another type, in a table that others read.
    contract = SHARE_CONTRACT.replace(
        '[columns.energy_kwh]\ntype = "decimal(18,6)"', '[columns.house_kwh]\ntype = "double"'
    )
    contract = contract.replace(
        '[columns.heat_pump_kwh]\ntype = "decimal(18,6)"', '[columns.heat_pump_kwh]\ntype = "double"'
    )
    sql = SHARE.replace("meter_daily.energy_kwh", "meter_daily.energy_kwh as house_kwh")
    view = FILES["models/warehouse/heat_rest.sql"].replace("energy_kwh", "house_kwh")
    write(
        own_project,
        {
            "models/gold/heat_share_daily.toml": contract,
            "models/gold/heat_share_daily.sql": sql,
            "models/warehouse/heat_rest.sql": view,
        },
    )
    forget()
    lake.create()
    build_all(lake, "other columns")
    assert select(lake, "select max(most_kwh)::double from gold.heat_trend") == [(0.756,)]
    assert select(
        lake, "select typeof(heat_pump_kwh), count(*), count(house_kwh) from gold.heat_share_daily group by 1"
    ) == [("DOUBLE", 6, 4)]
    assert build_all(lake, "nothing new") == []

    (own_project / "models/gold/heat_trend.sql").unlink()
    (own_project / "models/gold/heat_trend.toml").unlink()
    forget()
    lake.create()
    build_all(lake, "one less")
    assert select(lake, "select count(*) from gold.heat_trend") == [(2,)]
    progress = read_progress(lake.reader())
    assert removed_tables(progress) == ["gold.heat_trend"]
    assert sentences(progress)[0].startswith("No model makes gold.heat_trend any more; it stays as it was built last.")
    with pytest.raises(
        ValueError, match=r"`gold.zone` is no table whose model was removed; there are gold.heat_trend."
    ):
        lake.write(partial(drop, table="gold.zone"))
    lake.write(partial(drop, table="gold.heat_trend"))
    assert removed_tables(read_progress(lake.reader())) == []
    assert select(lake, "select count(*) from duckdb_tables() where table_name = 'heat_trend'") == [(0,)]


def test_they_are_in_the_lineage_and_in_the_order_of_what_they_read(tmp_path: Path):
    with project_folder(tmp_path, FILES):
        expect_order()


def expect_order() -> None:
    order = list(models())
    assert order.index("silver.heat_reading") < order.index("gold.heated_house") < order.index("gold.heat_share_daily")
    assert [model.table for model in late_models()] == ["gold.heat_trend"]
    assert made_from("gold.heat_share_daily") == {"silver.heat_reading", "gold.heated_house", "gold.meter_daily"}
    assert made_from("warehouse.heat_rest") == {"gold.heat_share_daily"}
