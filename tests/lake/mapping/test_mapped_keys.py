"""What each key of a mapping of meter files means, by readings that were worked out by hand."""

import csv
import json
from datetime import UTC, datetime
from decimal import Decimal

import polars as pl
import pytest

from wattlake.lake.mapping import MappingError, read_mapping
from wattlake.lake.mapping.readings import NO_READINGS, try_mapping

AT = datetime(2026, 1, 1, tzinfo=UTC)
Read = list[tuple[str, str, int, float]]
Aside = list[tuple[int, str]]

COLUMNS = 'meter_id = "M", datetime = "t", value = "v"'
TIME = 'format = "iso", zone = "UTC", label = "start", period_minutes = 15'


def read(columns: str, time: str, energy: str, *lines: str, more: str = "") -> tuple[Read, Aside]:
    """What is made of lines, the first with the names: meter, start (day, hour, minute in UTC), minutes and Wh."""
    text = f'name = "any"\ncolumns = {{{columns}}}\ntime = {{{time}}}\nenergy = {{{energy}}}\n{more}'
    names, *rows = csv.reader(lines, delimiter=";")
    cells = [json.dumps(dict(zip(names, row, strict=True))) for row in rows]
    readings = try_mapping(read_mapping(text, "The test"), "any.csv", enumerate(cells, 2), AT)
    valid = readings.filter(pl.col("quarantine_reason").is_null())
    rest = readings.drop_nulls("quarantine_reason").filter(~pl.col("quarantine_reason").is_in(NO_READINGS))
    assert {line for (line,) in readings.select("line").rows()} == set(range(2, len(rows) + 2)), "a line is lost"
    return sorted(
        (meter, f"{start:%d %H:%M}", minutes, float(kwh * 1000))
        for meter, start, minutes, kwh in valid.select(
            "meter_id", "period_start_utc", "period_minutes", "energy_kwh"
        ).rows()
    ), sorted(rest.select("line", "quarantine_reason").rows())


def amounts(energy: str, *cells: str) -> tuple[list[float], list[str]]:
    """The Wh of cells, and why the others are no readings."""
    lines = [f'2024-07-01 {n // 4:02}:{n % 4 * 15:02};"{cell}"' for n, cell in enumerate(cells)]
    readings, aside = read(COLUMNS, TIME, energy, "t;v", *lines)
    return [wh for *_, wh in readings], [reason for _, reason in aside]


NO = "unreadable energy"


@pytest.mark.parametrize(
    ("energy", "cells", "expected"),
    [
        ('unit = "Wh", thousands = ","', ("890", "1,002", "12,345.5", "1038", "-0"), [890, 1002, 12345.5, 1038, 0]),
        ('unit = "Wh", thousands = ".", decimal = ","', ("1.023", "0,5", "100.000,25"), [1023, 0.5, 100000.25]),
        ('unit = "Wh", thousands = "\'"', ("1'234", "1’234"), [1234, 1234]),
        ('unit = "Wh", thousands = " ", decimal = ","', ("1 234", "1\u00a0234,5", "1\u202f234"), [1234, 1234.5, 1234]),
        ('unit = "W"', ("400", "1"), [100, 0.25]),
        ('unit = "MW"', ("0.001", "0.0000004"), [250, 0.1]),
        ('unit = "MWh"', ("0.001", "0.0000015"), [1000, 1.5]),
        ('unit = "kWh", factor = "0.5"', ("1", "0.000002"), [500, 0.001]),
        ('unit = "kWh", sign = "net", decimal = ","', ("1,5-", "\u22122,5", "3 -"), [0, 0, 0, 1500, 2500, 3000]),
        ('unit = "Wh", sign = "net", decimal = ",", thousands = "."', ("1.234,5-",), [0, 1234.5]),
        ('unit = "kWh", decimal = ","', ("\u00a00,5\u202f", '=""0,25""'), [500, 250]),
    ],
)
def test_a_number_is_read_by_its_mark_unit_and_factor(energy: str, cells: tuple[str, ...], expected: list[float]):
    assert amounts(energy, *cells) == (expected, [])


@pytest.mark.parametrize(
    ("energy", "cells"),
    [
        ('unit = "Wh"', ("-5-", "5--", "+5-", "-", "--")),
        ('unit = "Wh"', ("1,002", "12,5", "1'234", "1 234", "1_000")),
        ('unit = "Wh", thousands = ","', ("12,5", "1,00", "1,0023", ",123", "1,002,3", "1234,567", "1,,234")),
        ('unit = "Wh", thousands = ".", decimal = ","', ("1.5", "1.02", "12.3456", "1.234.5")),
        ('unit = "Wh", thousands = " "', ("1 23", "12 3456", "1  234")),
    ],
)
def test_a_number_that_does_not_fit_its_grammar_is_set_aside_and_never_cut(energy: str, cells: tuple[str, ...]):
    assert amounts(energy, *cells) == ([], [NO] * len(cells))


def test_cells_that_stand_for_no_value_are_none():
    assert amounts('unit = "kWh", missing = ["-1", "Fehlend", "-"]', "-1", "0.1", "Fehlend", "-") == (
        [100],
        ["no value"] * 3,
    )


def test_columns_are_summed_where_all_of_them_have_a_number():
    columns = 'meter_id = "M", datetime = "t", value = ["a", "b"], production = "c"'
    rows = ("2024-07-01 00:00;1;2;3", "2024-07-01 00:15;1;;3", "2024-07-01 00:30;1;x;", "2024-07-01 00:45;0.1;0.2;0")
    assert read(columns, TIME, 'unit = "Wh"', "t;a;b;c", *rows) == (
        [
            ("M", "01 00:00", 15, 3),
            ("M", "01 00:45", 15, 0.3),
            *(("M-production", f"01 00:{minute}", 15, wh) for minute, wh in (("00", 3), ("15", 3), ("45", 0))),
        ],
        [(3, "no value"), (4, "no value"), (4, NO)],
    )


def test_a_column_per_meter_names_the_meters():
    columns = 'datetime = "t", meters = ["A", "B"]'
    assert read(columns, TIME, 'unit = "Wh"', "t;A;B", "2024-07-01 00:00;1;2", "2024-07-01 00:15;3;") == (
        [("A", "01 00:00", 15, 1), ("A", "01 00:15", 15, 3), ("B", "01 00:00", 15, 2)],
        [(3, "no value")],
    )


def test_a_row_says_its_direction_and_what_holds_no_reading_is_left_out():
    more = 'directions = {Afname = "consumption", Injectie = "production", Blind = "ignore"}\nwhere = {kind = ["el"]}\n'
    rows = [f"2024-07-01 00:00;{kind};{n}" for n, kind in enumerate(("el;Afname", "el;Injectie", "el;Blind"), 1)]
    rows += ["2024-07-01 00:15;gas;Afname;9", "2024-07-01 00:15;el;Warm;9", "2024-07-01 00:15;el;;9"]
    assert read(f'{COLUMNS}, direction = "r"', TIME, 'unit = "Wh"', "t;kind;r;v", *rows, more=more) == (
        [("M", "01 00:00", 15, 1), ("M-production", "01 00:00", 15, 2)],
        [(6, "unknown direction"), (7, "unknown direction")],
    )


def test_a_row_that_is_named_as_none_holds_no_reading():
    rows = ["2024-07-01 00:00;A;1", "2024-07-01 00:00;Total;9", "2024-07-01 00:15;;2"]
    more = 'where_not = {m = ["Total"]}\n'
    assert read('meter_id = "M", datetime = "t", value = "v"', TIME, 'unit = "Wh"', "t;m;v", *rows, more=more) == (
        [("M", "01 00:00", 15, 1), ("M", "01 00:15", 15, 2)],
        [],
    )


def test_registers_of_an_instant_are_summed_only_where_all_are_there():
    rows = ["00:00;T1;1", "00:00;T2;2", "00:15;T1;3", "00:30;T1;4", "00:30;T2;5", "00:30;T2;6", "00:45;T1;7"]
    rows += ["00:45;T2;", "01:00;T2;8", "01:00;T1;9", "01:00;T1;9"]
    lines = [f"2024-07-01 {row}" for row in rows]
    missing, twice = "a register is missing", "contradicts another reading of its register"
    assert read(f'{COLUMNS}, register = "r"', TIME, 'unit = "Wh"', "t;r;v", *lines) == (
        [("M", "01 00:00", 15, 3), ("M", "01 01:00", 15, 17)],
        [(4, missing), (5, twice), (6, twice), (7, twice), (8, missing), (9, "no value")],
    )


def test_totals_of_registers_are_summed_before_they_are_subtracted():
    rows = [
        f"2024-07-01 00:{m:02};T{n};{total}"
        for m, *ts in ((0, 5, 9), (15, 6, 9), (30, 6, 11))
        for n, total in enumerate(ts)
    ]
    time = 'format = "iso", zone = "UTC", period_minutes = 15'
    assert read(f'{COLUMNS}, register = "r"', time, 'unit = "total Wh"', "t;r;v", *rows) == (
        [("M", "01 00:00", 15, 1), ("M", "01 00:15", 15, 2)],
        [(2, "no total before it")],
    )


def test_a_value_that_its_source_estimated_is_estimated_and_one_it_lacks_is_set_aside():
    text = f'name = "x"\ncolumns = {{{COLUMNS}, quality = "q"}}\ntime = {{{TIME}}}\nenergy = {{unit = "Wh"}}\n'
    text += 'qualities = {G = "measured", E = "estimated", S = "substituted", F = "missing"}'
    cells = [{"t": f"2024-07-01 00:{15 * n:02}", "v": "1", "q": q} for n, q in enumerate("GESF")]
    cells.append({"t": "2024-07-01 01:00", "v": "1", "q": "X"})
    readings = try_mapping(read_mapping(text, "x"), "x", enumerate(map(json.dumps, cells), 2), AT)
    assert readings.select("provenance", "quarantine_reason").rows() == [
        ("measured", None),
        ("estimated", None),
        ("estimated", None),
        ("measured", "missing, says its source"),
        ("measured", "unknown quality"),
    ]


def test_rows_say_their_unit_period_and_zone():
    columns = f'{COLUMNS}, unit = "u", period = "p", zone = "z"'
    time = 'format = "%Y-%m-%d %H:%M", zone = "UTC", label = "end"'
    rows = ["01:00;1;kWh;PT1H;Europe/Berlin", "01:30;1;KW;30 min;Europe/Berlin", "01:45;8;w;15;Europe/Berlin"]
    rows += ["04:00;2;Wh;PT15M;", "05:00;1;m3;PT15M;UTC", "06:00;1;Wh;P1D;UTC", "07:00;1;Wh;15;Mars"]
    lines = [f"2024-07-01 {row}" for row in rows]
    assert read(columns, time, 'decimal = "."', "t;v;u;p;z", *lines) == (
        [
            ("M", "01 03:45", 15, 2),
            ("M", "30 22:00", 60, 1000),
            ("M", "30 23:00", 30, 500),
            ("M", "30 23:30", 15, 2),
        ],
        [(6, "unknown unit"), (7, "unknown period"), (8, "unknown time zone")],
    )


ISO = ["2024-07-01T02:00:00+02:00", "2024-07-01 02:15:00 +0200", "2024-07-01T00:30Z", "2024-07-01 00:45:00.000000000Z"]
ISO += ["2024-07-01 03:00", "2024-07-01T03:15:00,0", "2024-07-01T24:00:00"]


def starts(time: str, *times: str, columns: str = COLUMNS, names: str = "t;v") -> tuple[list[str], list[str]]:
    readings, aside = read(columns, time, 'unit = "Wh"', names, *(f"{time};1" for time in times))
    return [start for _, start, *_ in readings], [reason for _, reason in aside]


def test_iso_times_are_read_with_and_without_their_distance_to_utc():
    read_times = ["01 00:00", "01 00:15", "01 00:30", "01 00:45", "01 01:00", "01 01:15", "01 22:00"]
    assert starts(TIME.replace('zone = "UTC"', 'zone = "Europe/Berlin"'), *ISO) == (read_times, [])


@pytest.mark.parametrize("time", ["2024-07-01 00:00:00.0000001", "2024-07-01 00:00:00.5", "2024-07-01 00:00:07Z"])
def test_a_part_of_a_second_is_off_the_grid(time: str):
    assert starts(TIME, time) == ([], ["off the grid of its periods"])
    with_format = TIME.replace('"iso"', '"%Y-%m-%d %H:%M:%S.%f"')
    if "." in time:
        assert starts(with_format, time, "2024-07-01 01:00:00.0000000") == (
            ["01 01:00"],
            ["off the grid of its periods"],
        )


@pytest.mark.parametrize(
    "time", ["2024-7-1 00:00", "01.07.2024 00:00", "2024-07-01 00", "2024-02-30 00:00", "24-07-01"]
)
def test_what_is_no_iso_time_is_not_read(time: str):
    assert starts(TIME, time) == ([], ["unreadable time"])


def test_a_distance_to_utc_that_no_place_has_is_not_read():
    times = ["2024-07-01 14:00+1400", "2024-07-01 00:00+1500", "2024-07-01 00:00+4100", "2024-07-01 00:00-9900"]
    for time in (TIME, TIME.replace('"iso"', '"%Y-%m-%d %H:%M%z"')):
        assert starts(time, *times) == (["01 00:00"], ["unreadable time"] * 3)


@pytest.mark.parametrize(("unit", "digits"), [("s", ""), ("ms", "000"), ("us", "000000")])
def test_seconds_since_1970_are_read(unit: str, digits: str):
    time = TIME.replace("iso", f"epoch {unit}")
    assert starts(time, f"1714521600{digits}", f"1714522500{digits}.0", "x") == (
        ["01 00:00", "01 00:15"],
        ["unreadable time"],
    )
    assert starts(time, f"1714521601{digits}")[1] == ["off the grid of its periods"]
    assert starts(time, "9" * 23)[0] == []


def test_texts_behind_a_time_and_the_second_of_two_times_are_cut_off():
    assert starts(f'{TIME}, suffix = ["DST", "(S)"]', "2024-07-01 00:00:00 DST", "2024-07-01 00:15(S)") == (
        ["01 00:00", "01 00:15"],
        [],
    )
    both = "2024-07-01 00:15 - 2024-07-01 00:30"
    assert starts(f'{TIME}, between = " - "', both, "2024-07-01 01:00 - 01:15") == (["01 00:15", "01 01:00"], [])
    assert starts(f'{TIME.replace("start", "end")}, between = " - "', both) == (["01 00:15"], [])


def hours(numbers: str, day: str, hour_numbers: range) -> tuple[list[str], list[str]]:
    time = f'format = "%Y-%m-%d", zone = "Europe/Madrid", period_minutes = 60, hours = "{numbers}"'
    return starts(
        time,
        *(f"{day};{hour}" for hour in hour_numbers),
        columns='meter_id = "M", date = "t", time = "h", value = "v"',
        names="t;h;v",
    )


def test_numbered_hours_are_elapsed_since_midnight_where_there_are_25():
    autumn, spring = hours("1-25", "2024-10-27", range(1, 26)), hours("1-25", "2024-03-31", range(1, 24))
    assert autumn == (["26 22:00", "26 23:00", *(f"27 {hour:02}:00" for hour in range(23))], [])
    assert spring == (sorted(["30 23:00", *(f"31 {hour:02}:00" for hour in range(22))]), [])
    assert hours("1-25", "2024-07-01", range(0, 27)) == (
        sorted([f"30 {hour}:00" for hour in (22, 23)] + [f"01 {hour:02}:00" for hour in range(22)]),
        ["unreadable time", "after the end of its day", "unreadable time"],
    )


def test_a_day_with_other_hours_than_its_clock_had_is_set_aside():
    assert hours("1-25", "2024-10-27", range(1, 25)) == ([], ["the day has 25 intervals, its rows 24"] * 24)


def test_numbered_hours_of_the_clock_skip_one_in_spring_and_are_unclear_in_autumn():
    assert len(hours("1-24", "2024-03-31", range(1, 25))[0]) == 23
    assert hours("1-24", "2024-03-31", range(1, 25))[1] == ["a time that the clock skipped"]
    assert hours("0-23", "2024-10-27", range(24))[1] == ["in the hour that comes twice, but not there twice"]
    assert hours("0-23", "2024-07-01", range(25))[1] == ["unreadable time"]


def every(minutes: int, first: int, count: int) -> list[str]:
    """Times every so many minutes, from a minute of the first of July 2024 on."""
    return [
        f"2024-07-{1 + at // 1440:02} {at % 1440 // 60:02}:{at % 60:02}"
        for at in range(first, first + minutes * count, minutes)
    ]


def test_periods_shorter_than_a_quarter_hour_are_summed_where_all_are_there():
    energy, time = 'unit = "Wh"', TIME.replace("15", "5")
    lines = [f"{at};{n}" for n, at in enumerate(every(5, 0, 8), 1)]
    assert read(COLUMNS, time, energy, "t;v", *lines) == (
        [("M", "01 00:00", 15, 6), ("M", "01 00:15", 15, 15)],
        [(8, "not all of its 15-minute interval is there"), (9, "not all of its 15-minute interval is there")],
    )
    twenty = TIME.replace("15", "20").replace("start", "end")
    assert read(COLUMNS, twenty, 'unit = "kW"', "t;v", *(f"{at};3" for at in every(20, 20, 3))) == (
        [("M", "01 00:00", 60, 3000)],
        [],
    )


@pytest.mark.parametrize(
    ("columns", "time", "minutes"),
    [
        (COLUMNS, TIME.replace("15", "5"), 5),
        (COLUMNS, TIME.replace("15", "1"), 1),
        (COLUMNS, TIME.replace("15", "10"), 10),
        (COLUMNS, TIME.replace("15", '"steps"'), 5),
        (f'{COLUMNS}, unit = "u"', TIME.replace("15", "5"), 5),
        (f'{COLUMNS}, period = "p"', TIME.replace(", period_minutes = 15", ""), 5),
    ],
)
def test_powers_of_short_intervals_are_summed_before_they_are_rounded(columns: str, time: str, minutes: int):
    watts = [Decimal(number * 7919 % 100_003) / 100 for number in range(120)]
    lines = [
        f"2024-07-01 {n * minutes // 60:02}:{n * minutes % 60:02};{cell};W;{minutes}" for n, cell in enumerate(watts)
    ]
    read_wh = [round(wh * 1000) for *_, wh in read(columns, time, 'unit = "W"', "t;v;u;p", *lines)[0]]
    many = (30 if minutes == 10 else 15) // minutes
    exact = [sum(watts[n : n + many]) * minutes * 1000 / 60 for n in range(0, len(watts), many)]
    assert len(read_wh) == len(exact)
    assert max(abs(got - it) for got, it in zip(read_wh, exact, strict=True)) <= Decimal("0.5")


def test_readings_of_another_period_than_the_claimed_one_are_never_read_as_that():
    near, far, off = "closer together than its period", "further apart than its period", "off the grid of its periods"
    read_starts, reasons = starts(TIME.replace("15", "30"), *every(5, 0, 13))
    assert (read_starts, sorted(reasons)) == ([], [near] * 3 + [off] * 10)
    assert starts(TIME, *every(60, 0, 4)) == ([], [far] * 4)
    assert starts(TIME, *every(1440, 0, 3)) == ([], [far] * 3)
    # An hour's label at the start is followed by the next hour, the last one's by the first quarter-hour.
    assert starts(TIME, *every(60, 0, 4), *every(15, 240, 4)) == (
        ["01 04:00", "01 04:15", "01 04:30", "01 04:45"],
        [far] * 4,
    )
    gap = [*every(15, 0, 4), *every(15, 180, 4)]
    assert starts(TIME, *gap) == ([at[8:] for at in gap], [])


def test_each_regular_stretch_has_the_period_of_its_steps():
    steps = TIME.replace("15", '"steps"')
    mixed = [*every(60, 0, 3), *every(15, 180, 4)]
    minutes = [
        (start, length)
        for _, start, length, _ in read(COLUMNS, steps, 'unit = "Wh"', "t;v", *(f"{at};1" for at in mixed))[0]
    ]
    assert minutes == [(at[8:], 60 if n < 3 else 15) for n, at in enumerate(mixed)]
    ends = steps.replace("start", "end")
    readings, aside = read(
        COLUMNS, ends, 'unit = "kW"', "t;v", *(f"{at};1" for at in [*every(30, 30, 3), *every(15, 105, 3)])
    )
    assert [(start, length, wh) for _, start, length, wh in readings] == [
        *((f"01 0{at}", 30, 500) for at in ("0:00", "0:30", "1:00")),
        *((f"01 0{at}", 15, 250) for at in ("1:30", "1:45", "2:00")),
    ]
    assert aside == []
    gap = [*every(15, 0, 3), *every(15, 90, 3)]
    assert starts(steps, *gap) == ([at[8:] for at in gap], [])
    assert starts(steps, *every(1440, 0, 3)) == ([], ["further apart than its period"] * 3)
    assert starts(steps, "2024-07-01 00:00")[1] == ["no regular step to tell its period"]
    assert starts(steps, *every(7, 0, 3))[1] == ["no period that divides an hour"] * 3


def test_a_dash_or_a_number_that_a_spreadsheet_cut_is_no_meter_and_an_id_kept_as_text_is_itself():
    rows = [f"{meter};2024-07-01 00:00;1" for meter in ("-", "2,31282E+13", '"=""541448800000000001"""', " ")]
    assert read(COLUMNS.replace("meter_id", "meter"), TIME, 'unit = "Wh"', "M;t;v", *rows) == (
        [("541448800000000001", "01 00:00", 15, 1)],
        [(2, "no meter id"), (3, "a meter id that a spreadsheet cut"), (5, "no meter id")],
    )


@pytest.mark.parametrize(
    ("columns", "time", "energy", "message"),
    [
        (f'{COLUMNS}, direction = "d"', TIME, 'unit = "Wh"', "`directions` is missing"),
        (f'{COLUMNS}, quality = "q"', TIME, 'unit = "Wh"', "`qualities` is missing"),
        (COLUMNS, TIME, 'decimal = "."', "`energy.unit` is missing"),
        (COLUMNS, TIME.replace(", period_minutes = 15", ""), 'unit = "Wh"', "`time.period_minutes` is missing"),
        (COLUMNS, TIME.replace("15", '"steps"'), 'unit = "total Wh"', "a running total is read at any time"),
        (COLUMNS, TIME.replace("15", "7"), 'unit = "Wh"', "input should be 1, 2, 3"),
        (COLUMNS, TIME, 'unit = "Wh", thousands = "."', "a number would have two meanings"),
        (COLUMNS, TIME, 'unit = "Wh", factor = "0"', "`0` is no decimal above 0"),
        (COLUMNS, TIME, 'unit = "Wh", factor = "-1"', "`-1` is no decimal above 0"),
        (COLUMNS, f'{TIME}, hours = "1-24"', 'unit = "Wh"', "`time.hours` are the numbers in `columns.time`"),
        (COLUMNS, TIME.replace('"UTC"', '"Europe/Berlin"').replace("iso", "epoch s"), 'unit = "Wh"', "counts in UTC"),
        (f'{COLUMNS}, production = "v"', TIME, 'unit = "Wh"', "both name the column `v`"),
        ('datetime = "t", meters = ["A", "A"]', TIME, 'unit = "Wh"', "has `A` twice"),
    ],
)
def test_keys_that_contradict_each_other_are_refused(columns: str, time: str, energy: str, message: str):
    text = f'name = "any"\ncolumns = {{{columns}}}\ntime = {{{time}}}\nenergy = {{{energy}}}\n'
    with pytest.raises(MappingError, match=message.replace("(", r"\(")):
        read_mapping(text, "The test")
