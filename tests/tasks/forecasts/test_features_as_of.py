"""Features as of a time, from a lake: only what was known then, since when, and the same as training's."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from harness.lake_steps import stored
from tests.support.silver import utc
from wattlake.lake.models.graph import fill, models
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake
from wattlake.tasks.forecasting.days import days_of
from wattlake.tasks.forecasting.load_features import load_features
from wattlake.tasks.forecasting.weather import FORECAST, NONE, PERFECT
from wattlake.tasks.forecasts.features_as_of import features_as_of
from wattlake.tasks.forecasts.weather import weather_of

AT = utc(2013, 6, 12, 5)
"""A Wednesday, six in the morning in London."""
BEGIN = stored(2013, 4, 1)
HOURS = 24 * 75
"""They end on 15 June."""
MEMBERS = ("anna", "bert", "cleo")
DELAY = timedelta(minutes=150)
HOLIDAY = date(2013, 5, 27)
POISON = 10**9

Change = Callable[[Connection], object]


def insert(connection: Connection, table: str, rows: list[dict[str, object]]) -> None:
    connection.register("rows", pl.DataFrame(rows, infer_schema_length=None).to_arrow())
    connection.execute(f"insert into {table} ({', '.join(rows[0])}) from rows")
    connection.unregister("rows")


def flow(member: str, hour: int, wh: int, known_at: datetime | None = None) -> dict[str, object]:
    start = BEGIN + timedelta(hours=hour)
    return {
        **{"member_id": member, "period_start_utc": start, "period_minutes": 60, "zone": "north"},
        **{"consumption_minutes": 60, "consumption_kwh": wh / 1000, "consumption_provenance": "measured"},
        **{"consumption_estimated_minutes": 0, "known_at_utc": known_at or start + DELAY},
    }


def sky(start: datetime, celsius: float, known_at: datetime) -> dict[str, object]:
    return {
        **{"zone": "north", "period_start_utc": start, "temperature_celsius": celsius, "cloud_cover_pct": 40.0},
        **{"wind_m_per_s": 3.0, "shortwave_w_per_m2": 200.0, "provenance": "simulated", "known_at_utc": known_at},
        **{"relative_humidity_pct": 50.0 + start.hour, "weather_code": 61},
    }


def forecast_of(start: datetime, celsius: float, issued_at: datetime) -> dict[str, object]:
    horizon = int((start - issued_at.replace(minute=0)) / timedelta(hours=1))
    return sky(start, celsius, issued_at) | {"issued_at_utc": issued_at, "horizon_hours": horizon, "_landing_id": 1}


def version(member: str) -> dict[str, object]:
    return {
        **{"member_id": member, "valid_from_utc": stored(2012, 1, 1), "meter_id": member, "zone": "north"},
        **{"latitude": 51.5, "longitude": -0.1, "panel_kwp": 0.0, "member_type": "consumer", "provenance": "measured"},
    }


def readings() -> list[dict[str, object]]:
    """Anna and Bert from the beginning, with gaps; Cleo for three days."""
    draw = np.random.default_rng(11)
    rows = [
        flow(member, hour, int(draw.gamma(2, 200)))
        for member in ("anna", "bert")
        for hour in range(HOURS)
        if draw.random() > 0.03
    ]
    first = int((stored(2013, 6, 9, 5) - BEGIN) / timedelta(hours=1))
    return rows + [flow("cleo", hour, int(draw.gamma(2, 200))) for hour in range(first, HOURS)]


def weather() -> list[dict[str, object]]:
    """Each hour as it was expected 24 hours before, and as a forecast of the evening before the issue has it."""
    starts = [BEGIN + timedelta(hours=hour) for hour in range(HOURS)]
    day_ahead = [forecast_of(start, 10 + start.hour / 2, start - timedelta(hours=24)) for start in starts]
    evening, late = stored(2013, 6, 11, 20), stored(2013, 6, 12, 5, 30)
    return day_ahead + [
        forecast_of(start, celsius, issued_at)
        for issued_at, celsius in ((evening, 18.0), (late, 30.0))
        for start in starts
        if issued_at <= start < stored(2013, 6, 12, 20)
    ]


def planted(folder: Path, flows: list[dict[str, object]], slot_minutes: int = 60) -> Lake:
    """A lake of these rows of energy, with the calendar, the zone and the weather."""
    settings = Settings(data=str(folder), timezone="Europe/London", slot_minutes=slot_minutes, threads=1)
    lake = Lake(settings)
    lake.create()

    def plant(connection: Connection) -> None:
        connection.execute("set timezone = 'UTC'")
        insert(connection, "gold.holiday", [{"local_date": HOLIDAY, "holiday_name": "Spring bank holiday"}])
        calendar = fill(models()["gold.calendar"].sql, settings)
        connection.execute(f"insert into gold.calendar from ({calendar}) where year(period_start_utc) = 2013")
        insert(connection, "gold.zone", [{"zone": "north", "latitude": 51.5, "longitude": -0.1}])
        insert(connection, "gold.member_version", [version(member) for member in MEMBERS])
        insert(connection, "gold.energy_flow", flows)
        insert(connection, "silver.weather_forecast", weather())
        measured = [sky(BEGIN + timedelta(hours=hour), -5.0, stored(2013, 7, 1)) for hour in range(HOURS)]
        insert(connection, "gold.weather_hourly", measured)

    lake.write(plant)
    return lake


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    lake = planted(tmp_path_factory.mktemp("features") / "lake", readings())
    yield lake
    lake.close()


def asked(lake: Lake, track: str = FORECAST, at: datetime = AT, change: Change | None = None):
    """The features after a change to the lake that is taken back."""
    connection = lake.reader()
    connection.execute("begin")
    try:
        if change:
            change(connection)
        return features_as_of(connection, MEMBERS, at, lake.settings, track)
    finally:
        connection.execute("rollback")


def poison(connection: Connection) -> None:
    """Every value that was not known at the issue becomes absurd."""
    later = f"known_at_utc > timestamp '{AT:%Y-%m-%d %H:%M}'"
    connection.execute(f"update gold.energy_flow set consumption_kwh = {POISON} where {later}")
    absurd = "temperature_celsius = 60, shortwave_w_per_m2 = 1500, cloud_cover_pct = 0, wind_m_per_s = 150"
    absurd += ", relative_humidity_pct = 0, weather_code = 99"
    for table in ("silver.weather_forecast", "gold.weather_hourly"):
        connection.execute(f"update {table} set {absurd} where {later}")


def test_nothing_that_became_known_later_changes_a_bit(lake):
    plain, poisoned = asked(lake), asked(lake, change=poison)

    assert plain.equals(poisoned, null_equal=True)
    assert (plain["known_at_utc"] <= AT.replace(tzinfo=None)).all()
    changed = asked(lake, PERFECT, change=poison)
    assert not changed.equals(asked(lake, PERFECT), null_equal=True), "what is perfect is not known"


def test_what_was_known_does_change_the_features(lake):
    def earlier(connection: Connection) -> None:
        known = f"known_at_utc <= timestamp '{AT:%Y-%m-%d %H:%M}'"
        connection.execute(f"update gold.energy_flow set consumption_kwh = {POISON} where {known}")

    assert not asked(lake).equals(asked(lake, change=earlier), null_equal=True)


def trained(lake: Lake, flows: list[dict[str, object]]) -> dict[str, np.ndarray]:
    """The same features as training has them, of a history as an array."""
    frame = pl.DataFrame(
        {
            "series": row["member_id"],
            "period_start_utc": row["period_start_utc"],
            "value": row["consumption_kwh"],
        }
        for row in flows
        if row["known_at_utc"] <= AT.replace(tzinfo=None)
    )
    history = days_of(frame, "Europe/London", lake.settings.slot_minutes, [HOLIDAY], first_hour=6)
    number = history.number(date(2013, 6, 12))
    return load_features(history, number, weather_of(lake.reader(), history.with_days(number + 1), FORECAST))


def assert_the_same_to_the_bit(served: pl.DataFrame, expected: dict[str, np.ndarray]) -> None:
    names = served.columns[served.columns.index("weather_track") + 1 :]
    assert names == list(expected)
    for name in names:
        found = served[name].cast(pl.Float64).to_numpy().reshape(expected[name].shape)
        assert np.array_equal(found, expected[name], equal_nan=True), name


def test_serving_sees_what_training_sees_to_the_bit(lake):
    assert_the_same_to_the_bit(asked(lake), trained(lake, readings()))


@pytest.mark.parametrize("minutes", [15, 30])
def test_so_it_does_in_shorter_slots(tmp_path, minutes):
    draw, parts = np.random.default_rng(12), 60 // minutes
    flows = [
        flow(member, 0, int(draw.gamma(2, 50)))
        | {"period_start_utc": start, "period_minutes": minutes, "consumption_minutes": minutes}
        | {"known_at_utc": start + DELAY}
        for member in MEMBERS
        for start in (AT.replace(tzinfo=None) - timedelta(minutes=minutes * back) for back in range(1, 30 * 24 * parts))
    ]
    lake = planted(tmp_path / "lake", flows, minutes)

    served = asked(lake)

    assert len(served) == len(MEMBERS) * 24 * parts
    assert served["period_start_utc"].to_list()[:2] == [stored(2013, 6, 12, 5), stored(2013, 6, 12, 5, minutes)]
    late = DELAY // timedelta(minutes=minutes) - 1
    assert served["lag_24h"].null_count() == len(MEMBERS) * late, "the last hours are not known yet"
    assert_the_same_to_the_bit(served, trained(lake, flows))
    lake.close()


def test_each_row_names_its_member_its_hour_and_since_when_it_is_known(lake):
    found = asked(lake)

    assert found["member_id"].to_list() == [member for member in MEMBERS for _ in range(24)]
    assert found["period_start_utc"].to_list()[:24] == [stored(2013, 6, 12, 5) + timedelta(hours=h) for h in range(24)]
    assert set(found["weather_track"]) == {"forecast"}
    anna = found.row(0, named=True)
    newest = max(
        row["known_at_utc"]
        for row in readings()
        if row["member_id"] == "anna" and row["known_at_utc"] <= AT.replace(tzinfo=None)
    )
    assert anna["level_known_at_utc"] == anna["clock_known_at_utc"] == newest
    assert anna["weather_known_at_utc"] == stored(2013, 6, 11, 20)
    assert anna["known_at_utc"] == max(newest, anna["community_known_at_utc"])
    assert anna["clock_hour"] == 6.0


def test_weather_is_the_newest_forecast_that_was_known_then(lake):
    found = asked(lake).filter(member_id="anna")

    celsius = [18.0] * 15 + [10 + hour / 2 for hour in (20, 21, 22, 23, 0, 1, 2, 3, 4)]
    assert found["forecast_temperature_celsius"].to_list() == celsius
    assert found["forecast_heating_degrees"].to_list() == [max(15.5 - one, 0) for one in celsius]
    assert found["forecast_temperature_squared"].to_list() == [one**2 for one in celsius]
    assert found["forecast_radiation_temperature"].to_list() == [200 * one for one in celsius]
    clear = found["forecast_clear_sky_w_per_m2"]
    assert 700 < clear.max() < 1000 and clear.min() == 0.0
    assert clear.arg_max() in (6, 7), "the sun stands highest around noon, seven hours after five in UTC"
    assert set(found["weather_known_at_utc"]) == {stored(2013, 6, 11, 20), *known_later(found)}


def known_later(rows: pl.DataFrame) -> list[datetime]:
    """Of the last hours, that of the day-ahead forecast of the newest hour of the 24 up to each."""
    assert rows["weather_known_at_utc"].to_list()[:16] == [stored(2013, 6, 11, 20)] * 16
    newest = [stored(2013, 6, 12, 20) + timedelta(hours=hour - 24) for hour in range(1, 9)]
    assert rows["weather_known_at_utc"].to_list()[16:] == newest
    return newest


def test_the_moving_means_are_of_the_24_hours_up_to_the_slot_as_they_were_forecast_then(lake):
    anna = asked(lake).filter(member_id="anna")

    before = [10 + (BEGIN + timedelta(hours=hour)).hour / 2 for hour in range(24)]
    hours = [start % 24 for start in range(6, 29)]  # from six of the day before to four of the day of issue
    past = [18.0 if place >= 14 else before[hour] for place, hour in enumerate(hours)]
    celsius = [*past, *anna["forecast_temperature_celsius"]]
    for slot in range(24):
        window = celsius[slot : slot + 24]
        row = anna.row(slot, named=True)
        assert row["forecast_temperature_mean_24h_celsius"] == pytest.approx(np.mean(window))
        assert row["forecast_temperature_deviation_24h_celsius"] == pytest.approx(np.std(window), abs=1e-9)
        assert row["forecast_humidity_mean_24h_pct"] == pytest.approx(50 + 11.5)
        assert row["forecast_humidity_deviation_24h_pct"] == pytest.approx(np.std(range(24)))
        assert row["forecast_relative_humidity_pct"] == 50 + (5 + slot) % 24
        assert (row["forecast_weather_code"], row["forecast_is_rain"], row["forecast_is_snow"]) == (61, 1, 0)
        assert (row["month"], row["season_number"]) == (6, 2)


def test_a_track_is_in_the_names_of_its_features_and_perfect_weather_tells_when_it_was_known(lake):
    perfect, none = asked(lake, PERFECT), asked(lake, NONE)

    assert set(perfect["weather_track"]) == {"perfect"}
    assert set(perfect["perfect_temperature_celsius"]) == {-5.0}
    assert set(perfect["known_at_utc"]) == {stored(2013, 7, 1)}
    assert [name for name in none.columns if "celsius" in name or "known" in name] == [
        *("known_at_utc", "level_known_at_utc", "clock_known_at_utc", "community_known_at_utc")
    ]
    with pytest.raises(ValueError, match=r"no weather of the track `good`\. Expected one of none, forecast, perfect"):
        asked(lake, "good")


def test_a_reading_that_came_late_is_not_there_before_it_came(lake):
    start = stored(2013, 6, 11, 5)

    def late(connection: Connection) -> None:
        connection.execute(
            "update gold.energy_flow set known_at_utc = timestamp '2013-06-12 05:00:01' "
            f"where member_id = 'anna' and period_start_utc = timestamp '{start}'"
        )

    before = asked(lake, NONE).row(0, named=True)
    after = asked(lake, NONE, change=late).row(0, named=True)
    assert before["lag_24h"] is not None
    assert after["lag_24h"] is None
    a_second_later = asked(lake, NONE, AT + timedelta(seconds=1), late).row(0, named=True)
    assert a_second_later["lag_24h"] == before["lag_24h"]


@pytest.mark.parametrize(("at", "hours"), [(utc(2013, 10, 26, 23), 25), (utc(2013, 3, 31), 23)])
def test_days_on_which_the_clocks_change_have_23_or_25_hours(lake, at, hours):
    found = asked(lake, NONE, at).filter(member_id="anna")

    assert found["period_start_utc"].to_list() == [
        at.replace(tzinfo=None) + timedelta(hours=number) for number in range(hours)
    ]
    clock = found["clock_hour"].to_list()
    assert clock == ([0.0, 1.0, 1.0, *range(2, 24)] if hours == 25 else [0.0, *range(2, 24)])


def test_a_member_of_whom_nothing_was_known_has_the_calendar_and_the_weather(lake):
    found = asked(lake, at=utc(2013, 6, 1)).filter(member_id="cleo")

    assert found["lag_24h"].null_count() == found["log_scale"].null_count() == 24
    assert found["is_off"].to_list() == [1] * 24
    assert found["forecast_temperature_celsius"].null_count() == 0
    assert found["level_known_at_utc"].null_count() == 24
    assert found["known_at_utc"].null_count() == 0


def test_a_member_who_moves_later_has_the_weather_of_where_it_lives(lake):
    def move(connection: Connection) -> None:
        insert(connection, "gold.zone", [{"zone": "south", "latitude": 40.0, "longitude": 0.0}])
        moved = version("anna") | {"valid_from_utc": stored(2013, 6, 12, 6), "zone": "south"}
        insert(connection, "gold.member_version", [moved])

    assert asked(lake).equals(asked(lake, change=move), null_equal=True)
    a_day_later = asked(lake, at=AT + timedelta(days=1), change=move).filter(member_id="anna")
    assert a_day_later["forecast_temperature_celsius"].null_count() == 24
    assert 900 < a_day_later["forecast_clear_sky_w_per_m2"].max() < 1100


def test_without_zones_there_is_no_weather_to_ask_for(lake):
    with pytest.raises(ValueError, match="knows no zone to have weather of"):
        asked(lake, change=lambda connection: connection.execute("delete from gold.zone"))
