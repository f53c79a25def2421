"""``wattlake map``: what it proposes for a file, what it says it cannot see, and how it shows what a mapping reads."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

START = datetime(2024, 7, 1, tzinfo=UTC)


def steps(minutes: int, count: int, zone: str = "UTC") -> list[datetime]:
    first = datetime(2024, 7, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return [(first + number * timedelta(minutes=minutes)).astimezone(ZoneInfo(zone)) for number in range(count)]


def german(path: Path) -> None:
    ends = (at + timedelta(minutes=15) for at in steps(15, 200, "Europe/Berlin"))
    rows = [f"DE01;{at:%d.%m.%Y %H:%M};{number % 7},125;" for number, at in enumerate(ends)]
    path.write_text("\n".join(["Lastgang;;;", "Kunde;Müller;;", "Zählpunkt;Zeit bis;Leistung [kW];", *rows]), "cp1252")


def day_per_row(path: Path) -> None:
    header = "LCLid,day," + ",".join(f"hh_{number}" for number in range(48)) + ",total"
    days = [f"MAC1,{START + timedelta(days=day):%Y-%m-%d}," + ",".join(["0.1"] * 48) + ",4.8" for day in range(9)]
    path.write_text("\n".join([header, *days]))


def running_total(path: Path) -> None:
    rows = [f"{at:%Y-%m-%dT%H:%M:%SZ}\t{12_000 + number**2}" for number, at in enumerate(steps(30, 60))]
    path.write_text("\n".join(["timestamp\tregister 1.8.0 Wh", *rows]))


def us_net(path: Path) -> None:
    rows = [f"99,{at:%m/%d/%Y,%I:%M %p},{(number % 9 - 4) / 10}" for number, at in enumerate(steps(15, 200))]
    path.write_text("\n".join(["Meter Number,Reading Date,Start Time,Net kWh", *rows]))


def green_button(path: Path) -> None:
    about = ["Name,JANE DOE", 'Address,"1 MAIN ST, OAKLAND"', "Account Number,1", "Service,Service 1", ""]
    header = "TYPE,DATE,START TIME,END TIME,USAGE,UNITS,COST,NOTES"
    rows = [
        f"Electric usage,{at:%Y-%m-%d,%H:%M},{at:%H}:59,0.{n % 7}4,kWh,$0.05," for n, at in enumerate(steps(60, 50))
    ]
    path.write_text("\n".join([*about, header, *rows]))


def two_ways(path: Path) -> None:
    rows = [f"{at:%Y-%m-%d %H:%M},A,0.{n % 7},0.{n % 3}" for n, at in enumerate(steps(30, 60))]
    path.write_text("\n".join(["time,meter,import_kwh,export_kwh", *rows]))


PROPOSED = {
    german: {
        "file": {"delimiter": ";", "encoding": "cp1252", "skip_lines": 2},
        "columns": {"meter": "Zählpunkt", "datetime": "Zeit bis", "value": "Leistung [kW]"},
        "time": {"format": "%d.%m.%Y %H:%M", "zone": "Europe/Berlin", "label": "end", "period_minutes": 15},
        "energy": {"unit": "kW", "decimal": ","},
    },
    day_per_row: {
        "file": {"delimiter": ",", "encoding": "utf-8"},
        "columns": {"meter": "LCLid", "date": "day", "values": "hh_{0..47}"},
        "time": {"format": "%Y-%m-%d", "zone": "Europe/Berlin", "period_minutes": 30, "day_columns": "elapsed"},
        "energy": {"unit": "kWh", "decimal": "."},
    },
    running_total: {
        "file": {"delimiter": "\t", "encoding": "utf-8"},
        "columns": {"meter_id": "file", "datetime": "timestamp", "value": "register 1.8.0 Wh"},
        "time": {"format": "%Y-%m-%dT%H:%M:%SZ", "zone": "UTC", "period_minutes": 30},
        "energy": {"unit": "total Wh", "decimal": "."},
    },
    us_net: {
        "file": {"delimiter": ",", "encoding": "utf-8"},
        "columns": {"meter": "Meter Number", "date": "Reading Date", "time": "Start Time", "value": "Net kWh"},
        "time": {"format": "%m/%d/%Y %I:%M %p", "zone": "Europe/Berlin", "label": "start", "period_minutes": 15},
        "energy": {"unit": "kWh", "sign": "net", "decimal": "."},
    },
    green_button: {
        "file": {"delimiter": ",", "encoding": "utf-8", "skip_lines": 5},
        "columns": {"meter_id": "file", "date": "DATE", "time": "START TIME", "value": "USAGE", "unit": "UNITS"},
        "time": {"format": "%Y-%m-%d %H:%M", "zone": "Europe/Berlin", "label": "start", "period_minutes": 60},
        "energy": {"unit": "kWh", "decimal": "."},
    },
    two_ways: {
        "file": {"delimiter": ",", "encoding": "utf-8"},
        "columns": {"meter": "meter", "datetime": "time", "value": "import_kwh", "production": "export_kwh"},
        "time": {"format": "%Y-%m-%d %H:%M", "zone": "Europe/Berlin", "label": "start", "period_minutes": 30},
        "energy": {"unit": "kWh", "decimal": "."},
    },
}


@pytest.fixture(autouse=True)
def _in_berlin(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WATTLAKE_TIMEZONE", "Europe/Berlin")


@pytest.mark.parametrize("write", PROPOSED, ids=lambda write: write.__name__)
def test_a_mapping_is_proposed_from_a_files_head_and_reads_it(wattlake, tmp_path, write):
    write(tmp_path / "file.csv")
    unit = ("--unit", "kWh") if write is day_per_row else ()  # Nothing in the file names it.
    said = wattlake("map", tmp_path / "file.csv", "--out", tmp_path, *unit)
    assert (said.code, said.err) == (0, "")
    proposal = (tmp_path / "mapping.toml").read_text(encoding="utf-8")
    assert tomllib.loads(proposal) == {"name": "file", **PROPOSED[write]}
    assert said.out.startswith(proposal)
    assert "\nThe first readings of file.csv, as `file` reads them\n" in said.out
    assert said.out.endswith(f"\nWrote {tmp_path / 'mapping.toml'}.\n")


OF_PLANTS = {
    "Wechselrichter;Zeit;Pac [W];Pdc [W];E-Total [kWh]\n"
    "WR 1;01.06.2024 00:05;1250,6;1300;15230,25\nWR 1;01.06.2024 00:00;1250,6;1300;15230,25\n"
    "WR 2;01.06.2024 00:00;1250,6;1300;15230,25\n": {
        "file": {"delimiter": ";", "encoding": "utf-8"},
        "columns": {"panel": "Wechselrichter", "plant_id": "file", "datetime": "Zeit", "ac_power": "Pac [W]"}
        | {"dc_power": "Pdc [W]", "total_yield": "E-Total [kWh]"},
        "time": {"format": "%d.%m.%Y %H:%M", "zone": "Europe/Berlin", "label": "start", "period_minutes": 5},
        "power": {"unit": "W", "yield_unit": "kWh", "decimal": ","},
    },
    "WHEN,PLANT,SENSOR,AMBIENT_TEMPERATURE,MODULE_TEMPERATURE,IRRADIATION\n"
    "2020-05-15 12:00:00,1,S,27.5,48.25,0.875\n2020-05-15 12:15:00,1,S,27.5,48.25,0.9\n": {
        "file": {"delimiter": ",", "encoding": "utf-8"},
        "columns": {"panel": "SENSOR", "plant": "PLANT", "datetime": "WHEN", "irradiance": "IRRADIATION"}
        | {"module_temperature": "MODULE_TEMPERATURE", "ambient_temperature": "AMBIENT_TEMPERATURE"},
        "time": {"format": "%Y-%m-%d %H:%M:%S", "zone": "Europe/Berlin", "label": "start", "period_minutes": 15},
        "power": {"unit": "kW", "irradiance_unit": "kW/m²", "decimal": "."},
    },
}


@pytest.mark.parametrize("content", OF_PLANTS, ids=["inverters", "sensors"])
def test_a_mapping_is_proposed_for_a_plants_file_and_reads_it(wattlake, tmp_path, content):
    (tmp_path / "file.csv").write_text(content, encoding="utf-8")
    said = wattlake("map", tmp_path / "file.csv", "--out", tmp_path)
    assert (said.code, said.err) == (0, "")
    proposal = (tmp_path / "mapping.toml").read_text(encoding="utf-8")
    assert tomllib.loads(proposal) == {"name": "file", **OF_PLANTS[content]}
    assert "would be set aside" not in said.out


def test_the_first_readings_are_shown_as_they_would_be_read(wattlake, tmp_path):
    german(tmp_path / "file.csv")
    said = wattlake("map", tmp_path / "file.csv").out.splitlines()
    (heading,) = [number for number, line in enumerate(said) if line.startswith("line")]
    assert said[heading].split() == [
        "line",
        "meter_id",
        "period_start_utc",
        "period_minutes",
        "energy_kwh",
        "set",
        "aside",
    ]
    assert said[heading + 2].split() == ["4", "DE01", "2024-06-30", "22:00", "15", "0.031250", "–"]
    assert said[heading + 3].split() == ["5", "DE01", "2024-06-30", "22:15", "15", "0.281250", "–"]


def test_a_given_mapping_is_tried_and_what_it_sets_aside_is_said(wattlake, tmp_path):
    (tmp_path / "m.toml").write_text(
        'name = "mine"\ncolumns = {meter = "m", datetime = "t", value = "v"}\nenergy = {unit = "Wh"}\n'
        'time = {format = "%Y-%m-%d %H:%M", zone = "Europe/Berlin", label = "start", period_minutes = 30}\n'
    )
    (tmp_path / "file.csv").write_text("m,t,v\nA,2024-03-31 01:30,5\nA,2024-03-31 02:00,6\n")
    said = wattlake("map", tmp_path / "file.csv", "--mapping", tmp_path / "m.toml")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("\nThe first readings of file.csv, as `mine` reads them\n")
    last = "Of 2 readings 1 would be set aside, the first in line 3: a time that the clock skipped.\n"
    assert said.out.endswith(last)


def test_what_cannot_be_seen_is_said_and_not_guessed_in_silence(wattlake, tmp_path):
    rows = [f"{at:%d/%m/%Y %H:%M},{n % 5}" for n, at in enumerate(at.replace(day=2, month=3) for at in steps(30, 20))]
    (tmp_path / "a.csv").write_text("\n".join(["when,reading", *rows]))
    unsaid = wattlake("map", tmp_path / "a.csv", "--out", tmp_path)
    assert (unsaid.code, unsaid.out, [*tmp_path.glob("*.toml")]) == (2, "", [])
    assert "nothing names the unit of `reading`. Say it with --unit kWh, Wh, MWh, kW, W or MW" in unsaid.err
    assert "as kWh this would be 2.5 kWh in 30 minutes (43,800 kWh a year), as Wh 44, as kW 21,900" in unsaid.err
    out = wattlake("map", tmp_path / "a.csv", "--unit", "kwh").out
    assert 'format = "%d/%m/%Y %H:%M"  # or `%m/%d/%Y %H:%M`: the first rows fit both. Which is it?\n' in out
    assert 'meter_id = "a"  # no column names the meter: this is the file\'s name\n' in out
    assert 'label = "start"  # a guess, because the first time is 00:00\n' in out
    assert "# a guess, the community's own; `UTC` if the file knows no change of the clock\nzone =" in out
    assert '\nunit = "kWh"\n' in out


def test_day_and_month_are_told_apart_where_day_follows_day(wattlake, tmp_path):
    days = [f"{at:%m/%d/%Y %H:%M},{n % 5}" for n, at in enumerate(steps(60, 24 * 5))]
    (tmp_path / "a.csv").write_text("\n".join(["when,kWh", *days]))
    assert '\nformat = "%m/%d/%Y %H:%M"\n' in wattlake("map", tmp_path / "a.csv").out


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"only\none\ncolumn\n", "has no columns"),
        (b"a,b\n1,x\n2,y\n", "has no row with a time and a number"),
        (b"day,kWh\n2024-07-01,1\n2024-07-02,2\n", "says in `day` which day a reading is of, but not which time"),
        (b"\x00\x01\x02\xff", "is of no format that is known"),
        (b"a;" + b"x" * 200_000, "has no columns"),
    ],
)
def test_a_file_that_says_too_little_ends_with_a_sentence(wattlake, tmp_path, content, sentence):
    (tmp_path / "a.csv").write_bytes(content)
    said = wattlake("map", tmp_path / "a.csv")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("Error: ")
    assert sentence in said.err
    assert said.err.count("\n") == 1


def test_what_does_not_fit_is_missing_or_there_already_ends_with_a_sentence(wattlake, tmp_path):
    german(tmp_path / "file.csv")
    us_net(tmp_path / "other.csv")
    assert wattlake("map", tmp_path / "file.csv", "--out", tmp_path).code == 0
    again = wattlake("map", tmp_path / "file.csv", "--out", tmp_path)
    assert (again.code, again.err.count("\n")) == (2, 1)
    assert f"There is a {tmp_path / 'mapping.toml'} already." in again.err
    made = wattlake("map", tmp_path / "file.csv", "--out", tmp_path / "inbox" / "new")
    assert (made.code, (tmp_path / "inbox" / "new" / "mapping.toml").is_file()) == (0, True)
    assert wattlake("map", tmp_path / "file.csv", "--out", tmp_path / "mine.toml").code == 0
    assert (tmp_path / "mine.toml").read_bytes() == (tmp_path / "mapping.toml").read_bytes()
    unfit = wattlake("map", tmp_path / "other.csv", "--mapping", tmp_path / "mapping.toml")
    assert (unfit.code, unfit.out) == (2, "")
    assert "other.csv does not fit: line 3 has 1 columns" in unfit.err
    assert "There is no file" in wattlake("map", tmp_path / "nowhere.csv").err


def test_a_wrong_mapping_in_the_inbox_ends_an_ingest_with_its_key_and_exit_2(wattlake, use_lake, tmp_path, monkeypatch):
    use_lake(tmp_path / "lake")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    german(inbox / "file.csv")
    (inbox / "mapping.toml").write_text('name = "a"\ndelimiter = ";"\n')
    monkeypatch.setenv("WATTLAKE_SMART_METERS", str(inbox))
    said = wattlake("ingest", "smart_meters")
    assert said.code == 2
    found = "`columns` is missing; `time` is missing; `energy` is missing; `delimiter` is no key"
    assert f"mapping.toml is not a mapping: {found}" in said.err


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a," * 10_000 + b"b\n" + b"2024-01-01," * 10_000 + b"1\n", "has 10,001 columns; 10,000 are read at most."),
        (b"time,kWh\n" + b"x" * 17 * 1024**2, "has a line of more than 16 MB."),
    ],
    ids=["wide", "endless"],
)
def test_what_would_not_be_landed_is_refused(wattlake, tmp_path, content: bytes, reason: str):
    (tmp_path / "nasty.csv").write_bytes(content)
    refused = wattlake("map", str(tmp_path / "nasty.csv"))
    assert refused.code == 2
    assert reason in " ".join(refused.err.split())
    assert len(refused.err) < len(str(tmp_path)) + 300
