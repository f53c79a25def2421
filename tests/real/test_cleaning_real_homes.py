"""Gaps and anomalies of real homes: what is filled and flagged is little, and what is estimated is near the truth."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from harness.lake_steps import plain_tables, stored
from tests.support.gold_steps import GAPS, WITHOUT_WEATHER, build_gold

MONTHS = [stored(2013, month, 1) for month in range(1, 13)] + [stored(2014, 1, 1)]
TABLES = (*WITHOUT_WEATHER, "energy_balance_daily", "unusual_load", "flat_line", "anomaly")

READINGS = """
    insert into silver.meter_reading by name
    select distinct
        "LCLid" as meter_id, tstp::timestamp as period_start_utc, 30 as period_minutes, 'measured' as provenance,
        try_cast(trim("energy(kWh/hh)") as decimal(18, 6)) as energy_kwh,
        period_start_utc + interval 150 minutes as known_at_utc
    from read_csv($files, all_varchar = true)
    where energy_kwh is not null
"""
MEMBERS = """
    insert into gold.member_version by name
    select distinct meter_id as member_id, meter_id, 'london' as "zone", timestamp '2012-01-01' as valid_from_utc,
        0.0 as panel_kwp
    from silver.meter_reading
"""
PLANT = """
    create table truth as
    select meter_id, period_start_utc, energy_kwh, hours
    from silver.meter_reading
    inner join (
        -- A gap in each home every ten days, of four lengths in turn, at all hours.
        select
            timestamp '2013-02-03' + to_hours(number * 245) as begin_utc, [1, 4, 12, 24][1 + number % 4] as hours
        from range(30) as numbers (number)
    ) as gap on period_start_utc >= begin_utc and period_start_utc < begin_utc + to_hours(hours)
"""


@pytest.fixture(scope="module")
def homes(shared_data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The real homes' readings of a year, in a plain DuckDB."""
    with duckdb.connect() as tables:
        plain_tables(tables)
        tables.execute("set timezone = 'UTC'")
        files = sorted(str(path) for path in (shared_data / "smart_meters" / "halfhourly_dataset").glob("*.csv"))
        tables.execute(READINGS, {"files": files})
        tables.execute(MEMBERS)
        build_gold(tables, "calendar")
        build_gold(tables, *TABLES, windows=MONTHS)
        yield tables


def test_little_of_real_homes_is_unlikely_and_every_kind_of_it_is_found(homes: duckdb.DuckDBPyConnection) -> None:
    shares = homes.execute(
        """
        select reason, count(*) / (select count(*) from gold.energy_flow where consumption_kwh is not null)
        from (select unnest(string_split(anomaly_reason, ', ')) as reason from gold.anomaly)
        group by reason order by reason
        """
    ).fetchall()
    share = dict(shares)
    assert share.keys() == {"beyond quantile", "flat line", "spike"}, shares
    assert 0.001 < share["beyond quantile"] < 0.005, shares
    assert 0.001 < share["spike"] < 0.007, shares
    assert share["flat line"] < 0.001, shares
    flagged = homes.execute("select count(*) / (select count(*) from gold.energy_flow) from gold.anomaly").fetchall()
    assert flagged[0][0] < 0.01


def test_what_is_missing_in_real_homes_is_filled_only_where_gaps_are_short(homes: duckdb.DuckDBPyConnection) -> None:
    missing, filled = homes.execute(
        "select (select sum(period_minutes / 30) from gold.meter_gap), (select count(*) from gold.gap_fill)"
    ).fetchall()[0]
    assert missing == filled
    assert 0 < filled < 0.001 * homes.execute("select count(*) from silver.meter_reading").fetchall()[0][0]


def test_planted_gaps_are_estimated_without_bias_and_better_than_by_the_homes_mean(
    homes: duckdb.DuckDBPyConnection,
) -> None:
    homes.execute("begin")
    homes.execute(PLANT)
    homes.execute(
        "delete from silver.meter_reading using truth where "
        "meter_reading.meter_id = truth.meter_id and meter_reading.period_start_utc = truth.period_start_utc"
    )
    build_gold(homes, *GAPS, windows=MONTHS)
    rows = homes.execute(
        """
        with mean as (select meter_id, avg(energy_kwh) as mean_kwh from silver.meter_reading group by meter_id)
        select
            hours, count(gap_fill.energy_kwh) / count(*) as filled,
            sum(gap_fill.energy_kwh) / sum(truth.energy_kwh) as of_truth,
            sum(abs(gap_fill.energy_kwh - truth.energy_kwh)) / sum(truth.energy_kwh) as error_ratio,
            sum(abs(mean_kwh - truth.energy_kwh)) / sum(truth.energy_kwh) as error_of_mean_ratio
        from truth
        inner join mean using (meter_id)
        left join gold.gap_fill as gap_fill using (meter_id, period_start_utc)
        group by hours order by hours
        """
    ).fetchall()
    homes.execute("rollback")
    assert [hours for hours, *_ in rows] == [1, 4, 12, 24]
    for hours, filled, of_truth, error, error_of_mean in rows:
        assert filled > 0.97, hours
        assert 0.85 < of_truth < 1.15, (hours, of_truth)
        assert error < error_of_mean, (hours, error, error_of_mean)
