"""The KPIs of a fleet equal those that polars makes of the same files, without any of the SQL."""

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.support.fleet_steps import fleet_in_gold, simulated

POWER_PER_CELSIUS, REFERENCE, DAYLIGHT = -0.004, 0.85, 100
KEY = ["panel_id", "day"]


def recomputed(folder: Path) -> pl.DataFrame:
    """The KPIs of each panel and day, from the CSV files of a plant whose every panel is in the register."""
    readings, light = _readings(folder), _light(folder)
    sizes = pl.read_csv(folder / "panels.csv").select("panel_id", "panel_kwp")
    read = readings.join(sizes, on="panel_id").join(light, on="at", how="left")
    peers = read.group_by("at").agg(peers=(pl.col("ac") / pl.col("panel_kwp")).median())
    read = read.join(peers, on="at").with_columns(day=pl.col("at").dt.date())
    of_plant = light.join(peers, on="at", how="left").group_by(day=pl.col("at").dt.date()).agg(
        all_daylight=(pl.col("g") >= DAYLIGHT).sum(),
        all_peers=(pl.col("peers") / 4).sum(),
        all_corrected=(pl.col("corrected") / 4).sum(),
    )  # fmt: skip
    by_day = pl.col("g") >= DAYLIGHT
    panels = read.group_by([*KEY, "panel_kwp"]).agg(
        readings=pl.len(),
        energy=(pl.col("ac") / 4).sum(),
        light=(pl.col("g") / 4).sum(),
        corrected=(pl.col("corrected") / 4).sum(),
        peers=(pl.col("peers") / 4).sum(),
        daylight=by_day.sum(),
        failing=(by_day & (pl.col("ac") <= 0)).sum(),
        average=pl.col("ac").mean(),
    )
    return _kpis(panels.join(of_plant, on="day")).sort(KEY)


def _readings(folder: Path) -> pl.DataFrame:
    return pl.concat(
        pl.read_csv(path).select(
            panel_id="SOURCE_KEY",
            at=pl.col("DATE_TIME").str.to_datetime("%d-%m-%Y %H:%M"),
            ac=(pl.col("AC_POWER") * 1000).round(),
        )
        for path in folder.glob("*_generation.csv")
    ).unique()


def _light(folder: Path) -> pl.DataFrame:
    return pl.concat(
        pl.read_csv(path).select(
            at=pl.col("DATE_TIME").str.to_datetime("%d-%m-%Y %H:%M"),
            g=(pl.col("IRRADIATION") * 1000).clip(0),
            corrected=(pl.col("IRRADIATION") * 1000).clip(0)
            * (1 + POWER_PER_CELSIUS * (pl.col("MODULE_TEMPERATURE") - 25)),
        )
        for path in folder.glob("*_weather.csv")
    )


def _kpis(day: pl.DataFrame) -> pl.DataFrame:
    kwp = pl.col("panel_kwp")
    output = pl.col("daylight") - pl.col("failing")
    specific = pl.col("energy") / 1000 / kwp
    return day.select(
        *KEY,
        "readings",
        energy_kwh=pl.col("energy") / 1000,
        specific_yield=specific,
        fleet_median=specific.median().over("day"),
        performance_ratio=pl.col("energy") / kwp / pl.col("light"),
        corrected_performance_ratio=pl.col("energy") / kwp / pl.col("corrected"),
        availability=output / pl.col("all_daylight"),
        failure=pl.col("failing") / pl.col("daylight"),
        missing=1 - pl.col("daylight") / pl.col("all_daylight"),
        average_output_w=pl.col("average"),
        expected_kwh=pl.col("all_corrected") * kwp * REFERENCE / 1000,
        peers_kwh=pl.col("all_peers") * kwp / 1000,
        peers_ratio=pl.col("energy") / (pl.col("peers") * kwp),
    )


@pytest.mark.parametrize("seed", [1, 12])
def test_kpis_equal_an_independent_recomputation(tmp_path: Path, seed: int):
    fleet = simulated(tmp_path, seed)
    found = (
        fleet_in_gold(fleet.folder)
        .execute(
            """
        select
            panel_id, period_start_utc::date as day, readings, energy_kwh, specific_yield_kwh_per_kwp as specific_yield,
            fleet_median_kwh_per_kwp as fleet_median, performance_ratio, corrected_performance_ratio,
            availability_ratio as availability, failure_ratio as failure, missing_ratio as missing, average_output_w,
            expected_kwh, peers_kwh, peers_ratio
        from gold.panel_kpi_daily order by panel_id, day
        """
        )
        .pl()
    )
    expected = recomputed(fleet.folder)
    assert found.height == 22 * 34
    plain = [pl.all().exclude(KEY).cast(pl.Float64)]
    assert_frame_equal(found.with_columns(plain), expected.with_columns(plain), rel_tol=1e-3, abs_tol=6e-4)


def test_a_mornings_share_and_days_without_output_are_told(tmp_path: Path):
    fleet = simulated(tmp_path, 1)
    (dead,) = (fault for fault in fleet.faults if fault.kind == "dead")
    (shaded,) = (fault for fault in fleet.faults if fault.kind == "shaded afternoons")
    gold = fleet_in_gold(fleet.folder)
    since = gold.execute(
        "select days_since_last_output from gold.panel_kpi_daily "
        "where panel_id = ? and period_start_utc >= ? order by all",
        [dead.panel_id, dead.first_day],
    ).fetchall()
    assert since == [(number + 1,) for number in range(len(since))]
    morning, afternoon = gold.execute(
        "select avg(morning_ratio), avg(afternoon_ratio) from gold.panel_kpi_daily "
        "where panel_id = ? and period_start_utc >= ?",
        [shaded.panel_id, shaded.first_day],
    ).fetchall()[0]
    assert 0.95 < morning < 1.05
    assert 0.5 < afternoon < 0.75
