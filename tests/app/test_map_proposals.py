"""What `map` sees in files of many kinds, or refuses by name: each is a few days as somebody's portal writes them."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from wattlake.app.mapping_proposal.as_toml import propose
from wattlake.app.mapping_proposal.guess import guess_mapping
from wattlake.app.mapping_proposal.guessed import Given
from wattlake.app.mapping_proposal.head import read_head
from wattlake.lake.mapping import read_mapping

START = datetime(2024, 3, 4, tzinfo=UTC)
Row = Callable[[datetime, int], str | list[str]]


def file_of(header: list[str], row: Row, minutes: int = 15, count: int = 120) -> list[str]:
    """Lines of a header and of rows at even steps."""
    lines = [*header]
    for number in range(count):
        made = row(START + timedelta(minutes=minutes * number), number)
        lines += [made] if isinstance(made, str) else made
    return lines


def energy(number: int) -> str:
    return f"{(number * 37 % 90 + 5) / 100:.3f}"


def comma(number: int) -> str:
    return energy(number).replace(".", ",")


def german(header: str, cells: Callable[[int], str]) -> list[str]:
    return file_of([header], lambda at, n: f"M1;{at:%d.%m.%Y %H:%M};{cells(n)}")


def english(header: str, cells: Callable[[int], str]) -> list[str]:
    return file_of([header], lambda at, n: f"M1,{at:%Y-%m-%d %H:%M},{cells(n)}")


def until(at: datetime) -> datetime:
    return at + timedelta(minutes=15)


SEEN: dict[str, tuple[list[str], dict[str, object]]] = {
    "blank rows first": (
        [*[";;"] * 5000, *german("Zähler;Zeit;kWh", comma)],
        {"file.skip_lines": 5000, "columns.meter": "Zähler", "energy.decimal": ","},
    ),
    "a header that comes again": (
        file_of([], lambda at, n: [*(["Meter,Time,kWh"] if n % 50 == 0 else []), f"M,{at:%Y-%m-%d %H:%M},{energy(n)}"]),
        {"columns.value": "kWh", "columns.meter": "Meter"},
    ),
    "units under the header, Lieferung beside Bezug": (
        file_of(
            ["Zeit;Bezug;Lieferung", "", " ;kWh;kWh"], lambda at, n: f"{at:%d.%m.%y %H:%M};{comma(n)};{comma(n + 1)}"
        ),
        {
            "file.units_line": True,
            "columns.value": "Bezug",
            "columns.production": "Lieferung",
            "energy.unit": "kWh",
            "time.format": "%d.%m.%y %H:%M",
        },
    ),
    "from and to in one cell": (
        file_of(["Meter;Von-Bis;kWh"], lambda at, n: f"M;{at:%d.%m.%Y %H:%M} - {until(at):%d.%m.%Y %H:%M};{comma(n)}"),
        {"time.between": " - ", "time.label": "start", "time.format": "%d.%m.%Y %H:%M"},
    ),
    "a date, and from and to in one cell": (
        file_of(["Datum;Zeit;kWh"], lambda at, n: f"{at:%d.%m.%Y};{at:%H:%M}-{until(at):%H:%M};{comma(n)}"),
        {"columns.date": "Datum", "columns.time": "Zeit", "time.between": "-", "time.format": "%d.%m.%Y %H:%M"},
    ),
    "ids that are small numbers": (
        file_of(["when,x,kWh"], lambda at, n: [f"{at:%Y-%m-%d %H:%M},{m},{energy(n + m)}" for m in (1, 2, 3)]),
        {"columns.meter": "x", "columns.value": "kWh"},
    ),
    "an apostrophe between groups": (
        german("Meter;Zeit;Wh", lambda n: f"{900 + n * 37 % 300:,}".replace(",", "'")),
        {"energy.thousands": "'", "energy.unit": "Wh", "energy.decimal": "."},
    ),
    "a narrow blank between groups": (
        german("Meter;Zeit;Wh", lambda n: f"{900 + n * 37 % 300:,}".replace(",", "\u00a0")),
        {"energy.thousands": " "},
    ),
    "points between groups, a comma before decimals": (
        german("Meter;Zeit;Wh", lambda n: f"{900 + n * 7.5:,.1f}".translate(str.maketrans(",.", ".,"))),
        {"energy.thousands": ".", "energy.decimal": ","},
    ),
    "milliseconds since 1970": (
        file_of(["time,kwh"], lambda at, n: f"{int(at.timestamp() * 1000)},{energy(n)}"),
        {"time.format": "epoch ms", "time.zone": "UTC", "time.period_minutes": 15},
    ),
    "a zone in each row": (
        file_of(["time,timezone,meter,kwh"], lambda at, n: f"{at:%Y-%m-%d %H:%M},Europe/Paris,M1,{energy(n)}"),
        {"columns.zone": "timezone", "time.zone": "Europe/Paris"},
    ),
    "a zone in the column's name": (
        file_of(["start_utc,kwh"], lambda at, n: f"{at:%Y-%m-%d %H:%M},{energy(n)}"),
        {"time.zone": "UTC", "time.label": "start"},
    ),
    "the month first, decided by all rows": (
        file_of(
            ["Service Point,Read Date,Read Time,Usage (kWh)"],
            lambda at, n: f"S1,{at:%m/%d/%Y},{at:%I:%M %p},{energy(n)}",
            minutes=60,
            count=24 * 12,
        ),
        {"time.format": "%m/%d/%Y %I:%M %p", "columns.meter": "Service Point"},
    ),
    "the id above the header": (
        file_of(
            ["Lastgang", "Zählpunkt;DE0001", "Zeit;Wert;Einheit"], lambda at, n: f"{at:%d.%m.%Y %H:%M};{comma(n)};kWh"
        ),
        {"recognise.above": ["Zählpunkt"], "columns.meter": "Zählpunkt", "energy.unit": "kWh"},
    ),
    "columns of one meter each": (
        file_of(["Zeit;Haus 1 [kWh];Haus 2 [kWh]"], lambda at, n: f"{at:%d.%m.%Y %H:%M};{comma(n)};{comma(n + 3)}"),
        {"columns.meters": ["Haus 1 [kWh]", "Haus 2 [kWh]"]},
    ),
    "totals of two tariffs": (
        file_of(
            ["Zeit;Stand HT kWh;Stand NT kWh"], lambda at, n: f"{at:%d.%m.%Y %H:%M};{1000 + n // 2},5;{500 + n // 3},5"
        ),
        {"columns.value": ["Stand HT kWh", "Stand NT kWh"], "energy.unit": "total kWh"},
    ),
    "a counter that starts anew each day": (
        file_of(["time,Energy today kWh"], lambda at, n: f"{at:%Y-%m-%d %H:%M},{n % 96 / 10}", count=300),
        {"energy.unit": "total kWh"},
    ),
    "below zero": (
        english("meter,time,net kWh", lambda n: f"{(n * 37 % 90 - 45) / 100}"),
        {"energy.sign": "net"},
    ),
    "OBIS codes in rows": (
        file_of(
            ["Zählpunkt;OBIS;Zeit;kWh"],
            lambda at, n: [f"AT1;1-1:{c}.29.0;{at:%d.%m.%Y %H:%M};{comma(n + c)}" for c in (1, 2, 3)],
        ),
        {
            "columns.direction": "OBIS",
            "directions.1-1:1.29.0": "consumption",
            "directions.1-1:2.29.0": "production",
            "directions.1-1:3.29.0": "ignore",
        },
    ),
    "electricity beside gas": (
        file_of(
            ["Meter,Type,Time,Usage,Unit"],
            lambda at, n: [f"E,electricity,{at:%F %R},{energy(n)},kWh", f"G,gas,{at:%F %R},{energy(n)},m3"],
        ),
        {"where.Type": ["electricity"], "energy.unit": "kWh", "columns.meter": "Meter"},
    ),
    "hours without colons, 2400": (
        file_of(
            ["Meter,Date,Time,kWh"],
            lambda at, n: f"M,{at:%Y%m%d},{at.hour + at.minute // 30:02}{(at.minute + 30) % 60:02},{energy(n)}",
            minutes=30,
        ),
        {"time.format": "%Y%m%d %H%M", "time.label": "end"},
    ),
    "numbers of hours": (
        file_of(["Date,Hour,Load kWh"], lambda at, n: f"{at:%F},{at.hour},{energy(n)}", minutes=60),
        {"time.hours": "0-23", "time.period_minutes": 60, "columns.value": "Load kWh"},
    ),
    "9999 for missing": (
        english("Meter,Time,kWh", lambda n: "9999" if n in (5, 9) else energy(n)),
        {"energy.missing": ["9999"]},
    ),
    "words for missing": (
        english("Meter,Time,kWh", lambda n: "Fehlend" if n in (5, 9) else energy(n)),
        {"energy.missing": ["Fehlend"]},
    ),
    "a minus behind, as SAP writes it, or a typesetter's": (
        german("Zähler;Zeit;kWh", lambda n: f"{comma(n)}-" if n % 3 else f"\u2212{comma(n)}" if n % 2 else comma(n)),
        {"energy.decimal": ",", "energy.sign": "net"},
    ),
    "units by turns": (
        file_of(["Meter,Time,Value,Unit"], lambda at, n: f"M,{at:%F %R},{n % 7 + 1},{'Wh' if n % 2 else 'kWh'}"),
        {"columns.unit": "Unit", "energy.unit": None, "columns.value": "Value"},
    ),
    "one unit in a column: other files may have another": (
        german("Meter;Zeit;Wert;Einheit", lambda n: f"{comma(n)};kWh"),
        {"columns.unit": "Einheit", "energy.unit": "kWh"},
    ),
    "reactive energy by turns": (
        file_of(
            ["Meter;Zeit;Wert;Einheit"],
            lambda at, n: [f"M;{at:%F %R};{comma(n)};kWh", f"M;{at:%F %R};{comma(n + 3)};kvarh"],
        ),
        {"where_not.Einheit": ["kvarh"], "columns.unit": "Einheit", "time.period_minutes": 15},
    ),
    "a sum that has a time": (
        file_of(
            ["Meter,Time,kWh"],
            lambda at, n: [f"{m},{at:%F %R},{v}" for m, v in (("A", n % 3), ("B", 1), ("Total", n % 3 + 1))],
        ),
        {"columns.meter": "Meter", "where_not.Meter": ["Total"]},
    ),
    "a last row with the sum and the end of the month": (
        [*german("Zähler;Zeit;kWh", comma), "Summe;31.03.2024 23:45;54,3"],
        {"columns.meter": "Zähler", "where_not.Zähler": ["Summe"]},
    ),
    "a meter whose name is Total, alone": (
        [line.replace("M1", "Total") for line in english("Meter,Time,kWh", energy)],
        {"columns.meter": "Meter", "where_not.Meter": None},
    ),
    "a column per meter and one of their sum": (
        german("Art;Zeit;Zähler 1 kWh;Zähler 2 kWh;Gesamt kWh", lambda n: f"{n % 7},1;{n % 5},5;{n % 7 + n % 5},6"),
        {"columns.meters": ["Zähler 1 kWh", "Zähler 2 kWh"]},
    ),
    "kilowatt-hours, written out": (
        english("Meter,Time,Kilowatt hours", energy),
        {"energy.unit": "kWh"},
    ),
    "energy per hour is power": (english("Meter,Time,Load [kWh/h]", energy), {"energy.unit": "kW"}),
    "what crosses the grid, with a sign": (
        german("Zähler;Zeit;Netzbezug/-einspeisung [kW]", lambda n: f"{'-' if n % 3 else ''}{comma(n)}"),
        {"energy.sign": "net", "columns.value": "Netzbezug/-einspeisung [kW]", "energy.unit": "kW"},
    ),
    "columns named by the register's code": (
        german(
            "Art;Zeit;1-1:1.29.0*255 [kWh];1-1:2.29.0*255 [kWh];1-1:5.29.0 [kvarh]",
            lambda n: f"{comma(n)};{comma(n + 1)};0,1",
        ),
        {"columns.value": "1-1:1.29.0*255 [kWh]", "columns.production": "1-1:2.29.0*255 [kWh]"},
    ),
    "a status of W and V is no unit": (
        german("Zähler;Zeit;Wert (kWh);Status", lambda n: f"{comma(n)};{'W' if n % 7 else 'V'}"),
        {"energy.unit": "kWh", "columns.unit": None},
    ),
    "Bezug, Lieferung and their balance in rows": (
        file_of(
            ["Zeit;Typ;kWh"],
            lambda at, n: [
                f"{at:%F %R};{kind};{comma(n + place)}" for place, kind in enumerate(("Bezug", "Lieferung", "Summe"))
            ],
        ),
        {"directions.Bezug": "consumption", "directions.Lieferung": "production", "where_not.Typ": ["Summe"]},
    ),
    "a maximum and a mean that have times": (
        [*german("Zähler;Zeit;kWh", comma), "Maximum;05.03.2024 10:00;0,94", "Mittelwert;05.03.2024 10:00;0,5"],
        {"where_not.Zähler": ["Maximum", "Mittelwert"]},
    ),
    "two running totals, of which one stands still": (
        file_of(["M;Zeit;Zählerstand kWh"], lambda at, n: [f"A;{at:%F %R};{900 + n / 8}", f"B;{at:%F %R};500"]),
        {"energy.unit": "total kWh", "columns.meter": "M"},
    ),
    "years of two digits first": (
        file_of(["Time,kWh"], lambda at, n: f"{at:%y/%m/%d %H:%M},{energy(n)}"),
        {"time.format": "%y/%m/%d %H:%M"},
    ),
    "a day's sum beside its quarter-hours": (
        german("Zähler;Zeit;kWh;Tagessumme kWh", lambda n: f"{comma(n)};{20 + n % 3},5"),
        {"columns.value": "kWh"},
    ),
    "what crosses the grid, beside what the house has": (
        german(
            "Art;Zeit;PV-Erzeugung kWh;Eigenverbrauch kWh;Netzbezug kWh;Netzeinspeisung kWh;Gesamtverbrauch kWh",
            lambda n: f"{n % 7},2;{n % 7},1;{n % 5},5;0,1;{n % 7 + n % 5},6",
        ),
        {"columns.value": "Netzbezug kWh", "columns.production": "Netzeinspeisung kWh"},
    ),
    "ids that a program wrote as decimals": (
        file_of(["Zaehler;Zeit;kWh"], lambda at, n: [f"{m}.0;{at:%F %R};{comma(n + m)}" for m in (4711, 4712)]),
        {"columns.meter": "Zaehler"},
    ),
    "two meters of other periods": (
        [
            *file_of(["Meter,Time,kWh"], lambda at, n: f"A,{at:%F %R},{energy(n)}"),
            *file_of([], lambda at, n: f"B,{at:%F %R},{energy(n)}", minutes=60),
        ],
        {"time.period_minutes": "steps"},
    ),
    "no header": (
        [line + ";kWh" for line in german("", comma)[1:]],
        {"file.header": False, "columns.value": "column 3", "energy.unit": "kWh"},
    ),
    "a day in a row, by the time of day": (
        [
            "Meter,Date,Unit," + ",".join(f"{n // 2:02}:{n % 2 * 30:02}" for n in range(1, 49)),
            *(f"M,{day:02}/03/2024,kWh," + ",".join(energy(day + n) for n in range(48)) for day in range(4, 20)),
        ],
        {"columns.values": [f"{n // 2:02}:{n % 2 * 30:02}" for n in range(1, 49)], "time.period_minutes": 30},
    ),
}


BERLIN = Given("Europe/Berlin")


def guessed(folder: Path, lines: list[str], given: Given = BERLIN) -> dict[str, object]:
    path = folder / "a.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    read_mapping(propose(path, given)[0], "The proposal")  # What is proposed is a mapping.
    return guess_mapping(read_head(path), path, given).keys


@pytest.mark.parametrize("kind", SEEN)
def test_what_a_file_says_is_seen(tmp_path, kind):
    lines, expected = SEEN[kind]
    keys = guessed(tmp_path, lines)
    assert {key: keys.get(key) for key in expected} == expected


def test_utf_16_is_seen_without_a_mark(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("\n".join(german("Zähler;Zeit;kWh", comma)).encode("utf-16-le"))
    assert guess_mapping(read_head(path), path, Given("UTC")).text("file.encoding") == "utf-16-le"


def test_records_of_json_are_found_where_they_are(tmp_path):
    import json

    path = tmp_path / "a.json"
    records = [
        {"pod": "IT001E1", "ts": f"{START + timedelta(minutes=15 * n):%FT%T}+01:00", "kwh": 0.1 * n} for n in range(9)
    ]
    path.write_text(json.dumps({"meta": {"n": 1}, "data": {"readings": records}}))
    keys = guess_mapping(read_head(path), path, Given("Europe/Rome")).keys
    assert (keys["file.records"], keys["columns.meter"], keys["time.zone"]) == ("data.readings", "pod", "UTC")


@pytest.mark.parametrize(
    "name",
    [
        *("mpxn", "MPAN", "mprn", "MSN", "ESIID", "POD", "NMI", "EAN", "CUPS", "PRM", "Zählpunkt", "Marktlokation"),
        *("metering_point_id", "målepunkt", "CPE", "Zählpunktnummer", "MaLo-ID", "delivery point"),
    ],
)
def test_the_names_that_operators_give_to_connections_are_known(tmp_path, name):
    lines = [line.replace("M1", "1234567890123") for line in english(f"Site,{name},Time,kWh", energy)]
    lines = [lines[0], *(f"Home,{line}" for line in lines[1:])]
    assert guessed(tmp_path, lines)["columns.meter"] == name


def test_a_unit_and_an_id_beside_the_records_of_json_are_seen(tmp_path):
    records = [{"start": f"2024-05-01T{hour:02}:00:00Z", "value": hour + 100} for hour in range(24)]
    (tmp_path / "a.json").write_text(json.dumps({"meter": "A123", "readings": records, "about": {"unit": "Wh"}}))
    keys = guess_mapping(read_head(tmp_path / "a.json"), tmp_path / "a.json", BERLIN).keys
    assert (keys["file.records"], keys["columns.meter_id"], keys["energy.unit"]) == ("readings", "A123", "Wh")


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["Wandlerfaktor;40", *german("Zähler;Zeit;kWh", comma)], "`Wandlerfaktor` is 40"),
        (german("Zähler;Zeit;Multiplier;kWh", lambda n: f"80;{comma(n)}"), "`Multiplier` is 80"),
    ],
)
def test_a_factor_is_told_for_whether_numbers_have_it_cannot_be_seen(tmp_path, lines, name):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert (
        f"{name}: if the numbers are not multiplied by it yet, say it as `energy.factor`." in propose(path, BERLIN)[1]
    )


def test_records_that_hold_lists_are_refused_by_the_list(tmp_path):
    import json

    path = tmp_path / "a.json"
    readings = [{"start": f"{START + timedelta(minutes=15 * n):%FT%T}Z", "kwh": 0.1 * n} for n in range(3)]
    path.write_text(json.dumps({"meters": [{"id": "A", "readings": readings}, {"id": "B", "readings": readings}]}))
    with pytest.raises(ValueError, match="each record holds a list, `readings`"):
        guess_mapping(read_head(path), path, Given("UTC"))


def test_a_sum_beside_the_columns_of_a_day_is_no_interval_of_it(tmp_path):
    hours = [f"{hour:02}:00-{hour + 1:02}:00" for hour in range(24)]
    header = ";".join(["Meter", "Datum", *hours, "Summe"])
    lines = [header, *(f"M;{day}.10.2024;{';'.join(['0,5', '0,7'] * 12)};14,4" for day in range(20, 30))]
    assert guessed(tmp_path, lines, Given("UTC", unit="kWh"))["columns.values"] == hours


REFUSED: dict[str, tuple[list[str], str]] = {
    "no unit": (german("Meter;Zeit;Leistung", comma), "nothing names the unit of `Leistung`. Say it with --unit"),
    "two energies": (
        english("Meter,Time,Flat kWh,Cellar kWh", lambda n: f"{energy(n)},{energy(n + 1)}"),
        "several columns that can be its energy: `Flat kWh`, `Cellar kWh`. Say which with --value",
    ),
    "an offset in its own column": (
        english("Meter,Time,UTC offset,kWh", lambda n: f"+02:00,{energy(n)}"),
        "`UTC offset` says how far each time is from UTC",
    ),
    "a header and a column that name other units": (
        german("Meter;Zeit;Wert [kWh];Einheit", lambda n: f"{comma(n)};Wh"),
        "`Wert [kWh]` names kWh, but `Einheit` says Wh. Say which holds with --unit.",
    ),
    "totals in several units": (
        english("Meter,Time,Meter reading,Unit", lambda n: f"{n + 5000},{'kWh' if n % 2 else 'Wh'}"),
        "the numbers in `Meter reading` count up, and `Unit` names several units",
    ),
    "a thousand or one": (
        german("Meter;Zeit;Wh", lambda n: f"1.{n % 90 + 100}"),
        "`1.100` can be 1100 Wh, or 1.1: all numbers have one mark with three digits behind it",
    ),
    "a unit behind each number": (
        german("Meter;Zeit;Verbrauch", lambda n: f"{comma(n)} kWh"),
        "has a unit behind its number",
    ),
    "a spreadsheet's id": (
        [line.replace("M1", "5.41449E+17") for line in english("EAN,Time,kWh", energy)],
        "`EAN` holds `5.41449E+17`, which is no meter's id",
    ),
    "seven minutes": (
        file_of(["time,kWh"], lambda at, n: f"{at:%F %R},{energy(n)}", minutes=7),
        "the times are not regular (7 minutes apart in the middle), so no interval can be told",
    ),
    "weeks": (
        file_of(["Meter,Time,kWh"], lambda at, n: f"M,{at:%F %R},{energy(n)}", minutes=7 * 1440),
        "the times are 7 days apart",
    ),
    "a day in a row without a unit": (
        [
            "Meter;Datum;" + ";".join(f"{n:02}:00" for n in range(24)),
            *(f"M;{day}.03.2024;" + ";".join(comma(n) for n in range(24)) for day in range(10, 20)),
        ],
        "A usual number is 0.05: as kWh this would be 0.05 kWh in 60 minutes (438 kWh a year)",
    ),
    "two rows of one time": (
        file_of(["Meter,Time,Channel,kWh"], lambda at, n: [f"M,{at:%F %R},{c},{energy(n + c)}" for c in (1, 2)]),
        "lines 2 and 3 are of one meter and one time, 2024-03-04 00:00, but `kWh` is 0.420 and 0.790; "
        "so it is 120 times. `Channel` tells them apart",
    ),
    "inverters side by side": (
        file_of(["Zeit;WR1 Pac;WR2 Pac"], lambda at, n: f"{at:%d.%m.%Y %H:%M};{comma(n)};{comma(n)}"),
        "Its powers stand in several columns, `WR1 Pac`, `WR2 Pac`",
    ),
    "gas": (english("Meter,Time,Gas m³", energy), "Its numbers are in `Gas m³`, which is no energy"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_could_change_energies_is_refused_by_name(tmp_path, kind):
    lines, sentence = REFUSED[kind]
    with pytest.raises(ValueError) as refusal:
        guessed(tmp_path, lines)
    assert sentence in str(refusal.value)


def test_the_user_says_what_the_file_does_not(tmp_path):
    lines, _ = REFUSED["two energies"]
    assert guessed(tmp_path, lines, Given("UTC", values=("Flat kWh", "Cellar kWh")))["columns.value"] == [
        "Flat kWh",
        "Cellar kWh",
    ]
    lines, _ = REFUSED["two rows of one time"]
    assert guessed(tmp_path, lines, Given("UTC", meter="Channel"))["columns.meter"] == "Channel"
    with pytest.raises(ValueError, match="There is no column `Nope`; there are `Meter`, `Time`, `Channel`, `kWh`"):
        guessed(tmp_path, lines, Given("UTC", values=("Nope",)))


def test_an_inverter_is_told_apart_whatever_its_column_is_called(tmp_path):
    lines = file_of(["t,unit_x,power_kw"], lambda at, n: [f"{at:%F %R},{name},{n % 5}.5" for name in ("east", "west")])
    keys = guessed(tmp_path, [line.replace("unit_x", "inverter x") for line in lines])
    assert (keys["columns.panel"], keys["columns.ac_power"], keys["power.unit"]) == ("inverter x", "power_kw", "kW")


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Iterator[Path]:
    monkeypatch.setenv("WATTLAKE_TIMEZONE", "Europe/Berlin")
    for name, lines in {
        "a/1.csv": german("Zähler;Zeit;kWh", comma),
        "a/2.csv": german("Zähler;Zeit;kWh", energy),
        "b/c/3.csv": english("Meter,Time,kWh", energy),
        "b/4.csv": english("Meter,Time,Usage kWh,Price", lambda n: f"{energy(n)},3"),
        "b/5.txt": ["only", "words"],
    }.items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text("\n".join(lines), encoding="utf-8")
    yield tmp_path / "in"


def test_each_kind_of_file_in_a_folder_is_shown_and_mapped_where_it_stands_alone(wattlake, folder):
    said = wattlake("map", folder, "--out", folder)
    assert (said.code, said.err) == (0, "")
    table = [line.split() for line in said.out.splitlines() if line[:4].strip().isdigit()]
    assert [(row[1], row[2], *row[3:5]) for row in table[:2]] == [
        ("2", "a/1.csv", "a", "mapping"),
        ("1", "b/4.csv", "a", "mapping"),
    ]
    assert "b/5.txt – – – – has no columns" in " ".join(said.out.split())
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.toml")) == [
        "a/mapping.toml",
        "b/c/mapping.toml",
    ]
    assert "b/5.txt beside it is of another kind. Put each into its own folder." in " ".join(said.out.split())
    again = wattlake("map", folder, "--out", folder)
    assert f"there is a {folder / 'a' / 'mapping.toml'} already" in " ".join(again.out.split())


def test_magnitudes_that_no_connection_has_are_told(wattlake, tmp_path):
    (tmp_path / "a.csv").write_text("\n".join(english("Meter,Time,kWh", lambda n: f"{n % 9 + 200}")), encoding="utf-8")
    said = wattlake("map", tmp_path / "a.csv")
    assert said.code == 0
    assert "M1: 7,150,426 kWh a year is far from what a connection has. Is the unit right?" in " ".join(
        said.out.split()
    )


def test_what_no_reading_can_be_made_of_is_not_proposed(wattlake, tmp_path):
    future = [line.replace("2024", "2098") for line in english("Meter,Time,kWh", energy)]
    (tmp_path / "a.csv").write_text("\n".join(future), encoding="utf-8")
    said = wattlake("map", tmp_path / "a.csv", "--out", tmp_path)
    assert (said.code, said.out, [*tmp_path.glob("*.toml")]) == (2, "", [])
    assert "of its 120 readings none would be kept; the first, in line 2: later than its file" in " ".join(
        said.err.split()
    )
