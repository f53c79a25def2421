"""The whole job on a small community, through Prefect, as ``wattlake run`` and a deployment start it."""

import re
import shutil

import pytest

from tests.flows.conftest import of_three_days
from tests.support.contents import content_of_tables
from tests.support.small_world import SmallWorld
from wattlake.lake.contracts import columns, contracts
from wattlake.lake.layers import is_view
from wattlake.lake.market import unsettled
from wattlake.lake.reports import status
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

MAY_BE_EMPTY = {"warehouse.register_gap", "gold.unusual_load", "gold.flat_line", "gold.anomaly", "ops.mapping"} | {
    "gold.panels_alike",
    "gold.unusual_day",
    "warehouse.fact_unusual_day",
    "gold.market_comparison",
    "ops.refusal",
    "ops.model",
    "ops.forecast_score",
    "warehouse.fact_forecast_score",
    "warehouse.fact_market_comparison",
    "warehouse.fact_anomaly",
}
"""No register gap, none of panels, nothing unusual in a few days, no mapping, nothing compared, refused or trained."""
OF_PLANTS = re.compile(r"\w+\.(\w*panel|plant|inverter)")
"""The community has no plant."""


def lake_at(folder):
    return Lake(Settings(data=str(folder)), read_only=True)


def rows_by_table(reader):
    return {f"{layer}.{table}": rows for layer, table, rows, _ in status.tables(reader).rows}


@pytest.fixture(scope="module")
def reader(built_folder):
    lake = lake_at(built_folder)
    yield lake.reader()
    lake.close()


OF_FILES = {"bronze.prices", "silver.listed_price", "bronze.weather", "silver.weather_station"}
"""The tables of sources whose inboxes are empty."""

OF_PROJECTS = {"ops.export", "ops.transformation", "ops.taken_file"}
"""What is said of sinks, of a project's own tables and of inboxes elsewhere, of which there are none."""

OF_STREAMS = {
    *("bronze.meter_events", "silver.meter_event", "gold.window_5min", "gold.live_alert", "gold.live_limit"),
    *("warehouse.live_member", "warehouse.live_member_window", "warehouse.live_zone_window"),
    *("warehouse.live_window", "warehouse.live_alert", "ops.stream_offset", "ops.stream_batch", "ops.stream_series"),
    "ops.stream_register",
    "ops.alert_sent",
}
"""What streams bring, of which there are none."""


def test_every_table_has_rows(reader):
    empty = {table for table, rows in rows_by_table(reader).items() if not rows}
    others = {table for table in empty if not (table.startswith("quarantine.") or OF_PLANTS.match(table))}
    assert others <= MAY_BE_EMPTY | OF_FILES | OF_PROJECTS | OF_STREAMS


def test_the_lake_has_every_view_that_the_contracts_name(reader):
    views = reader.execute(
        "select schema_name || '.' || view_name from duckdb_views() where database_name = 'lake'"
    ).fetchall()
    assert {name for (name,) in views} == {name for name in contracts() if is_view(name)}


def test_the_lake_is_healthy_and_every_reading_is_accounted_for(reader):
    assert status.troubles(reader) == []
    for source, _, landed, *fates, _rounded in status.reconciliation(reader).rows:
        assert (source, landed) == (source, sum(fates))
    assert set(status.reconciliation(reader).column("source")) == set(status.sources(reader).column("source"))


def test_what_the_members_meters_read_is_what_the_facts_say_they_consumed(reader):
    read_kwh, told_kwh = reader.execute(
        """
        select
            (
                select sum(units(energy_kwh))::bigint
                from silver.meter_reading as reading
                inner join gold.member_version as member
                    on
                        reading.meter_id = member.meter_id
                        and reading.period_start_utc >= member.valid_from_utc
                        and reading.period_start_utc < coalesce(member.valid_to_utc, timestamp 'infinity')
            ),
            (select sum(units(consumption_kwh))::bigint from warehouse.fact_energy_flow)
        """
    ).fetchall()[0]
    assert read_kwh == told_kwh
    assert told_kwh > 0


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("warehouse.fact_energy_flow", "consumption_provenance"),
        ("warehouse.fact_energy_flow", "production_provenance"),
        ("warehouse.fact_energy_balance_daily", "consumption_provenance"),
        ("warehouse.dim_user", "provenance"),
        ("warehouse.dim_weather", "provenance"),
        ("warehouse.dim_price", "provenance"),
        ("warehouse.fact_forecast", "provenance"),
    ],
)
def test_everything_is_marked_simulated_all_the_way(reader, table, column):
    marks = reader.execute(f"select distinct {column} from {table} where {column} is not null").fetchall()
    assert marks == [("simulated",)]


def test_the_forecast_covers_the_24_hours_after_the_readings_end(reader, world: SmallWorld):
    issued, first, last, members = reader.execute(
        "select min(issued_at_utc), min(period_start_utc), max(period_start_utc), count(distinct user_id) "
        "from warehouse.fact_forecast where target = 'consumption'"
    ).fetchall()[0]
    assert issued == first == world.now_utc.replace(tzinfo=None)
    assert (last - first).total_seconds() == 23 * 3600
    assert members == reader.execute("select count(distinct user_id) from warehouse.fact_energy_flow").fetchall()[0][0]


def test_a_second_run_adds_its_row_in_ops_run_and_nothing_else(
    world, built_folder, prefect_harness, use_settings, tmp_path
):
    from wattlake.flows.pipeline import pipeline

    folder = tmp_path / "again"
    shutil.copytree(built_folder, folder)
    use_settings(world.settings(folder))
    before, again = lake_at(folder), lake_at(folder)
    rows, hashes, snapshot = rows_by_table(before.reader()), content_of_tables(before.reader()), before.snapshot_id()
    before.close()

    pipeline(**of_three_days(world))

    assert content_of_tables(again.reader()) == hashes
    assert rows_by_table(again.reader()) == {**rows, "ops.run": rows["ops.run"] + 1}
    assert again.snapshot_id() == snapshot + 1
    newest = status.runs(again.reader(), newest=1).records()[0]
    assert (newest["name"], newest["status"], newest["message"]) == ("pipeline", "completed", "Nothing was new.")
    again.close()


@pytest.mark.long
def test_slots_of_half_an_hour_hold_the_same_energy(world, reader, prefect_harness, use_settings, tmp_path):
    from wattlake.flows.pipeline import pipeline

    use_settings(world.settings(tmp_path, WATTLAKE_SLOT_MINUTES="30"))
    pipeline(**world.days_asked)

    lake = lake_at(tmp_path)
    halves = lake.reader()
    per_slot = "select period_minutes, count(*) from {} group by period_minutes"
    total = "select sum(consumption_kwh), count(*) from warehouse.fact_energy_flow"
    for table in ("warehouse.fact_energy_flow", "warehouse.fact_forecast", "warehouse.dim_time"):
        ((minutes, _),) = halves.execute(per_slot.format(table)).fetchall()
        assert (table, minutes) == (table, 30)
    (kwh, slots), (kwh_by_hour, hours) = halves.execute(total).fetchall()[0], reader.execute(total).fetchall()[0]
    assert kwh == kwh_by_hour
    assert hours < slots <= 2 * hours
    assert status.troubles(halves) == []
    lake.close()


def test_a_run_of_three_days_asks_for_the_prices_and_weather_of_all_days_that_were_read(world, reader):
    days = "select count(distinct period_start_utc::date) from {}"
    for table in ("gold.settled_slot", "silver.spot_price", "silver.weather_hourly"):
        assert reader.execute(days.format(table)).fetchall()[0][0] >= world.days, table
    assert [*unsettled.sentences(reader), *unsettled.unbooked(reader)] == []
    asked = "select count(*) from ops.landing where source = 'energy_charts'"
    assert reader.execute(asked).fetchall() == [(2,)], "the three days, and in one question the others"


@pytest.mark.parametrize(
    ("fact", "amounts", "origin"),
    [
        (
            "fact_energy_flow",
            ("production_kwh", "consumption_kwh", "self_consumption_kwh", "surplus_kwh"),
            "gold.energy_flow",
        ),
        ("fact_energy_transactions", ("energy_kwh", "transaction_amount_eur"), "warehouse.fact_energy_transaction"),
    ],
)
def test_sums_of_the_star_are_the_sums_of_what_it_is_made_from(reader, fact, amounts, origin):
    sums = ", ".join(f"sum({amount})" for amount in amounts)
    keys = [name for name in columns(f"star.{fact}") if name.endswith("_sk")]
    dimensions = {"weather_sk": "dim_weather", "price_sk": "dim_prices", "time_sk": "dim_time"}
    joined = "".join(
        f" join {dimension} as {key}_of on fact.{key} = {key}_of.{'user_sk' if dimension == 'dim_users' else key}"
        for key in keys
        for dimension in [dimensions.get(key, "dim_users")]
    )
    of_star = reader.execute(f"select {sums} from {fact} as fact{joined}").fetchall()
    assert of_star == reader.execute(f"select {sums} from {origin}").fetchall()
    assert all(of_star[0])


def test_what_analysts_paste_runs_as_it_is(reader):
    since = "where dt.date >= current_date - interval '30 days'"
    days = "where dt.date >= (select min(local_date) from warehouse.fact_zone_slot)"
    trades, flow = (
        "select count(*), sum(t.transaction_amount_eur), sum(t.energy_kwh)\n"
        "from fact_energy_transactions as t join dim_time as dt on t.time_sk = dt.time_sk\n" + since,
        "select dt.hour, avg(f.production_kwh), avg(f.consumption_kwh)\n"
        "from fact_energy_flow as f join dim_time as dt on f.time_sk = dt.time_sk\n"
        f"{since} group by dt.hour order by dt.hour",
    )
    assert len(reader.execute(trades).fetchall()) == 1
    reader.execute(flow).fetchall()
    assert (
        reader.execute(trades.replace(since, days)).fetchall()
        == reader.execute("select sum(entry), sum(amount_eur), sum(energy_kwh) from gold.settled_trade").fetchall()
    )
    assert [hour for hour, *_ in reader.execute(flow.replace(since, days)).fetchall()] == list(range(24))
