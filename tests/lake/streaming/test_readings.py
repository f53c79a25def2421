"""Closed windows become readings that builds take, and a late event corrects them."""

from datetime import timedelta

from tests.support.streams import NOW, commit, energy, power
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming.readings import land_readings
from wattlake.tasks.building import build

AT = NOW - timedelta(hours=2)
FIVE = timedelta(minutes=5)


def readings(lake: Lake) -> list[tuple[str, str, str, int, str | None, str]]:
    rows = lake.reader().execute(
        "select meter_id, strftime(period_start_utc, '%H:%M'), cast(energy_kwh as varchar), period_minutes, quality, "
        "provenance from silver.meter_reading order by all"
    )
    return rows.fetchall()


def handed(lake: Lake) -> int:
    return land_readings(lake, "run-2", now_utc=NOW)


def test_closed_windows_become_readings_late_events_correct_them_and_a_check_compares_the_two(calendar_lake: Lake):
    lake = calendar_lake
    commit(lake, *(energy("m", AT + n * FIVE, str(n + 1)) for n in range(8)))
    # The watermark is ten minutes before the end of the newest event, 08:40.
    assert handed(lake) == 2
    assert handed(lake) == 0
    list(build(lake, "build", NOW))
    first = [
        ("m", "08:00", "0.006000", 15, "measured", "measured"),
        ("m", "08:15", "0.015000", 15, "measured", "measured"),
    ]
    assert readings(lake) == first
    commit(lake, energy("m", AT + 8 * FIVE, "9"), energy("m", AT + 11 * FIVE, "9"), energy("m", AT, "9"))
    list(build(lake, "build-2", NOW))
    corrected = ("m", "08:00", "0.014000", 15, "measured", "measured")
    assert readings(lake) == [corrected, first[1], ("m", "08:30", "0.024000", 15, "measured", "measured")]
    ((day, energy_kwh),) = lake.reader().execute("select period_start_utc, energy_kwh from gold.meter_daily").fetchall()
    assert (str(day), str(energy_kwh)) == ("2026-11-30 00:00:00", "0.053000")
    counted = "select sum(superseded), sum(quarantined), count(*) from ops.reconciliation where table_name = ?"
    assert lake.reader().execute(counted, ["silver.meter_reading"]).fetchall() == [(1, 0, 2)]
    assert differing(lake, "build-2") == 0
    lake.write(lambda connection: connection.execute("update gold.window_5min set energy_kwh = 7").fetchall())
    list(build(lake, "build-3", NOW, again=frozenset({AT.date()})))
    assert differing(lake, "build-3") == 3


def test_production_is_of_a_meter_of_its_own_and_part_of_a_quarter_hour_is_no_reading(calendar_lake: Lake):
    lake = calendar_lake
    commit(
        lake,
        energy("m", AT, "1", seconds=900, direction="production"),
        energy("m", AT, "2", seconds=1800, direction="consumption"),
        energy("m", AT + 3 * FIVE, "2", seconds=899, direction="production"),
        energy("s", AT, "4", seconds=900)._replace(quality="simulated"),
        power("m", AT + timedelta(hours=1), "1"),
    )
    assert handed(lake) == 4
    list(build(lake, "build", NOW))
    assert readings(lake) == [
        ("m", "08:00", "0.001000", 15, "measured", "measured"),
        ("m", "08:15", "0.001000", 15, "measured", "measured"),
        ("m-production", "08:00", "0.001000", 15, "measured", "measured"),
        ("s", "08:00", "0.004000", 15, "measured", "simulated"),
    ]


def differing(lake: Lake, build_id: str) -> int:
    """The quarter-hours that the check of a build tells."""
    query = (
        "select rows_failing from ops.check_result where starts_with(build_id, ? || '/') "
        "and check_name like '% quarter-hour of a stream %'"
    )
    return int(lake.reader().execute(query, [build_id]).fetchall()[0][0])
