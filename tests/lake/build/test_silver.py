"""Silver: every reading landed is in silver, superseded, repeated or quarantined, as the rules say."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.lake_steps import METER_HEADER, build_all, land, select, stored, written
from tests.support.full import IS_FULL, on_opposite_kinds
from tests.support.origins import MADE, Origins
from wattlake.lake.reports.status import reconciliation
from wattlake.lake.store.lake import Lake

READING = "silver.meter_reading"
SILVER = "select meter_id, period_start_utc, energy_kwh * 1000, _landing_id from silver.meter_reading order by all"
COUNTS = (
    "select sum(landed)::int, sum(superseded)::int, sum(repeated)::int, sum(quarantined)::int from ops.reconciliation"
)


def line(meter: str, half_hour: int, energy: str) -> str:
    return f"{meter},{stored(2013, 1, 1) + timedelta(minutes=30 * half_hour)},{energy}"


def land_lines(lake: Lake, folder: Path, number: int, *lines: str) -> None:
    land(lake, "smart_meters", written(folder / f"{number}.csv", METER_HEADER, lines))


@on_opposite_kinds()
def test_repeats_contradictions_and_corrections_are_settled_and_counted(lake: Lake, tmp_path: Path):
    land_lines(
        *(lake, tmp_path, 1, line("MAC1", 0, " 0.1 "), line("MAC1", 0, "0.100"), line("MAC1", 0, "0.1")),
        *(line("MAC1", 1, "0.2"), line("MAC1", 1, "0.3"), line("MAC1", 1, "0.3"), line("MAC1", 2, "0.4")),
        *(line("MAC1", 3, "Null"), "MAC1,2013-01-01 00:07:27,0.5"),
    )
    build_all(lake, "first", only=READING)
    assert select(lake, SILVER) == [
        ("MAC1", stored(2013, 1, 1), 100, 1),
        ("MAC1", stored(2013, 1, 1, 1), 400, 1),
    ]
    assert select(lake, COUNTS) == [(9, 0, 2, 5)]
    land_lines(lake, tmp_path, 2, line("MAC1", 0, "Null"), line("MAC1", 1, "0.2"), line("MAC1", 2, "0.7"))
    build_all(lake, "second", only=READING)
    assert select(lake, SILVER) == [
        ("MAC1", stored(2013, 1, 1), 100, 1),
        ("MAC1", stored(2013, 1, 1, 0, 30), 200, 2),
        ("MAC1", stored(2013, 1, 1, 1), 700, 2),
    ]
    assert select(lake, COUNTS) == [(12, 1, 2, 6)]
    assert select(lake, "select build_id, landed from ops.reconciliation order by all") == [
        ("first/1", 9),
        ("second/1", 3),
    ]


def test_readings_of_more_than_six_decimals_are_rounded_half_to_even_and_counted(folder_lake: Lake, tmp_path: Path):
    energies = ("0.1234565", "0.123456", "0.1234575", "0.39100000000000001", "1000.0000001")
    land_lines(folder_lake, tmp_path, 1, *(line("MAC1", number, energy) for number, energy in enumerate(energies)))
    build_all(folder_lake, only=READING)
    read = select(folder_lake, "select energy_kwh from silver.meter_reading order by period_start_utc")
    assert read == [(Decimal(kwh),) for kwh in ("0.123456", "0.123456", "0.123458", "0.391")]
    (fates,) = [row for row in reconciliation(folder_lake.reader()).records() if row["table"] == READING]
    assert (fates["landed"], fates["quarantined"], fates["rounded"]) == (5, 1, 2)


def test_what_is_quarantined_says_why_and_what_the_source_wrote(folder_lake: Lake, tmp_path: Path):
    land_lines(folder_lake, tmp_path, 1, line("MAC1", 3, " Null "), line("MAC1", 1, "0.2"), line("MAC1", 1, "0.3"))
    build_all(folder_lake, only=READING)
    reasons, originals = zip(
        *select(folder_lake, "select quarantine_reason, original from quarantine.meter_reading order by all"),
        strict=True,
    )
    assert reasons == (
        "contradicts another reading of its landing",
        "contradicts another reading of its landing",
        "unreadable energy",
    )
    assert [json.loads(original) for original in originals] == [
        {"LCLid": "MAC1", "tstp": "2013-01-01 00:30:00", "energy(kWh/hh)": "0.2"},
        {"LCLid": "MAC1", "tstp": "2013-01-01 00:30:00", "energy(kWh/hh)": "0.3"},
        {"LCLid": "MAC1", "tstp": "2013-01-01 01:30:00", "energy(kWh/hh)": " Null "},
    ]


def test_a_later_landing_supersedes_within_one_build_too(folder_lake: Lake, tmp_path: Path):
    land_lines(folder_lake, tmp_path, 1, line("MAC1", 0, "0.1"))
    land_lines(folder_lake, tmp_path, 2, line("MAC1", 0, "0.2"), line("MAC1", 0, "0.2"))
    land_lines(folder_lake, tmp_path, 3, line("MAC1", 0, "0.3"), line("MAC1", 0, "0.4"))
    build_all(folder_lake, only=READING)
    assert select(folder_lake, SILVER) == [("MAC1", stored(2013, 1, 1), 200, 2)]
    assert select(folder_lake, COUNTS) == [(5, 1, 1, 2)]


# A file is a list of (meter, half-hour, energy); a history is a list of builds, each a list of files landed before it.
energies = st.sampled_from(["0.1", " 0.1 ", "0.2", "0.25", "Null", "-1"])
lines = st.tuples(st.integers(0, 1), st.integers(0, 3), energies) | st.tuples(st.integers(0, 1), st.just(99), energies)
histories = st.lists(st.lists(st.lists(lines, max_size=6), min_size=1, max_size=3), min_size=1, max_size=3)
File = list[tuple[int, int, str]]


def modelled(files: list[File]) -> tuple[dict[tuple[int, int], int], tuple[int, int, int, int]]:
    """Silver by key and the counts of ``ops.reconciliation``, by the rules of DESIGN in plain Python."""
    silver: dict[tuple[int, int], int] = {}
    counts: Counter[str] = Counter()
    for file in files:
        by_key: dict[tuple[int, int], list[int]] = defaultdict(list)
        for meter, half_hour, energy in file:
            counts["landed"] += 1
            if half_hour == 99 or energy in ("Null", "-1"):
                counts["quarantined"] += 1
            else:
                by_key[meter, half_hour].append(round(float(energy) * 1000))
        for key, values in by_key.items():
            if len(set(values)) > 1:
                counts["quarantined"] += len(values)
            else:
                counts["repeated"] += len(values) - 1
                counts["superseded"] += key in silver
                silver[key] = values[0]
    return silver, tuple(counts[name] for name in ("landed", "superseded", "repeated", "quarantined"))


@pytest.fixture(scope="module")
def shared_lake(
    origins: Origins, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Lake, Iterator[int], Path]]:
    """One lake for all examples, a counter that names each example's meters, and a folder for its files."""
    folder = tmp_path_factory.mktemp("histories")
    lake = origins.copy(MADE, folder / "lake")
    yield lake, count(), folder
    lake.close()


@settings(max_examples=25 if IS_FULL else 4, deadline=None, derandomize=True)
@given(history=histories)
def test_silver_is_what_the_rules_make_of_any_history(
    shared_lake: tuple[Lake, Iterator[int], Path], history: list[list[File]]
):
    lake, numbers, folder = shared_lake
    example, landed = next(numbers), []
    build_all(lake, f"before-{example}", only=READING)
    (before,) = select(lake, COUNTS)
    for files in history:
        for file in files:
            landed.append(file)
            name = f"{example}-{len(landed)}"
            texts = [
                f"MAC{example}-{meter},2013-01-01 00:07:27,{energy}"
                if half_hour == 99
                else line(f"MAC{example}-{meter}", half_hour, energy)
                for meter, half_hour, energy in file
            ]
            # A last column nobody reads: without it, two equal files would be one landing.
            path = written(folder / f"{name}.csv", f"{METER_HEADER},file", [f"{text},{name}" for text in texts])
            path.write_text(path.read_text() if texts else path.read_text().replace("file", name))
            land(lake, "smart_meters", path)
        build_all(lake, name, only=READING)
        expected, counts = modelled(landed)
        found = select(
            lake,
            f"select split_part(meter_id, '-', 2)::int, date_diff('minute', timestamp '2013-01-01', period_start_utc) "
            f"// 30, energy_kwh * 1000 from silver.meter_reading where meter_id like 'MAC{example}-%'",
        )
        assert len(found) == len(expected)
        assert {(meter, half_hour): wh for meter, half_hour, wh in found} == expected
        (now,) = select(lake, COUNTS)
        assert tuple(new - (old or 0) for new, old in zip(now, before, strict=True)) == counts
        assert counts[0] == len(expected) + sum(counts[1:])
