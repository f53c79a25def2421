"""Readers of formats whose structure has a meaning: each value by hand, and what is refused."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.packed_files import Cell, write_workbook
from tests.support.structured_files import ESPI, green_button, interval, nem12, nem12_day, reading_type
from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.layouts import recognise
from wattlake.lake.landing.readers.cells import mapped_frames

CHANNEL = "200,6100000001,E1B1,E1,E1,,METER1,KWH,30,"
ZEROS = ["0"] * 48


def rows(path: Path, content: bytes) -> list[tuple[int, dict[str, str]]]:
    path.write_bytes(content)
    layout = recognise(path)
    assert layout is not None
    frames = mapped_frames(path, layout.mapping)
    return [(line, json.loads(cells)) for frame in frames for line, cells in frame.iter_rows()]


def fault(path: Path, content: bytes) -> str:
    with pytest.raises(UnreadableFileError) as error:
        rows(path, content)
    return str(error.value).removeprefix(f"{path} ")


def test_a_day_of_nem12_is_a_row_for_each_interval_with_its_quality(tmp_path: Path):
    values = [f"0.{number:03}" for number in range(48)]
    varied = nem12_day("20240502", ["1"] * 48, "V")
    file = nem12(
        CHANNEL, nem12_day("20240501", values, "E52"),
        varied, "400,1,20,A,,", "400,21,48,S14,,",
        "200,6100000001,E1B1,B1,B1,,METER1,WH,30,", nem12_day("20240501", ZEROS),
        "200,6100000001,E1B1,E2,E2,,METER1,KWH,5,", nem12_day("20240501", ["2"] * 288),
    )  # fmt: skip
    read = rows(tmp_path / "a.csv", file)
    assert len(read) == 48 * 3 + 288
    assert [line for line, _ in read] == list(range(1, len(read) + 1)), "a build counts rows by their lines"
    assert read[1] == (
        2,
        {
            "NMI": "6100000001", "channel": "E1", "direction": "E", "start": "20240501 00:30", "minutes": "30",
            "value": "0.001", "unit": "kWh", "quality method": "E",
        },
    )  # fmt: skip
    assert [cells["quality method"] for _, cells in read[48:96]] == ["A"] * 20 + ["S"] * 28
    assert {(c["NMI"], c["channel"], c["direction"], c["unit"], c["minutes"]) for _, c in read[96:]} == {
        ("6100000001", "B1", "B", "Wh", "30"),
        ("6100000001", "E2", "E", "kWh", "5"),
    }
    assert read[-1][1]["start"] == "20240501 23:55"


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ([CHANNEL, nem12_day("20240501", ["1"] * 47)], "line 3: `` stands where a quality method"),
        ([CHANNEL, "300,20240501,1,2"], "line 3: the record 300 has 4 fields, and not 51 or more"),
        ([CHANNEL, nem12_day("20240501", ["1"] * 49)], "line 3: `1` stands where a quality method"),
        ([CHANNEL, "300,20240501,1,2,3"], "line 3: the record 300 has 5 fields"),
        ([nem12_day("20240501", ZEROS)], "line 2: a record 300 follows no record 200"),
        ([CHANNEL, "400,1,2,A"], "line 3: a record 400 follows no record 300"),
        ([CHANNEL, nem12_day("20240501", ZEROS, "V"), "400,40,49,A"], "line 4: the intervals 40 to 49 are none"),
        ([CHANNEL.replace(",30,", ",20,")], "line 2: intervals of 20 minutes are none of NEM12"),
        ([CHANNEL.replace("E1,,", ",,")], "line 2: the record 200 has the NMI `6100000001` and the channel ``"),
        (["x"], "line 2: `x` is no record of NEM12"),
    ],
)
def test_a_record_that_is_none_refuses_the_file(tmp_path: Path, records: list[str], reason: str):
    assert fault(tmp_path / "a.csv", nem12(*records)).startswith(f"is not whole NEM12: {reason}")


def test_a_green_button_reading_has_its_types_unit_and_power_wherever_that_stands(tmp_path: Path):
    types = [
        reading_type(power=-3),
        reading_type(power=3, direction=19),
        reading_type(uom=38),
        reading_type(behaviour=3),
    ]
    blocks = (
        interval(1711846800, 250123) + interval(1711847700, -7, quality=None), interval(1711846800, 2, 3600, 8),
        interval(1711846800, 5), interval(1711846800, "x", 61),
    )  # fmt: skip
    read = rows(tmp_path / "a.xml", green_button(*blocks, types=types))
    assert rows(tmp_path / "b.xml", green_button(*blocks, types=types, types_first=True)) == read
    first, *others = [cells for _, cells in read]
    assert first == {
        "usage point": "P1", "reading type": "1", "flow direction": "1", "unit": "Wh", "start": "1711846800",
        "minutes": "15", "value": "250.123", "quality": "17",
    }  # fmt: skip
    told = ("flow direction", "unit", "minutes", "value", "quality")
    assert [tuple(cells[name] for name in told) for cells in others] == [
        ("1", "Wh", "15", "-0.007", "none"),
        ("19", "Wh", "60", "2000", "8"),
        ("1", "ESPI unit 38", "15", "5", "17"),
        ("1", "Wh of ESPI accumulation 3", "61 s", "x", "17"),
    ]


def test_a_reading_without_a_quality_has_that_of_its_type(tmp_path: Path):
    file = green_button(interval(0, 1, quality=None) + interval(900, 1, quality=17))
    file = file.replace(b"<powerOfTen", b"<defaultQuality>8</defaultQuality><powerOfTen")
    assert [cells["quality"] for _, cells in rows(tmp_path / "a.xml", file)] == ["8", "17"]


def test_green_button_without_a_direction_says_so_and_of_gas_is_no_energy(tmp_path: Path):
    file = green_button(interval(0, 1), types=[reading_type(direction=None)])
    gas = file.replace(b"<kind>0</kind>", b"<kind>1</kind>")
    assert [cells["flow direction"] for _, cells in rows(tmp_path / "a.xml", file)] == ["none"]
    assert [cells["unit"] for _, cells in rows(tmp_path / "a.xml", gas)] == ["Wh of ESPI service 1"]


def test_xml_that_names_other_files_or_grows_without_end_is_refused(tmp_path: Path):
    whole = green_button(interval(0, 1))
    bomb = whole.replace(b"<feed", b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><feed', 1)
    assert "declares a document type" in fault(tmp_path / "a.xml", bomb)
    outside = whole.replace(b"<feed", b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><feed', 1)
    assert "declares a document type" in fault(tmp_path / "a.xml", outside)
    endless = whole.replace(b"<value>1</value>", b"<value>" + b"1" * 2_000_000 + b"</value>")
    assert "a value of more than 1,000 characters" in fault(tmp_path / "a.xml", endless)
    assert fault(tmp_path / "a.xml", whole[:-40]).startswith("is not whole Green Button XML (")
    orphan = green_button(interval(0, 1), interval(0, 1), types=[reading_type()] * 3)
    lost = orphan.replace(b'rel="related" href="/ReadingType/2"', b'rel="related" href="/X/2"')
    assert "the readings of `P1/2` are of no reading type that it has" in fault(tmp_path / "a.xml", lost)
    powers = green_button(interval(0, 1), types=[reading_type(power=99)])
    assert "a reading type has the power of ten `99`" in fault(tmp_path / "a.xml", powers)


def test_other_xml_of_the_standards_names_is_not_taken_for_it(tmp_path: Path):
    path = tmp_path / "a.xml"
    path.write_bytes(f'<feed xmlns="http://www.w3.org/2005/Atom" about="{ESPI[:-1]}"/>'.encode())
    assert recognise(path) is None


CONSUMED = "Gesamtverbrauch lt. Messung (bei Teilnahme gem. Erzeugung) [KWH]"
COVERED = "Eigendeckung gemeinschaftliche Erzeugung [KWH]"
PRODUCED = "Gesamte gemeinschaftliche Erzeugung [KWH]"
EDA: list[list[Cell]] = [
    ["MeteringpointID", "AT001", None, "AT001", "AT002", "TOTAL"],
    ["Name", "Anna", None, "Anna", "Bernd", None],
    ["Energy direction", "CONSUMPTION", None, "CONSUMPTION", "GENERATION", None],
    ["Metercode", CONSUMED, "QoV", COVERED, PRODUCED, CONSUMED],
    ["Spaltensumme", 3.5, None, 1, 2, 3.5],
    ["31.03.2024 01:45:00", 0.123456, "L1", 0.1, 0.000001, 9],
    [None, None, None, None, None, None],
    [datetime(2024, 3, 31, 3), 0.5, "L3", 0.2, None, 9],  # noqa: DTZ001
]


def test_the_operators_workbook_gives_each_value_with_what_its_column_says(tmp_path: Path):
    path = write_workbook(tmp_path / "export", {"Summary": [["x"]], "Energiedaten": EDA})
    read = rows(path, path.read_bytes())
    names = ("metering point", "energy direction", "start", "value", "unit", "quality")
    assert [(line, *(cells[name] for name in names)) for line, cells in read] == [
        (1, "AT001", "CONSUMPTION", "31.03.2024 01:45:00", "0.123456", "kWh", "L1"),
        (2, "AT002", "GENERATION", "31.03.2024 01:45:00", "0.000001", "kWh", "none"),
        (3, "AT001", "CONSUMPTION", "2024-03-31 03:00:00", "0.5", "kWh", "L3"),
        (4, "AT002", "GENERATION", "2024-03-31 03:00:00", None, "kWh", "none"),
    ]
    assert {cells["meter code"] for _, cells in read} == {code.removesuffix(" [KWH]") for code in (CONSUMED, PRODUCED)}


def test_a_workbook_of_shares_alone_has_nothing_to_read(tmp_path: Path):
    sheet = [*EDA[:3], ["Metercode", COVERED], *EDA[4:]]
    path = write_workbook(tmp_path / "export.xlsx", {"Energiedaten": sheet})
    assert fault(path, path.read_bytes()).startswith("has none of the codes that `layout-eda-workbook` wants")


def test_a_workbook_whose_columns_cannot_be_told_apart_is_refused(tmp_path: Path):
    lost = [["MeteringpointID", "AT001", None, "AT001", None, "TOTAL"], *EDA[1:3]]
    lost.append(["Metercode", CONSUMED, "QoV", COVERED, CONSUMED, None])
    path = write_workbook(tmp_path / "export.xlsx", {"Energiedaten": [*lost, *EDA[4:]]})
    assert fault(path, path.read_bytes()).startswith("has two columns `Gesamtverbrauch lt. Messung (bei Teilnahme gem.")


def test_an_energy_export_of_home_assistant_is_a_row_for_each_statistic_and_time(tmp_path: Path):
    header = "entity_id,type,unit,2026-01-05T10:00:00.000Z,2026-01-05T11:00:00.000Z\n"
    file = f"{header}sensor.import,grid_consumption,kWh,1.5,\n\nsensor.back,grid_return,kWh,0,0.25\n".encode()
    assert [(line, *cells.values()) for line, cells in rows(tmp_path / "a.csv", file)] == [
        (1, "sensor.import", "grid_consumption", "kWh", "2026-01-05T10:00:00.000Z", "1.5"),
        (2, "sensor.import", "grid_consumption", "kWh", "2026-01-05T11:00:00.000Z", ""),
        (3, "sensor.back", "grid_return", "kWh", "2026-01-05T10:00:00.000Z", "0"),
        (4, "sensor.back", "grid_return", "kWh", "2026-01-05T11:00:00.000Z", "0.25"),
    ]
    assert "line 5 has 4 columns, and the header 5" in fault(tmp_path / "a.csv", file + b"x,y,z,1\n")
    assert "`x` in its header is no time" in fault(tmp_path / "a.csv", file.replace(b"2026-01-05T11:00:00.000Z", b"x"))
