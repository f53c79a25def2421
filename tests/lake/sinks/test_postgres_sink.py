"""A sink in PostgreSQL holds what the lake holds: after each stage, beside readers, in any structure of its user's."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from harness.lake_steps import NOW, select
from harness.services import PostgresServer
from harness.sink_ends import differing
from tests.support.origins import AFTER_STAGE, SETTLED
from wattlake.lake.maintenance.housekeeping import maintain
from wattlake.lake.sinks.description import Sink
from wattlake.lake.sinks.errors import SinkError
from wattlake.lake.sinks.export import export
from wattlake.lake.sinks.loads import Load
from wattlake.lake.store.lake import Lake

SMALL = ["dim_user", "dim_zone", "fact_energy_flow"]


@pytest.fixture
def psql(_postgres_server: PostgresServer) -> Callable[[str, str], list[tuple[str, ...]]]:
    """A function that runs SQL in a database and gives its rows, all values as text."""
    import duckdb

    from wattlake.lake.store.extensions import load_extension

    def run(address: str, sql: str) -> list[tuple[str, ...]]:
        with duckdb.connect() as connection:
            load_extension(connection, "postgres_scanner")
            connection.execute(f"attach '{address}' as there (type postgres)")
            quoted = sql.replace("'", "''")
            if not sql.lstrip().startswith("select"):
                connection.execute(f"call postgres_execute('there', '{quoted}')")
                return []
            return connection.execute(f"from postgres_query('there', '{quoted}')").fetchall()

    return run


def sink_at(address: str, **more: Any) -> Sink:
    return Sink.model_validate({"name": "dwh", "kind": "postgres", "address": address, "schema": "energy"} | more)


def load(lake: Lake, sink: Sink, **how: Any) -> Load:
    return export(lake, sink, "run-1", NOW, **how)


def slices(loaded: Load) -> dict[str, int]:
    return {each.difference.table.table.partition(".")[2]: len(each.difference.slices) for each in loaded.changed}


def test_after_each_stage_the_sink_holds_what_the_lake_holds_and_only_changed_days_were_written(
    copied_lake, postgres_database, psql
):
    sink = sink_at(postgres_database)
    first = copied_lake(AFTER_STAGE[1])
    loaded = load(first, sink)
    assert slices(loaded)["fact_energy_flow"] == 2
    assert differing(first, sink) == []

    second = copied_lake(AFTER_STAGE[2])
    again = load(second, sink)
    assert differing(second, sink) == []
    assert "dim_time" not in slices(again)
    (balance,) = [each for each in again.changed if each.difference.table.table.endswith("fact_completeness_daily")]
    assert balance.difference.compared is not None

    third = copied_lake(AFTER_STAGE[3])
    corrected = load(third, sink)
    assert differing(third, sink) == []
    (balance,) = [each for each in corrected.tables if each.difference.table.table.endswith("balance_daily")]
    assert 0 < len(balance.difference.slices) <= balance.difference.compared < 4
    rows = psql(postgres_database, "select count(*), max(snapshot_id) from energy.wattlake_load")
    assert rows == [(len(corrected.tables), corrected.snapshot_id)]
    recorded = select(third, "select sink, kind, status, snapshot_id, rows, message from ops.export")
    assert recorded == [
        (
            "dwh",
            "postgres",
            "completed",
            corrected.snapshot_id,
            sum(each.rows for each in corrected.tables),
            str(corrected),
        )
    ]
    assert str(load(third, sink)) == "dwh: nothing was new."


def test_tables_have_keys_indexes_and_comments(copied_lake, postgres_database, psql):
    load(copied_lake(SETTLED), sink_at(postgres_database))
    keys = psql(
        postgres_database,
        "select conrelid::regclass::text as t, pg_get_constraintdef(oid) as d from pg_constraint "
        "where connamespace = 'energy'::regnamespace and contype in ('p', 'f')",
    )
    assert ("energy.fact_energy_flow", "PRIMARY KEY (user_id, period_start_utc)") in keys
    references = {
        definition.partition(" DEFERRABLE")[0] for table, definition in keys if table == "energy.fact_energy_flow"
    }
    assert {
        "FOREIGN KEY (user_sk) REFERENCES energy.dim_user(user_sk)",
        "FOREIGN KEY (zone) REFERENCES energy.dim_zone(zone)",
        "FOREIGN KEY (period_start_utc) REFERENCES energy.dim_time(period_start_utc)",
    } <= references
    indexes = psql(postgres_database, "select indexdef from pg_indexes where tablename = 'fact_energy_flow'")
    assert any(definition.endswith("(period_start_utc)") for (definition,) in indexes)
    comments = psql(
        postgres_database,
        "select obj_description('energy.fact_energy_flow'::regclass) as a, "
        "col_description('energy.fact_energy_flow'::regclass, 6) as b",
    )
    assert comments == [
        (
            "One member's energy in one slot.",
            "What the member consumed; empty where no reading covers the slot [kWh]",
        )
    ]


def test_readers_see_the_old_state_until_the_commit_and_wait_for_nothing(copied_lake, postgres_database, psql):
    sink = sink_at(postgres_database, tables=SMALL)
    load(copied_lake(AFTER_STAGE[1]), sink)
    psql(
        postgres_database,
        "create view energy.mine as select count(*) as n, sum(consumption_kwh) as kwh from energy.fact_energy_flow; "
        "create role reader; grant usage on schema energy to reader; grant select on energy.mine to reader",
    )
    look = "select n, kwh, has_table_privilege('reader', 'energy.mine', 'select') as may from energy.mine"
    before = psql(postgres_database, look)
    seen = []

    def watch(tables, _what):
        for table in tables:
            seen.append(psql(postgres_database, look))
            yield table

    load(copied_lake(AFTER_STAGE[2]), sink, watch=watch)
    assert seen == [before] * 3
    ((rows, kwh, may),) = psql(postgres_database, look)
    assert (rows, may) == (252, True)
    assert kwh > before[0][1]


def test_a_table_of_the_users_own_structure_is_filled_as_it_stands(copied_lake, postgres_database, psql):
    psql(
        postgres_database,
        'create schema energy; create table energy."Readings ""x" (id bigint generated always as identity, '
        'ts timestamptz not null, "from whom" varchar(40), kwh numeric, half numeric(20, 8), '
        "noted timestamptz not null default now(), remark text)",
    )
    names = {"ts": "period_start_utc", "from whom": "user_id", "kwh": "consumption_kwh", "half": "surplus_kwh"}
    table = {"fact_energy_flow": {"name": 'Readings "x', "columns": names}}
    sink = sink_at(postgres_database, tables=["fact_energy_flow"], table=table)
    for stage in (1, 2):
        lake = copied_lake(AFTER_STAGE[stage])
        load(lake, sink)
        ours = select(
            lake,
            "select period_start_utc::varchar, user_id, consumption_kwh::varchar, surplus_kwh::varchar "
            "from warehouse.fact_energy_flow order by all",
        )
        theirs = psql(
            postgres_database,
            "select (ts at time zone 'UTC')::text as a, \"from whom\" as b, kwh::numeric(18, 6)::text as c, "
            'half::numeric(18, 6)::text as d from energy."Readings ""x"',
        )
        assert sorted(theirs, key=str) == sorted(ours, key=str)
    assert psql(postgres_database, 'select count(*) as n from energy."Readings ""x" where noted is null') == [(0,)]


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ("zone text, latitude real, longitude double precision", "column `latitude` is real"),
        ("zone text, latitude double precision", "no column `longitude`"),
        ("zone text, latitude double precision, longitude double precision, x int not null", "`x` must not be null"),
        (
            "zone text, latitude double precision, longitude double precision generated always as (1) stored",
            "`longitude` gets its values from the server",
        ),
    ],
)
def test_a_table_of_another_structure_is_told_and_nothing_is_written(copied_lake, postgres_database, psql, there, said):
    psql(postgres_database, f"create schema energy; create table energy.dim_zone ({there})")
    with pytest.raises(SinkError, match="has another structure, and nothing was written") as error:
        load(copied_lake(AFTER_STAGE[1]), sink_at(postgres_database, tables=["dim_zone", "dim_user"]))
    assert said in str(error.value)
    assert psql(postgres_database, "select count(*) as n from pg_tables where schemaname = 'energy'") == [(1,)]


def test_a_table_with_rows_of_others_and_a_view_are_left_alone(copied_lake, postgres_database, psql):
    columns = "zone text, latitude double precision, longitude double precision"
    psql(
        postgres_database,
        f"create schema energy; create table energy.dim_zone ({columns}); insert into energy.dim_zone values ('x'); "
        "create view energy.dim_time as select 1 as x",
    )
    lake = copied_lake(AFTER_STAGE[1])
    with pytest.raises(SinkError, match="has rows that this sink did not load"):
        load(lake, sink_at(postgres_database, tables=["dim_zone"]))
    with pytest.raises(SinkError, match="is no table but a view"):
        load(lake, sink_at(postgres_database, tables=["dim_time"]))
    assert psql(postgres_database, "select * from energy.dim_zone") == [("x", None, None)]
    failed = select(lake, "select status, snapshot_id, rows, message like '%dim_%' from ops.export")
    assert failed == [("failed", None, 0, True)] * len(failed)


def test_new_columns_are_added_and_filled_and_the_table_stays(copied_lake, postgres_database, psql):
    lake = copied_lake(AFTER_STAGE[1])
    few = {"fact_energy_flow": {"columns": ["user_id", "period_start_utc", "consumption_kwh"]}}
    load(lake, sink_at(postgres_database, tables=["fact_energy_flow"], table=few))
    psql(postgres_database, "create view energy.mine as select * from energy.fact_energy_flow")
    table = "select 'energy.fact_energy_flow'::regclass::oid::bigint as n"
    before = psql(postgres_database, table)
    whole = sink_at(postgres_database, tables=["fact_energy_flow"])
    load(lake, whole)
    assert differing(lake, whole) == []
    assert psql(postgres_database, table) == before
    assert psql(postgres_database, "select count(*) as n from energy.mine") == [(144,)]


def test_a_snapshot_that_is_not_kept_any_more_or_another_lake_costs_a_comparison_and_is_told(
    copied_lake, postgres_database
):
    sink = sink_at(postgres_database, tables=SMALL)
    load(copied_lake(AFTER_STAGE[1]), sink)
    lake = copied_lake(AFTER_STAGE[2])
    maintain(lake, datetime.now(UTC) + timedelta(days=400))
    later = load(lake, sink)
    assert "is not kept any more, so all of it was compared" in str(later)
    assert [each.difference.compared for each in later.tables] == [None] * 3
    assert differing(lake, sink) == []
    assert "zone" not in str(slices(later)), "what is the same is not written again"

    other = copied_lake(AFTER_STAGE[3])
    other.change_catalog(
        lambda c: c.execute(
            "update __ducklake_metadata_lake.ducklake_metadata set value = 'another' where key = 'wattlake_lake_id'"
        )
    )
    mark = f"{other.settings.data}/lake.json"
    _replace_in(mark, first_lake_id(other), "another")
    assert "loaded from another lake before" in str(load(Lake(other.settings), sink))
    assert differing(Lake(other.settings), sink) == []


def first_lake_id(lake: Lake) -> str:
    import json
    from pathlib import Path

    return json.loads(Path(lake.settings.data, "lake.json").read_text())["lake_id"]


def _replace_in(path: str, old: str, new: str) -> None:
    from pathlib import Path

    Path(path).write_text(Path(path).read_text().replace(old, new))


def test_anew_replaces_what_somebody_changed_in_the_sink(copied_lake, postgres_database, psql):
    sink, lake = sink_at(postgres_database, tables=SMALL), copied_lake(AFTER_STAGE[1])
    load(lake, sink)
    psql(postgres_database, "update energy.fact_energy_flow set consumption_kwh = 1; delete from energy.wattlake_slice")
    assert differing(lake, sink) == ["warehouse.fact_energy_flow"]
    load(lake, sink, anew=True)
    assert differing(lake, sink) == []


def test_odd_values_and_names_arrive_as_they_are(copied_lake, postgres_database, psql):
    lake = copied_lake("made")
    odd = [
        "o'hara",
        'say "x"',
        "a,b;c",
        "tab\there",
        "line\nbreak",
        "back\\slash",
        "\\N",
        "",
        "Ünï©ode 🌞",
        "x; drop table y",
    ]
    values = ", ".join(f"({_text(zone)}, {number + 0.1}, -0.0)" for number, zone in enumerate(odd))
    lake.write(lambda connection: connection.execute(f"insert into gold.zone by position values {values}"))
    sink = sink_at(
        postgres_database,
        schema='sche"ma; x',
        tables=["gold.zone"],
        table={
            "gold.zone": {"name": "sélect ';--", "columns": {"from": "zone", 'x"y': "latitude", "a;b'": "longitude"}}
        },
    )
    load(lake, sink)
    assert differing(lake, sink) == []
    rows = psql(postgres_database, 'select "from" as zone from "sche""ma; x"."sélect \';--"')
    assert sorted(zone for (zone,) in rows) == sorted(odd)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def test_decimals_are_exact_to_the_last_place(copied_lake, postgres_database, psql):
    lake = copied_lake("made")
    lake.write(
        lambda connection: connection.execute(
            "insert into gold.energy_balance_daily by name select 'm' as member_id, "
            "timestamp '2026-01-01' as period_start_utc, 'z' as zone, 1 as slots, "
            "999999999999.999999::decimal(18, 6) as consumption_kwh, 0.000001::decimal(18, 6) as production_kwh"
        )
    )
    load(lake, sink_at(postgres_database, tables=["fact_energy_balance_daily"]))
    rows = psql(
        postgres_database,
        "select consumption_kwh, production_kwh, surplus_kwh from energy.fact_energy_balance_daily",
    )
    assert rows == [(Decimal("999999999999.999999"), Decimal("0.000001"), None)]
