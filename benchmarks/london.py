"""London: a community of the real set's size, from its files to the star schema, beside the floor of DuckDB alone."""

import json
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from benchmarks import tables
from benchmarks.bare import measure_bare
from benchmarks.bench import LONDON, SEED, Bench, Size, Step, forget_pages, meter_files, scaled
from benchmarks.floor import measure_floor
from benchmarks.measure import StepFailedError
from benchmarks.results import Result, Table, Target
from benchmarks.told import rows_by_table, seconds_by_layer
from wattlake.app.sandbox.server import running

NOTES = (
    "`wattlake simulate` makes the community; a quarter of its homes have panels, a fifth of those a meter for them.",
    "The lake starts empty and the meter files are read from the disk: the system is made to forget them before each "
    "step that reads them. Every command is a process of its own with two threads and DuckDB's limit at 3 GB; its time "
    "has the start of Python in it.",
    "The floor is DuckDB alone, with the same threads and limit: it reads the same files typed and writes one copy of "
    "them as Parquet, by month. It runs before, between and after our steps, and ratios take its median. It does not "
    "archive, hash, keep the text, look for repeated readings, set aside, check, attribute to members, nor sum.",
    "DuckDB alone, the same layers: the text of the files as one Parquet file, from it the typed readings by month, of "
    "those the hours of each meter by month, and nothing else of what the floor leaves out.",
    "The whole job is `ingest members`, `ingest smart_meters` and `build`, with all of their time; also that for "
    "weather, prices, calendar and the output of panels, for which the floor has nothing.",
    "Landing, bronze and silver is `ingest smart_meters` and `build` as far as silver: what lies between two lines of "
    "its log counts for the later one's layer.",
    "The APIs are those of the simulated world. Their step takes as long as their rate limits say; no ratio has it.",
)
SAME_ENERGY = (
    ("floor", "silver.meter_reading"),
    ("silver.meter_reading", "gold.meter_daily"),
    ("gold.energy_flow", "gold.energy_balance_daily"),
)


def measure_london(bench: Bench, result: Result, size: Size | None = None, asks_apis: bool = True) -> None:
    """Measure the whole job, step by step.

    Args:
        bench: the run.
        result: takes what was found.
        size: of the community; London's, scaled, where none is given.
        asks_apis: whether the APIs are landed too; without them nothing is known of what panels give.

    Raises:
        StepFailedError: a step ended with an error, or the lake holds another energy than the files.
    """
    size, inbox = size or scaled(LONDON, bench.scale), bench.work / "inbox"
    generated = bench.simulate(size, inbox)
    with running(seed=SEED) as address:
        lake = bench.lake("lake", inbox, address)
        members = bench.wattlake("ingest members", "ingest", "members", lake=lake)
        if asks_apis:
            bench.ask_apis(size, lake)
    floors = [measure_floor(bench, inbox)]
    forget_pages(meter_files(inbox))
    landed = bench.wattlake("ingest smart_meters", "ingest", "smart_meters", lake=lake)
    floors.append(measure_floor(bench, inbox))
    built = bench.wattlake("build", "build", lake=lake)
    floors.append(measure_floor(bench, inbox))
    bare = measure_bare(bench, inbox)
    bench.wattlake("build, nothing new", "build", lake=lake)
    energy = _energy(bench, lake)
    result.notes += NOTES
    result.targets += _targets(bench, floors, members, landed, built)
    result.targets.append(Target("making the files", generated.cost.seconds, "s", 600))
    result.tables += [
        _community(size, inbox, rows_by_table(landed.cost)["bronze.smart_meters"]),
        tables.steps(bench.steps),
        tables.layers([landed, built]),
        tables.by_table([members, landed, built]),
        _unavoidable(floors, bare, members, landed, built),
        tables.held(lake),
        energy,
    ]


def _targets(bench: Bench, floors: list[Step], members: Step, landed: Step, built: Step) -> list[Target]:
    floor_seconds = median(floor.cost.seconds for floor in floors)
    as_far_as_silver = landed.cost.seconds + built.cost.seconds - seconds_by_layer(built.cost)["gold"]
    whole = sum(step.cost.seconds for step in (members, landed, built))
    peak_bytes = max(step.cost.peak_bytes for step in bench.steps)
    return [
        Target("the whole job, in floors", whole / floor_seconds, "×", 7, 4),
        Target("landing, bronze and silver, in floors", as_far_as_silver / floor_seconds, "×", 4, 2.5),
        Target("peak memory of any step", peak_bytes / 1e9, "GB", 4),
    ]


def _unavoidable(floors: list[Step], bare: Step, *whole: Step) -> Table:
    """How much of the whole job is writing text, readings and hours at all, in floors."""
    floor_seconds = median(floor.cost.seconds for floor in floors)
    measured = {
        "one typed copy: the floor": floor_seconds,
        "text, typed readings and hours: DuckDB alone": bare.cost.seconds,
        "the whole job": sum(step.cost.seconds for step in whole),
    }
    rows = [(name, tables.tenths(spent), round(spent / floor_seconds, 2)) for name, spent in measured.items()]
    return Table("What of it any lake of these layers needs", ("written", "wall s", "floors"), rows)


def _community(size: Size, inbox: Path, readings: int) -> Table:
    files = meter_files(inbox)
    size_gb = sum(path.stat().st_size for path in files) / 1e9
    row = (f"{size.first_day} to {size.until}", size.homes, len(files), round(size_gb, 2), readings)
    return Table("The community", ("days", "homes", "files", "CSV GB", "readings"), [row])


def _energy(bench: Bench, lake: Mapping[str, str]) -> Table:
    """Readings and energy of the floor and of the lake's tables, which must agree."""
    step = bench.python("sums of floor and lake", "sums", str(bench.work / "floor"), lake=lake)
    rows: list[tuple[str, int, int]] = json.loads(step.cost.output.read_text())
    milliwatt_hours = {table: held for table, _, held in rows}
    for table_of_one, other in SAME_ENERGY:
        if milliwatt_hours[table_of_one] != milliwatt_hours[other]:
            kwh = " kWh, but ".join(
                f"{table} holds {milliwatt_hours[table] / 1e6:,.6f}" for table in (table_of_one, other)
            )
            raise StepFailedError(f"{kwh} kWh.")
    in_kwh = [(table, readings, round(held / 1e6, 3)) for table, readings, held in rows]
    return Table("The same energy", ("held in", "readings or slots", "kWh"), in_kwh)
