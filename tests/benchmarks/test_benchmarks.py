import os
import sys
from datetime import date
from itertools import pairwise

import pytest

from benchmarks.bench import Bench, Size, forget_pages, meter_files, scaled
from benchmarks.fleet import Fleet, measure_fleet
from benchmarks.london import measure_london
from benchmarks.market import measure_market
from benchmarks.measure import StepFailedError, cost_of
from benchmarks.report import write_report
from benchmarks.results import Result, Table, Target, read_result
from benchmarks.stretches import month_after, stretches_of, write_stretches

TINY = Size(homes=6, days=3, until=date(2014, 3, 1), joining_days=1, files=2)
HOLDS_100_MB = "import time; kept = bytearray(100_000_000); time.sleep(0.2)"


@pytest.fixture(scope="module")
def london(tmp_path_factory) -> Result:
    result = Result("london", 0.001, "2026-01-01 00:00 UTC", {"processor": "any"}, {"duckdb": "any"})
    measure_london(Bench(tmp_path_factory.mktemp("bench"), 0.001), result, TINY, asks_apis=False)
    return result


def table(result: Result, title: str) -> list[list[object]]:
    (found,) = [one for one in result.tables if one.title == title]
    assert all(len(row) == len(found.columns) for row in found.rows)
    return [list(row) for row in found.rows]


@pytest.mark.long
def test_the_floor_and_the_lake_hold_the_same_energy(london):
    held = {str(name): (readings, wh) for name, readings, wh in table(london, "The same energy")}
    assert held["floor"] == held["silver.meter_reading"] == held["gold.meter_daily"]
    assert held["floor"][0] > 6 * 48
    assert held["gold.energy_flow"][1] == held["gold.energy_balance_daily"][1] > 0


@pytest.mark.long
def test_every_step_is_measured_and_the_floor_runs_between_ours(london):
    steps = table(london, "Step by step")
    assert [name for name, *_ in steps] == [
        "simulate", "ingest members", "floor", "ingest smart_meters", "floor", "build", "floor",
        "DuckDB alone, the same layers", "build, nothing new", "sums of floor and lake",
    ]  # fmt: skip
    assert all(seconds > 0 and cpu > 0 and 0.05 < peak_gb < 4 for _, seconds, cpu, peak_gb in steps)


@pytest.mark.long
def test_time_and_bytes_are_told_by_layer(london):
    seconds = dict(table(london, "Wall time by layer"))
    of_steps = {name: spent for name, spent, *_ in table(london, "Step by step")}
    assert {"bronze", "silver", "gold"} <= set(seconds)
    assert sum(seconds.values()) == pytest.approx(of_steps["ingest smart_meters"] + of_steps["build"], abs=0.5)
    written = {layer: (files, mb) for layer, files, mb, _ in table(london, "Bytes by layer")}
    assert {"landing", "bronze", "silver", "gold", "catalog"} <= set(written)
    # The meter files, the community's register and its households; and the archive's own register of the two sources.
    assert written["landing"][0] == 2 + 2 + 2
    rows = {name: written for name, written, _ in table(london, "By table")}
    readings = {name: held for name, held, _ in table(london, "The same energy")}
    assert rows["silver.meter_reading"] == readings["floor"]


@pytest.mark.long
def test_the_promises_are_told_with_what_came_of_them(london, tmp_path):
    assert [target.name for target in london.targets] == [
        "the whole job, in floors", "landing, bronze and silver, in floors", "peak memory of any step",
        "making the files",
    ]  # fmt: skip
    whole, silver, memory, files = london.targets
    assert whole.value > silver.value > 1
    assert memory.is_met and files.is_met
    london.write(tmp_path)
    write_report(tmp_path, tmp_path / "docs" / "benchmarks.md")
    report = (tmp_path / "docs" / "benchmarks.md").read_text()
    assert read_result(tmp_path / "london.json").targets == london.targets
    assert f"| the whole job, in floors | {whole.value:.2f} × | ≤ 7 × | ≤ 4 × |" in report
    assert "processor any" in report
    assert all(f"### {one.title}" in report for one in london.tables)


@pytest.mark.long
def test_the_market_is_measured_on_days_that_are_all_settled(tmp_path):
    result = Result("market", 0.001, "2026-01-01 00:00 UTC", {}, {})
    measure_market(Bench(tmp_path, 0.001), result, TINY)
    ((homes, days, slots, positions, trades),) = table(result, "What was settled")
    assert (homes, days, slots) == ("6", 2, 48)
    assert 5 * 48 <= positions <= 6 * 48
    assert trades > 0
    steps = table(result, "Step by step")
    assert [name for name, *_ in steps][-6:] == [
        "settle a year", "settle one more day", "settle that day again", "settle the rest", "settle verify",
        "compare five mechanisms on a month",
    ]  # fmt: skip
    assert [target.value for target in result.targets[:1]] == pytest.approx([steps[-6][1]], abs=0.06)
    assert [target.limit for target in result.targets] == [90, 4, 5, 45]


@pytest.mark.long
def test_a_fleet_is_measured_from_its_files_to_its_cases(tmp_path):
    result = Result("fleet", 0.001, "2026-01-01 00:00 UTC", {}, {})
    measure_fleet(Bench(tmp_path, 0.001), result, [Fleet("a small fleet", 20, 12, 2, 1, limit_seconds=60)])
    ((panels, plants, days, landed, read, kpis, cases),) = table(result, "The fleet: a small fleet")
    assert (panels, plants, days) == ("20", 2, 12)
    assert 20 * 12 * 96 * 0.9 < read < landed - 20
    assert kpis == 20 * 12
    assert cases > 10
    steps = table(result, "Step by step")
    assert [name for name, *_ in steps] == [f"{step} a small fleet" for step in ("simulate", "ingest", "build")]
    seconds, memory = result.targets
    assert (seconds.limit, memory.limit) == (60, 4)
    assert seconds.value == pytest.approx(steps[1][1] + steps[2][1], abs=0.11)


def test_a_promise_is_met_up_to_its_limit_and_not_beyond():
    assert Target("time", 7.0, "×", 7).is_met
    assert not Target("time", 7.1, "×", 7).is_met
    assert Target("faster", 2.5, "×", 2.5, at_least=True).is_met
    assert not Target("faster", 2.4, "×", 2.5, at_least=True).is_met


def test_the_report_has_the_parts_that_were_run_in_one_order(tmp_path):
    for part in ("peer", "growth"):
        result = Result(part, 0.1, "then", {}, {}, ["As said."], [Target("speed", 2.0, "×", 2.5, None, True)])
        result.tables.append(Table("Numbers", ("what", "how many"), [("rows", 1_234_567), ("none", None)]))
        result.write(tmp_path)
    write_report(tmp_path, tmp_path / "report.md")
    lines = (tmp_path / "report.md").read_text().splitlines()
    assert [line for line in lines if line.startswith("## ")] == [
        "## The peer: the same meter work in PySpark",
        "## Growth: one more day after months and years",
    ]
    assert lines.count("| speed | 2.00 × | ≥ 2.5 × |  | **not met** |") == 2
    assert "| rows | 1,234,567 |" in lines and "| none | – |" in lines and "- As said." in lines


def test_what_a_command_costs_has_the_processes_it_starts_in_it(tmp_path):
    starts_another = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLDS_100_MB!r}])"
    cost = cost_of([sys.executable, "-c", starts_another], os.environ, tmp_path / "log", tmp_path)
    assert cost.seconds >= 0.2
    assert 0 < cost.cpu_seconds < 2 * cost.seconds
    assert 100_000_000 < cost.peak_bytes < 200_000_000


def test_a_command_that_fails_is_told_with_its_last_words(tmp_path):
    with pytest.raises(StepFailedError, match=r"(?s)ended with 3:\nno luck"):
        cost_of([sys.executable, "-c", "print('no luck'); raise SystemExit(3)"], os.environ, tmp_path / "log", tmp_path)


def test_history_and_days_follow_each_other_without_gaps():
    stretches = stretches_of([1, 3], days_each=2)
    assert [(s.file, s.months, s.is_day, s.is_followed_by_history) for s in stretches] == [
        ("2012-01-01-to-2012-02-01.csv", 0, False, False),
        ("2012-02-01.csv", 1, True, False),
        ("2012-02-02.csv", 1, True, False),
        ("2012-02-03-to-2012-03-01.csv", 1, False, True),
        ("2012-03-01-to-2012-04-01.csv", 2, False, False),
        ("2012-04-01.csv", 3, True, False),
        ("2012-04-02.csv", 3, True, False),
    ]
    assert all(one.end == other.first for one, other in pairwise(stretches))
    assert month_after(date(2012, 1, 1), 24) == date(2014, 1, 1)


def test_cutting_files_by_time_keeps_every_line_as_it_was(tmp_path):
    source = tmp_path / "all.csv"
    lines = ["A,2012-01-31 23:30:00, 0.1 ,x", "A,2012-02-01 00:00:00.0000000,Null,x", "B,2012-02-02 00:07:07, 0 ,x"]
    source.write_text("\n".join(["LCLid,tstp,energy(kWh/hh),provenance", *lines, ""]))
    stretches = stretches_of([1], days_each=2)
    write_stretches([source], stretches, tmp_path / "cut")
    cut = {path.name: path.read_text().splitlines()[1:] for path in (tmp_path / "cut").iterdir()}
    assert cut == {
        "2012-01-01-to-2012-02-01.csv": lines[:1], "2012-02-01.csv": lines[1:2], "2012-02-02.csv": lines[2:],
    }  # fmt: skip


def test_a_tenth_of_a_community_has_a_tenth_of_homes_and_files_and_all_days():
    assert scaled(Size(5_567, 821, date(2014, 3, 1), 410, 112), 0.1) == Size(557, 821, date(2014, 3, 1), 410, 11)
    assert scaled(TINY, 0.001) == Size(1, 3, date(2014, 3, 1), 1, 1)


def test_forgotten_files_are_still_there(tmp_path):
    folder = tmp_path / "smart_meters"
    folder.mkdir()
    (folder / "one.csv").write_text("LCLid\n")
    forget_pages(meter_files(tmp_path))
    assert meter_files(tmp_path) == [folder / "one.csv"]
    assert (folder / "one.csv").read_text() == "LCLid\n"
