"""Spoiled meter files: each is refused in a sentence, or its lines are read as they are or set aside; none is lost."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.lake_steps import METER_HEADER, reading_line, select, stored
from tests.support.full import IS_FULL, on_opposite_kinds
from tests.support.meter_mutants import (
    METER,
    Reader,
    berlin_readings,
    is_as_written,
    land_and_build,
    london_readings,
    readings_of,
    with_own_meters,
)
from tests.support.mutants import CSV, Mutant, gzip_odd, mutants
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake

FIRST = datetime(2013, 1, 1, tzinfo=UTC)
STARTS = [FIRST + timedelta(minutes=30 * slot) for slot in range(14)]
LINES = [reading_line(METER.decode(), start, f"{slot * 0.137:.3f}") for slot, start in enumerate(STARTS)]
OF_A_HOME = "\n".join([METER_HEADER, *LINES, ""]).encode()
RELEASED_HEADER = "LCLid,stdorToU,DateTime,KWH/hh (per half hour) ,Acorn,Acorn_grouped,provenance"
RELEASED = "\n".join(
    [RELEASED_HEADER]
    + [
        f"{meter},Std,{time},{energy},ACORN-A,Affluent,{word}"
        for line, word in zip(LINES, ["measured", "simulated"] * 7, strict=True)
        for meter, time, energy in [line.split(",")]
    ]
).encode()
OF_A_MAPPING = "\n".join(
    ["Zähler;Ende;kWh;Status"]
    + [
        f"{METER.decode()};{FIRST + timedelta(minutes=15 * number):%d.%m.%Y %H:%M};{number * 0.251:.3f};W".replace(
            f"{number * 0.251:.3f}", f"{number * 0.251:.3f}".replace(".", ",")
        )
        for number in range(1, 20)
    ]
).encode()
GZIPPED = {"packed": gzip_odd}

HOMES, RELEASES, PACKS, MAPPED = (200, 120, 60, 120) if IS_FULL else (60, 40, 60, 30)
"""How many of each kind; ``WATTLAKE_TORTURE_FULL=1`` asks for more, as ``make torture`` does."""

KINDS: dict[str, tuple[list[Mutant], str, Reader]] = {
    "home": (list(mutants("home", with_own_meters(OF_A_HOME, 1000, HOMES), CSV)), ".csv", london_readings),
    "released": (list(mutants("released", with_own_meters(RELEASED, 2000, RELEASES), CSV)), ".csv", london_readings),
    "packed": (list(mutants("packed", with_own_meters(OF_A_HOME, 3000, PACKS), GZIPPED)), ".csv.gz", london_readings),
    "mapped": (list(mutants("mapped", with_own_meters(OF_A_MAPPING, 4000, MAPPED), CSV)), ".csv", berlin_readings),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_spoiled_file_is_refused_in_a_sentence_or_read_as_it_is(calendar_lake: Lake, tmp_path: Path, kind: str):
    spoiled, ending, reader = KINDS[kind]
    by_name = {f"{number:03}{ending}": mutant for number, mutant in enumerate(spoiled)}
    refused = land_and_build(calendar_lake, tmp_path / "inbox", by_name, with_mapping=kind == "mapped")
    assert len(spoiled) / 20 < len(refused) < len(spoiled) * 0.8
    for name, mutant in by_name.items():
        if name not in refused:
            is_as_written(calendar_lake, mutant, reader)
    assert select(calendar_lake, "select count(*) > 100 from silver.meter_reading") == [(True,)]
    assert [path for path in tmp_path.iterdir() if not path.name.startswith("lake-")] == [tmp_path / "inbox"]
    archived = [name for name in Storage(calendar_lake.settings).names("landing") if "/register/" not in name]
    of_a_hash = re.compile(r"landing/smart_meters/\d{4}-\d\d-\d\d/[0-9a-f]{64}(\.csv)?(\.gz)?\.zst")
    assert [name for name in archived if not of_a_hash.fullmatch(name)] == []


def test_a_file_may_have_any_name(calendar_lake: Lake, tmp_path: Path):
    names = ["it's.csv", "a[1].csv", "[ab].csv", "star*.csv", "q?.csv", "{a,b}.csv", "x;y.csv", "ñ🏠.csv", "--.csv"]
    names += ["'); drop table ops.landing; --.csv", "%2e%2e.csv", "~.csv", " .csv", "$HOME.csv", "a\\b.csv", "a\nb.csv"]
    names += ['say "x".csv']
    whole = [Mutant(f"whole-{number}", content) for number, content in enumerate(with_own_meters(OF_A_HOME, 5000, 17))]
    by_name = dict(zip(names, whole, strict=True))
    assert land_and_build(calendar_lake, tmp_path / "inbox", by_name) == set()
    for mutant in whole:
        assert readings_of(calendar_lake, mutant) == dict.fromkeys(london_readings(mutant.content), 1)
    assert sorted(select(calendar_lake, "select name, rows from ops.landing")) == sorted((name, 14) for name in names)


def test_columns_that_are_not_kept_may_have_any_name_and_any_bytes(calendar_lake: Lake, tmp_path: Path):
    """Such as none, that of DuckDB's own column, or one with an accent of another encoding in it."""
    content = b'LCLid,"Stra\xdfe, Nr.",tstp,,filename,_landing_id,energy(kWh/hh)\n'
    content += b"MAC1,a,2013-01-01 00:00:00,,,9,0.1\nMAC1,a,2013-01-01 00:30:00,,,9,0.2\xe9\n"
    content += b"MAC1,a\xe9,2013-01-01 01:00:00,,,9,0.3\n"
    mutant = Mutant("other columns", content)
    assert land_and_build(calendar_lake, tmp_path / "inbox", {"a.csv": mutant}) == set()
    assert readings_of(calendar_lake, mutant) == {("MAC1", stored(2013, 1, 1), 100_000): 1}
    assert (
        select(calendar_lake, "select quarantine_reason from quarantine.meter_reading")
        == [("not the columns of its file, or no UTF-8",)] * 2
    )


@pytest.mark.parametrize("year", ["0000", "0001", "-013", "1969", "1999"])
def test_a_reading_outside_the_years_of_the_calendar_is_set_aside(calendar_lake: Lake, tmp_path: Path, year: str):
    spoiled = {"a.csv": Mutant(year, f"{METER_HEADER}\nMAC1,{year}-12-31 00:00:00,1\n".encode())}
    assert land_and_build(calendar_lake, tmp_path / "inbox", spoiled) == set()
    assert select(calendar_lake, "select quarantine_reason from quarantine.meter_reading") == [
        ("outside the years of the calendar",)
    ]


@on_opposite_kinds(pytest.mark.long)
def test_a_meter_with_nul_in_its_id_is_set_aside_because_no_catalog_could_find_it_again(lake: Lake, tmp_path: Path):
    lines = b"\0,2013-01-01 00:00:00,1\nMAC1\0,2013-01-01 00:00:00,1\nMAC1,2013-01-01 00:00:00,1\n"
    mutant = Mutant("NUL", METER_HEADER.encode() + b"\n" + lines)
    assert land_and_build(lake, tmp_path / "inbox", {"a.csv": mutant}) == set()
    assert readings_of(lake, mutant) == {("MAC1", stored(2013, 1, 1), 1_000_000): 1}
    assert select(lake, "select quarantine_reason from quarantine.meter_reading") == [("NUL in the meter id",)] * 2
