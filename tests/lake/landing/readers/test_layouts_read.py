"""Files of layouts that need no mapping: each reading by hand, clock changes and qualities among them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from harness.lake_steps import stored
from harness.services import PROJECT
from tests.support.packed_files import Cell, write_workbook
from tests.support.structured_files import green_button, interval, mscons, nem12, nem12_day, quantity, reading_type
from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.layouts import recognise
from wattlake.lake.landing.readers.cells import mapped_rows
from wattlake.lake.mapping import read_mapping_file
from wattlake.lake.mapping.readings import NO_READINGS, try_mapping

AT = datetime(2026, 11, 1, tzinfo=UTC)
Kept = tuple[str, datetime, int, str, str]
"""A reading: meter, start in UTC, minutes, kWh, and where it comes from."""


def readings(path: Path, content: bytes | None = None) -> tuple[list[Kept], list[str]]:
    """The readings of a file, and the reasons of those set aside."""
    if content is not None:
        path.write_bytes(content)
    layout = recognise(path)
    assert layout is not None
    read = try_mapping(layout.mapping, path.name, mapped_rows(path, layout.mapping), AT)
    names = ("meter_id", "period_start_utc", "period_minutes", "energy_kwh", "provenance", "quarantine_reason")
    kept: list[Kept] = []
    aside: list[str] = []
    for meter, start, minutes, energy, provenance, reason in read.select(names).iter_rows():
        if reason and reason not in NO_READINGS:
            aside.append(reason)
        elif not reason:
            kept.append((meter, start, minutes, f"{energy.normalize():f}", provenance))
    return sorted(kept), sorted(aside)


def test_nem12_sums_the_channels_of_a_letter_in_the_markets_time(tmp_path: Path):
    channel = "200,NMI1,E1E2B1,{0},{0},,M,{1},30,"
    values, zeros = ["0.5", *["0"] * 47], ["0"] * 48
    file = nem12(
        channel.format("E1", "KWH"), nem12_day("20240501", values, "V"), "400,1,1,E52,,", "400,2,48,A,,",
        channel.format("E2", "WH"), nem12_day("20240501", ["250", *zeros[1:]]),
        channel.format("B1", "KWH"), nem12_day("20240501", [*zeros[1:], "1.000001"]),
        channel.format("K1", "KVARH"), nem12_day("20240501", ["9"] * 48),
    )  # fmt: skip
    kept, aside = readings(tmp_path / "a.csv", file)
    assert (len(kept), aside) == (96, [])
    assert kept[0] == ("NMI1", stored(2024, 4, 30, 14), 30, "0.75", "estimated")
    assert kept[1] == ("NMI1", stored(2024, 4, 30, 14, 30), 30, "0", "measured")
    assert kept[-1] == ("NMI1-production", stored(2024, 5, 1, 13, 30), 30, "1.000001", "measured")


def test_green_button_is_read_in_utc_with_direction_and_quality(tmp_path: Path):
    # The hour that comes twice in local time is two hours in UTC.
    blocks = [
        "".join(interval(1730620800 + 3600 * n, n, 3600, quality) for n, quality in enumerate((17, 8, None, 99))),
        interval(1730620800, 2000, 3600),
    ]
    types = [reading_type(power=3), reading_type(direction=19)]
    kept, aside = readings(tmp_path / "a.xml", green_button(*blocks, types=types))
    assert kept == [
        ("P1", stored(2024, 11, 3, 8), 60, "0", "measured"),
        ("P1", stored(2024, 11, 3, 9), 60, "1", "estimated"),
        ("P1", stored(2024, 11, 3, 10), 60, "2", "measured"),
        ("P1-production", stored(2024, 11, 3, 8), 60, "2", "measured"),
    ]
    assert aside == ["unknown quality"]


def test_the_operators_workbook_is_read_through_the_hour_that_comes_twice(tmp_path: Path):
    code = "Gesamtverbrauch lt. Messung (bei Teilnahme gem. Erzeugung) [KWH]"
    sheet: list[Sequence[Cell]] = [
        ["MeteringpointID", "AT1", None, "AT1"],
        ["Energy direction", "CONSUMPTION", None, "CONSUMPTION"],
        ["Metercode", code, "QoV", "Anteil gemeinschaftliche Erzeugung [KWH]"],
    ]
    for hour in (2, 2, 3):
        sheet += [[f"27.10.2024 {hour:02}:{minute:02}:00", 0.000001 * minute, "L1", 9] for minute in (0, 15, 30, 45)]
    sheet[3][2], sheet[4][2] = "L2", "L3"  # type: ignore[index]
    kept, aside = readings(write_workbook(tmp_path / "a.xlsx", {"Energiedaten": sheet}))
    assert aside == []
    assert [start for _, start, *_ in kept] == [
        stored(2024, 10, 27, hour, minute) for hour in (0, 1, 2) for minute in (0, 15, 30, 45)
    ]
    assert [energy for *_, energy, _ in kept] == ["0", "0.000015", "0.00003", "0.000045"] * 3
    assert {meter for meter, *_ in kept} == {"AT1"}
    assert [provenance for *_, provenance in kept[:3]] == ["estimated", "estimated", "measured"]


def test_enedis_is_mean_power_at_the_end_of_half_hours_and_then_quarter_hours(tmp_path: Path):
    head = "Identifiant PRM;Grandeur physique;Grandeur metier;Unite\n3000;Energie active;{};W\nHorodate;Valeur\n"
    halves = [f"2024-03-31T{time}:00{zone};1000\n" for time, zone in (("00:30", "+01:00"), ("01:00", "+01:00"))]
    halves += [f"2024-03-31T{time}:00+01:00;2000\n" for time in ("01:30", "02:00")]
    halves += [f"2024-03-31T03:{minute}:00+02:00;400\n" for minute in (15, 30, 45)]
    kept, aside = readings(tmp_path / "a.csv", (head.format("Consommation") + "".join(halves)).encode())
    assert aside == []
    assert kept == [
        *(("3000", stored(2024, 3, 30, 23, minute), 30, "0.5", "measured") for minute in (0, 30)),
        *(("3000", stored(2024, 3, 31, 0, minute), 30, "1", "measured") for minute in (0, 30)),
        *(("3000", stored(2024, 3, 31, 1, minute), 15, "0.1", "measured") for minute in (0, 15, 30)),
    ]
    kept, _ = readings(tmp_path / "b.csv", (head.format("Production") + "".join(halves)).encode())
    assert {meter for meter, *_ in kept} == {"3000-production"}
    assert readings(tmp_path / "c.csv", (head.format("X") + "".join(halves)).encode()) == (
        [],
        ["unknown direction"] * 7,
    )


@pytest.mark.parametrize("unit_in_header", [False, True])
def test_pge_is_read_through_both_clock_changes(tmp_path: Path, unit_in_header: bool):
    usage = "USAGE (kWh),COST,NOTES" if unit_in_header else "USAGE,UNITS,COST,NOTES"
    head = f"Name,X\nAccount Number,99\n\nTYPE,DATE,START TIME,END TIME,{usage}\n"
    hours = [("2024-03-10", hour) for hour in (1, 3, 4)] + [("2024-11-03", hour) for hour in (0, 1, 1, 2)]
    unit = "" if unit_in_header else "kWh,"
    rows = [f"Electric usage,{day},0{hour}:00,0{hour}:59,{n}.5,{unit}$1,\n" for n, (day, hour) in enumerate(hours)]
    rows.append(f"Natural gas usage,2024-11-03,03:00,03:59,9,{unit}$1,\n")
    kept, aside = readings(tmp_path / "pge_electric_usage_interval_data.csv", (head + "".join(rows)).encode())
    assert aside == []
    assert kept == [
        *(("99", stored(2024, 3, 10, 9 + n), 60, f"{n}.5", "measured") for n in range(3)),
        *(("99", stored(2024, 11, 3, 7 + n), 60, f"{3 + n}.5", "measured") for n in range(4)),
    ]


def test_pge_of_a_roof_has_what_came_and_what_went(tmp_path: Path):
    head = "Account Number,99\n\nTYPE,DATE,START TIME,END TIME,IMPORT (kWh),EXPORT (kWh),COST,NOTES\n"
    rows = [f"Electric usage,2024-07-01,12:{minute},12:{minute},0.1,0.25,$0,\n" for minute in ("00", "15", "30")]
    kept, aside = readings(tmp_path / "pge_electric_interval_data.csv", (head + "".join(rows)).encode())
    starts = [stored(2024, 7, 1, 19, minute) for minute in (0, 15, 30)]
    assert (kept, aside) == (
        [
            (meter, start, 15, kwh, "measured")
            for meter, kwh in (("99", "0.1"), ("99-production", "0.25"))
            for start in starts
        ],
        [],
    )


def test_home_assistants_history_is_read_by_the_shipped_example(tmp_path: Path):
    name, line = "sensor.grid_import_total", "{},{},2024-10-27T{}Z\n"
    states = [("100.000", "00:00:07.000"), ("100.200", "00:15:00.000"), ("unavailable", "00:20:00.000"),
              ("100.500", "00:30:00.000"), ("101.000", "01:00:00.000")]  # fmt: skip
    rows = [line.format(name, state, at) for state, at in states] + [line.format("sensor.heat", "20", "00:00:00.000")]
    path = tmp_path / "history.csv"
    path.write_text("entity_id,state,last_changed\n" + "".join(rows), encoding="utf-8")
    mapping = read_mapping_file(PROJECT / "wattlake" / "mappings" / "home-assistant-history.toml")[0]
    read = try_mapping(mapping, path.name, mapped_rows(path, mapping), AT)
    kept = read.filter(pl.col("quarantine_reason").is_null()).select(
        "meter_id", "period_start_utc", "energy_kwh", "provenance"
    )
    at = [stored(2024, 10, 27, 0, minute) for minute in (15, 30, 45)]
    assert [row for row in kept.rows() if row[1] in at] == [
        (name, at[0], Decimal("0.3"), "measured"),
        *((name, start, Decimal("0.25"), "estimated") for start in at[1:]),
    ]


def test_mscons_is_read_through_the_hour_that_comes_twice_with_its_statuses(tmp_path: Path):
    file = mscons(
        quantity("1,25", "70000", "70015"), quantity("2,5", "70100", "70115", "67", ":KWH"),
        quantity("9", "70115", "70130", "201"), quantity("9", "62200", "72200"),
        "LIN+2'PIA+5+1-1?:2.29.0:SRW'", quantity("0,000001", "70000", "70015"),
        "LIN+3'PIA+5+1-1?:3.29.0:SRW'", quantity("7", "70000", "70015", unit=":KVR"),
        "LOC+107+SUM'LIN+1'PIA+5+1-1?:1.29.0:SRW'", quantity("5", "70000", "70015"),
    )  # fmt: skip
    kept, aside = readings(tmp_path / "a.edi", file)
    assert kept == [
        ("DE1+1", stored(2024, 10, 27), 15, "1.25", "measured"),
        ("DE1+1", stored(2024, 10, 27, 1), 15, "2.5", "estimated"),
        ("DE1+1-production", stored(2024, 10, 27), 15, "0.000001", "measured"),
    ]
    assert aside == ["no meter id", "unknown direction", "unknown period", "unknown quality"]
    # Without advice the marks are the usual ones.
    kept, _ = readings(tmp_path / "b.edi", mscons(quantity("1.25", "70000", "70015"), una=""))
    assert [energy for *_, energy, _ in kept] == ["1.25"]


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        (mscons(quantity("1", "70000", "70015"), function="1"), "no original one (BGM `1`), a cancellation"),
        (mscons(quantity("1", "70000", "70015"), end=""), "it ends amid a message"),
        (mscons(quantity("1", "70000", "70015"))[:-1], "its last segment has no end, `UNZ+1+X`"),
        (mscons(end="X" * 70_000), "a segment has no end within 65,536 characters"),
    ],
)
def test_mscons_that_is_not_whole_or_takes_values_back_is_refused(tmp_path: Path, file: bytes, fault: str):
    path = tmp_path / "a.edi"
    path.write_bytes(file)
    layout = recognise(path)
    assert layout is not None
    with pytest.raises(UnreadableFileError) as error:
        list(mapped_rows(path, layout.mapping))
    assert fault in str(error.value)


FLUVIUS = (
    "Van (datum);Van (tijdstip);Tot (datum);Tot (tijdstip);EAN-code;Meter;Metertype;Register;Volume;Eenheid;"
    "Validatiestatus;Omschrijving\n"
)


def test_fluvius_is_read_by_register_and_days_are_no_quarter_hours(tmp_path: Path):
    row = '01-07-2024;{}:00;01-07-2024;00:00:00;="5414";S;D;{};{};kWh;{};\n'
    rows = [row.format(f"00:{minute:02}", "Afname Nacht", "0,250", "Uitgelezen") for minute in (0, 15, 30)]
    rows += [row.format(f"00:{minute:02}", "Injectie Nacht", "1,5", "Geschat") for minute in (0, 15, 30)]
    kept, aside = readings(tmp_path / "a.csv", (FLUVIUS + "".join(rows)).encode("utf-8-sig"))
    starts = [stored(2024, 6, 30, 22, minute) for minute in (0, 15, 30)]
    assert kept == [
        *(("5414", start, 15, "0.25", "measured") for start in starts),
        *(("5414-production", start, 15, "1.5", "estimated") for start in starts),
    ]
    assert aside == []
    days = [f'0{day}-07-2024;00:00:00;x;x;="5414";S;D;Afname Nacht;9;kWh;Uitgelezen;\n' for day in range(1, 8)]
    kept, aside = readings(tmp_path / "b.csv", (FLUVIUS + "".join(days)).encode())
    assert (kept, len(aside)) == ([], 7)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "CUPS;Fecha;Hora;AE_kWh;AS_kWh;REAL/ESTIMADO\n"
            + "".join(f"ES1;27/10/2024;{hour};{hour},5;0;R\n" for hour in range(1, 26)),
            [
                ("ES1", stored(2024, 10, 27, 22), 60, "25.5", "measured"),
                ("ES1", stored(2024, 10, 26, 22), 60, "1.5", "measured"),
            ],
        ),
        (
            "cups,date,time,consumptionKWh,obtainMethod,surplusEnergyKWh\nES1,2024/07/01,24:00,0.084,Estimada,1.5\n",
            [
                ("ES1", stored(2024, 7, 1, 21), 60, "0.084", "estimated"),
                ("ES1-production", stored(2024, 7, 1, 21), 60, "1.5", "estimated"),
            ],
        ),
        (
            "CPE,PT2\nData,Hora,Consumo registado (kW),Estado\n"
            '2024/07/01,00:15,"0,5",Real\n2024/07/02,00:00,"0,2",Estimado\n',
            [
                ("PT2", stored(2024, 6, 30, 23), 15, "0.125", "measured"),
                ("PT2", stored(2024, 7, 1, 22, 45), 15, "0.05", "estimated"),
            ],
        ),
        (
            " Consumption (kwh), Start, End\n0.25, 2024-10-27T01:30:00+01:00, 2024-10-27T01:00:00+00:00\n"
            "0.5, 2024-10-27T01:00:00+00:00, 2024-10-27T01:30:00+00:00\n",
            [
                ("file", stored(2024, 10, 27, 0, 30), 30, "0.25", "measured"),
                ("file", stored(2024, 10, 27, 1), 30, "0.5", "measured"),
            ],
        ),
        (
            "Resource,Electric\nUOM,kWh\nMeter Number,Date,Start Time,Duration,Consumption,Generation,Net\n"
            '"7","7/1/2024","1:15 PM","15","0.25","0.5","-0.25"\n',
            [
                ("7", stored(2024, 7, 1, 20, 15), 15, "0.25", "measured"),
                ("7-production", stored(2024, 7, 1, 20, 15), 15, "0.5", "measured"),
            ],
        ),
        (
            "Resource,Electric\nUOM,kWh\nMeter Number,Date,Start Time,Duration,Consumption,Generation,Net\n"
            + "".join(
                f'"7","11/3/2024","{hour}:00 AM","60","{n}.5","0","{n}.5"\n' for n, hour in enumerate((12, 1, 1, 2))
            ),
            [("7", stored(2024, 11, 3, 7 + n), 60, f"{n}.5", "measured") for n in range(4)],
        ),
        (
            "timestamp (UTC),energyConsumption (kWh)\n"
            "2024-10-27 00:30,0.25\n2024-10-27 01:00,0.5\n2024-10-27 01:30:00,0.001\n",
            [
                ("file", stored(2024, 10, 27, 0, 30), 30, "0.25", "measured"),
                ("file", stored(2024, 10, 27, 1), 30, "0.5", "measured"),
                ("file", stored(2024, 10, 27, 1, 30), 30, "0.001", "measured"),
            ],
        ),
        (
            "entity_id,type,unit,2026-01-05T10:00:00.000Z,2026-01-05T11:00:00.000Z,2026-01-05T12:00:00.000Z\n"
            "sensor.in,grid_consumption,kWh,1.5,0.5,1\nsensor.cost,grid_consumption_cost,EUR,9,9,9\n",
            [("sensor.in", stored(2026, 1, 5, 10), 60, "1.5", "measured")],
        ),
    ],
)  # fmt: skip
def test_layouts_of_operators_are_read_by_their_own_clocks_units_and_qualities(
    tmp_path: Path, text: str, expected: list[Kept]
):
    kept, aside = readings(tmp_path / "file.csv", text.encode())
    assert aside == []
    assert {*expected} <= {*kept}
