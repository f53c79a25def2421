"""Mapped meter files: whatever the layout, zone and unit, what was written is what is read."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.full import IS_FULL
from tests.support.meter_files import Layout, Reading, whole_days, write
from wattlake.lake.landing.readers.cells import mapped_rows
from wattlake.lake.mapping import read_mapping, read_mapping_file
from wattlake.lake.mapping.readings import try_mapping

AT = datetime(2026, 1, 1, tzinfo=UTC)
CLOCK_CHANGES = {
    "Europe/London": (date(2024, 3, 31), date(2024, 10, 27)),
    "Europe/Berlin": (date(2024, 3, 31), date(2024, 10, 27)),
    "America/Los_Angeles": (date(2024, 3, 10), date(2024, 11, 3)),
    "UTC": (date(2024, 2, 29), date(2024, 12, 31)),
}
WITH_TIME = ["%d.%m.%Y %H:%M", "%Y-%m-%dT%H:%M", "%m/%d/%Y %I:%M %p", "%Y%m%d%H%M", "%d-%b-%y %H:%M:%S"]
DATES = ["%d.%m.%Y", "%Y%m%d", "%m/%d/%y"]


def read(path: Path, mapping_file: Path) -> tuple[list[tuple[str, datetime, int, int]], list[tuple[int, str]]]:
    """What is read in a file: meter, start, minutes and Wh in order; and of what is set aside line and reason."""
    mapping, _ = read_mapping_file(mapping_file)
    found = try_mapping(mapping, path.name, mapped_rows(path, mapping), AT)
    valid = found.filter(pl.col("quarantine_reason").is_null())
    readings = valid.select("meter_id", "period_start_utc", "period_minutes", pl.col("energy_kwh") * 1000).rows()
    aside = found.drop_nulls("quarantine_reason").select("line", "quarantine_reason").rows()
    return sorted((meter, start.replace(tzinfo=UTC), *rest) for meter, start, *rest in readings), sorted(aside)


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    by_day = draw(st.sampled_from(["", "", "elapsed", "clock"]))
    time_format = draw(st.sampled_from(DATES if by_day else WITH_TIME))
    unit = draw(st.sampled_from(["kWh", "Wh", "kW", *([] if by_day else ["total kWh", "total Wh"])]))
    signs = ["consumption", "production", *([] if unit.startswith("total") else ["net"])]
    label = "start" if by_day else draw(st.sampled_from(["start", "end"]))
    is_plain = time_format == WITH_TIME[0]
    return Layout(
        zone=draw(st.sampled_from(sorted(CLOCK_CHANGES))),
        minutes=draw(st.sampled_from([15, 30, 60])),
        label=label,
        end_as=draw(st.sampled_from(["clock", "start of the interval"])),
        unit=unit,
        sign=draw(st.sampled_from(signs)),
        by_day=by_day,
        decimal=draw(st.sampled_from([".", ","])),
        delimiter=draw(st.sampled_from([",", ";", "\t", "|"])),
        encoding=draw(st.sampled_from(["utf-8", "cp1252", "utf-16"])),
        header=draw(st.booleans()),
        skip_lines=draw(st.integers(0, 2)),
        footer_lines=draw(st.integers(0, 2)),
        meter_in=draw(st.sampled_from(["column", "id", "name"])),
        time_format=time_format,
        splits_time=is_plain and draw(st.booleans()),
        midnight_as_24=is_plain and label == "end" and draw(st.booleans()),
        newest_first=draw(st.booleans()),
        gzipped=draw(st.booleans()),
    )


@st.composite
def files(draw: st.DrawFn) -> tuple[Layout, list[Reading]]:
    """A layout, and the readings of one or two meters on two local days, of which one changes the clock."""
    layout = draw(layouts())
    spring, autumn = CLOCK_CHANGES[layout.zone]
    day = spring if layout.by_day == "clock" else draw(st.sampled_from([spring, autumn]))
    starts = whole_days(layout, day - timedelta(days=draw(st.integers(0, 1))), 2)
    meters = ["M1", "M 2"] if layout.meter_in == "column" and draw(st.booleans()) else ["M1"]
    seed = draw(st.integers(-900_000, 0)) if layout.sign == "net" else draw(st.integers(0, 900_000))
    return layout, [
        (meter, start, seed + 7919 * number * (index + 1) % 90_000)
        for index, meter in enumerate(meters)
        for number, start in enumerate(starts)
    ]


def expected(layout: Layout, readings: list[Reading]) -> list[tuple[str, datetime, int, int]]:
    read: list[tuple[str, datetime, int, int]] = []
    for meter, start, wh in readings:
        if layout.sign != "production":
            read.append((meter, start, layout.minutes, max(wh, 0)))
        if layout.sign != "consumption":
            made = max(-wh, 0) if layout.sign == "net" else wh
            read.append((f"{meter}-production", start, layout.minutes, made))
    return sorted(read)


@settings(max_examples=120 if IS_FULL else 20, deadline=None, derandomize=True)
@given(file=files())
def test_what_is_written_in_any_layout_is_read_back(tmp_path_factory: pytest.TempPathFactory, file):
    layout, readings = file
    found, aside = read(*write(tmp_path_factory.mktemp("any"), layout, readings))
    assert found == expected(layout, readings)
    meters = {meter for meter, *_ in readings}
    assert [reason for _, reason in aside] == (["no total before it"] * len(meters) if layout.is_total else [])


def as_read(columns: str, time: str, energy: str, *rows: str) -> tuple[list[tuple[str, int]], list[tuple[int, str]]]:
    """What is made of rows: start (day, hour, minute in UTC) and Wh; and of what is set aside line and reason."""
    text = f'name = "any"\ncolumns = {{{columns}}}\ntime = {{{time}}}\nenergy = {{{energy}}}\n'
    mapping = read_mapping(text, "The test")
    names = mapping.needed
    cells = [json.dumps(dict(zip(names, row.split(","), strict=False))) for row in rows]
    found = try_mapping(mapping, "any.csv", enumerate(cells, 1), AT)
    read = (
        found.filter(pl.col("quarantine_reason").is_null())
        .select("period_start_utc", pl.col("energy_kwh") * 1000)
        .rows()
    )
    aside = found.drop_nulls("quarantine_reason").select("line", "quarantine_reason").rows()
    return sorted((f"{start:%d %H:%M}", wh) for start, wh in read), sorted(aside)


ONE = 'meter_id = "M", datetime = "t", value = "v"'
BERLIN = 'format = "%Y-%m-%d %H:%M", zone = "Europe/Berlin", label = "start", period_minutes = 30'
SKIPPED = "a time that the clock skipped"
UNCLEAR = "in the hour that comes twice, but not there twice"


def autumn(*times: str) -> tuple[list[tuple[str, int]], list[tuple[int, str]]]:
    rows = [f"2024-10-27 {time},{number}" for number, time in enumerate(times, 1)]
    return as_read(ONE, BERLIN, 'unit = "Wh"', *rows)


def test_times_that_the_clock_skipped_are_set_aside():
    rows = [f"2024-03-31 {time},1" for time in ("01:30", "02:00", "02:30", "03:00")]
    assert as_read(ONE, BERLIN, 'unit = "Wh"', *rows) == (
        [("31 00:30", 1), ("31 01:00", 1)],
        [(2, SKIPPED), (3, SKIPPED)],
    )


def test_the_hour_that_comes_twice_is_read_in_the_order_of_the_file():
    read = [("27 00:00", 1), ("27 00:30", 2), ("27 01:00", 3), ("27 01:30", 4)]
    assert autumn("02:00", "02:30", "02:00", "02:30") == (read, [])
    newest_first = [("27 00:00", 5), ("27 00:30", 4), ("27 01:00", 3), ("27 01:30", 2), ("27 02:00", 1)]
    assert autumn("03:00", "02:30", "02:00", "02:30", "02:00") == (newest_first, [])


def test_a_gap_in_the_hour_that_comes_twice_is_no_wrong_reading():
    assert autumn("02:00", "02:30", "02:00") == ([("27 00:00", 1), ("27 00:30", 2), ("27 01:00", 3)], [])
    assert autumn("02:30", "02:00", "02:30") == ([("27 00:30", 1), ("27 01:00", 2), ("27 01:30", 3)], [])
    assert autumn("02:00", "02:30", "02:30") == ([("27 00:30", 2), ("27 01:30", 3)], [(1, UNCLEAR)])


def test_an_hour_that_comes_twice_but_is_there_once_or_three_times_is_set_aside():
    assert autumn("01:30", "02:00", "02:30", "03:00") == (
        [("26 23:30", 1), ("27 02:00", 4)],
        [(2, UNCLEAR), (3, UNCLEAR)],
    )
    assert autumn("02:00", "02:00", "02:00") == ([], [(1, UNCLEAR), (2, UNCLEAR), (3, UNCLEAR)])


def test_labels_at_the_end_are_read_by_the_clock_and_by_their_intervals():
    end = BERLIN.replace("start", "end")
    read = [("26 23:30", 1), ("27 00:00", 2), ("27 00:30", 3), ("27 01:00", 4), ("27 01:30", 5)]
    for times in (("02:00", "02:30", "02:00", "02:30", "03:00"), ("02:00", "02:30", "03:00", "02:30", "03:00")):
        rows = [f"2024-10-27 {time},{number}" for number, time in enumerate(times, 1)]
        assert as_read(ONE, end, 'unit = "Wh"', *rows) == (read, [])
    for last in ("02:00", "03:00"):
        rows = [f"2024-03-31 {time},{number}" for number, time in enumerate(("01:30", last, "03:30"), 1)]
        assert as_read(ONE, end, 'unit = "Wh"', *rows) == ([("31 00:00", 1), ("31 00:30", 2), ("31 01:00", 3)], [])


def day_rows(zone_and_how: str, columns: int, *rows: str) -> tuple[list[tuple[str, int]], list[tuple[int, str]]]:
    values = f'meter_id = "M", date = "d", values = "h{{0..{columns - 1}}}"'
    return as_read(values, f'format = "%Y-%m-%d", period_minutes = 60, {zone_and_how}', 'unit = "Wh"', *rows)


ELAPSED = 'zone = "Europe/London", day_columns = "elapsed"'
CLOCK = 'zone = "Europe/London", day_columns = "clock"'


def hours(number: int) -> str:
    return ",".join(str(hour) for hour in range(number))


def test_columns_that_count_from_midnight_fit_days_of_23_24_and_25_hours():
    read, aside = day_rows(
        ELAPSED, 25, f"2024-03-31,{hours(23)},,", f"2024-04-01,{hours(24)},", f"2024-10-27,{hours(25)}"
    )
    assert aside == []
    assert read[:1] == [("01 00:00", 1)]
    assert sorted(wh for _, wh in read) == sorted([*range(23), *range(24), *range(25)])
    assert {wh: start for start, wh in read if start.startswith("31")}[22] == "31 22:00"
    assert {wh: start for start, wh in read if start.startswith("27")}[24] == "27 23:00"


def test_columns_that_count_from_midnight_but_are_as_many_as_on_other_days_are_set_aside():
    read, aside = day_rows(ELAPSED, 24, f"2024-03-31,{hours(24)}", f"2024-10-27,{hours(24)}", f"2024-12-01,{hours(24)}")
    assert read == [(f"01 {hour:02}:00", hour) for hour in range(24)]
    spring, fall = (f"the day has {length} intervals, its row 24" for length in (23, 25))
    assert aside == [(1, spring)] * 24 + [(2, fall)] * 24


def test_columns_that_keep_their_time_of_day_lose_what_the_clock_leaves_unclear():
    blank_where_skipped = "2024-03-31,0," + "," + ",".join(map(str, range(2, 24)))
    read, aside = day_rows(CLOCK, 24, blank_where_skipped, f"2024-10-27,{hours(24)}")
    assert aside == [(2, UNCLEAR)]
    assert len(read) == 23 + 23
    assert ("31 01:00", 2) in read
    assert {("27 01:00", 1), ("26 23:00", 0), ("27 02:00", 2)} & set(read) == {("26 23:00", 0), ("27 02:00", 2)}
    assert day_rows(CLOCK, 24, f"2024-03-31,{hours(24)}")[1] == [(1, SKIPPED)]


def test_what_stands_after_the_end_of_its_day_and_blanks_within_it_are_set_aside():
    read, aside = day_rows(ELAPSED, 25, f"2024-04-02,,{','.join(map(str, range(1, 25)))}")
    assert len(read) == 23
    assert aside == [(1, "after the end of its day"), (1, "no value")]


UTC_TIMES = 'format = "%d %H:%M %Y %m", zone = "UTC", period_minutes = 15'


def totals(*rows: str) -> tuple[list[tuple[str, int]], list[tuple[int, str]]]:
    times = [f"01 {time} 2024 07,{total}" for time, total in (row.split(" ") for row in rows)]
    return as_read(ONE, UTC_TIMES, 'unit = "total kWh"', *times)


NO_TOTAL = "no total before it"
PART = "part of another reading"


def test_running_totals_are_subtracted_spread_over_a_gap_and_never_backwards():
    assert totals("00:00 5", "00:15 5.25", "00:45 6", "01:00 6", "01:15 1", "01:30 1.1") == (
        [("01 00:00", 250), ("01 00:15", 375), ("01 00:30", 375), ("01 00:45", 0), ("01 01:15", 100)],
        [(1, NO_TOTAL), (3, PART), (5, "the total went back")],
    )


def test_a_total_that_is_missing_twice_or_unreadable_gives_no_wrong_reading():
    assert totals("00:00 5", "00:15 x", "00:30 6", "00:45 7") == (
        [("01 00:00", 500), ("01 00:15", 500), ("01 00:30", 1000)],
        [(1, NO_TOTAL), (2, "unreadable energy"), (3, PART)],
    )
    twice = "contradicts another total of its time"
    assert totals("00:00 5", "00:15 6", "00:15 6.5", "00:30 7", "00:30 7", "00:45 7.5") == (
        [("01 00:30", 500)],
        [(1, NO_TOTAL), (2, twice), (3, twice), (4, "next to a total that is set aside"), (5, PART)],
    )


def test_totals_are_rounded_once_so_that_their_differences_add_up():
    rows = [f"{number // 4:02}:{number % 4 * 15:02} {number * 1.0004:.4f}" for number in range(96)]
    read, _ = totals(*rows)
    assert sum(wh for _, wh in read) == 95 * Decimal("1000.4")


@pytest.mark.parametrize(
    ("unit", "text", "wh"),
    [
        *(("kWh", "1.0005", "1000.5"), ("kWh", "0.0000005", "0"), ("kWh", "0.0000015", "0.002")),
        *(
            ("kWh", "0.00000049999999999999", "0"),
            ("kWh", "2.5e-3", "2.5"),
            ("kWh", "+.5", "500"),
            ("Wh", "0.5", "0.5"),
        ),
        *(("Wh", "1000000", "1000000"), ("kW", "0.002", "0.5"), ("kW", "0.000002", "0"), ("kW", "0.000006", "0.002")),
        *(
            ("kWh", "1_000", "unreadable energy"),
            ("kWh", "1'000", "unreadable energy"),
            ("kWh", "NaN", "unreadable energy"),
        ),
        *(("kWh", "9" * 40, "unreadable energy"), ("kWh", "-0.001", "impossible energy"), ("kWh", "", "no value")),
        *(("kWh", "1000.001", "impossible energy"), ("kWh", "999999999999", "impossible energy")),
    ],
)
def test_a_number_is_read_exactly_and_rounded_half_to_even_once(unit: str, text: str, wh: str):
    time = f'{UTC_TIMES}, label = "start"'
    read, aside = as_read(ONE, time, f'unit = "{unit}"', f"01 00:00 2024 07,{text}")
    assert (read, aside) == (([("01 00:00", Decimal(wh))], []) if wh[0].isdigit() else ([], [(1, wh)]))


def test_a_point_is_no_decimal_mark_where_that_is_a_comma():
    comma = 'unit = "kWh", decimal = ","'
    assert as_read(ONE, f'{UTC_TIMES}, label = "start"', comma, "01 00:00 2024 07,1.234") == (
        [],
        [(1, "unreadable energy")],
    )


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",2024-07-01 00:00,1", "no meter id"),
        ("M\0,2024-07-01 00:00,1", "NUL in the meter id"),
        ("M,2024-07-32 00:00,1", "unreadable time"),
        ("M,,1", "unreadable time"),
        ("M,2024-07-01 00:10,1", "off the grid of its periods"),
        ("M,2026-01-02 01:30,1", "later than its file"),
        ("M,2024-07-01 00:00", "no value"),
    ],
)
def test_what_is_no_reading_is_set_aside_with_its_reason(row: str, reason: str):
    three = 'meter = "m", datetime = "t", value = "v"'
    assert as_read(three, BERLIN, 'unit = "Wh"', row) == ([], [(1, reason)])


def test_consumption_and_production_of_a_row_are_readings_of_two_meters():
    text = 'name = "x"\ncolumns = {meter = "m", datetime = "t", value = "v", production = "p"}\n'
    mapping = read_mapping(f'{text}time = {{{BERLIN}}}\nenergy = {{unit = "Wh"}}', "The test")
    cells = json.dumps({"m": " M ", "t": "2024-07-01 00:00", "v": "1", "p": "x"})
    found = (
        try_mapping(mapping, "any.csv", [(2, cells)], AT)
        .select("meter_id", pl.col("energy_kwh") * 1000, "quarantine_reason")
        .rows()
    )
    assert found == [("M", 1, None), ("M-production", None, "unreadable energy")]


def test_of_several_formats_the_one_that_fits_is_taken_and_24_00_is_the_next_day():
    time = 'format = ["%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M"], zone = "UTC", label = "end", period_minutes = 30'
    rows = ["31.12.2024 24:00,1", "30.12.2024 00:30:00,2", "29.12.2024 24:00:00,3", "28.12.2024 00:24:00,4"]
    assert as_read(ONE, time, 'unit = "Wh"', *rows) == (
        [("29 23:30", 3), ("30 00:00", 2), ("31 23:30", 1)],
        [(4, "off the grid of its periods")],
    )
