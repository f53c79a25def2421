"""Tables that several parts of the benchmark have: steps, layers, tables, bytes."""

from collections import Counter
from collections.abc import Mapping, Sequence

from benchmarks.bench import Step
from benchmarks.results import Table
from benchmarks.told import LAYERS, bytes_by_layer, rows_by_table, seconds_by_layer, seconds_by_table

SHORTEST_SECONDS = 0.05


def steps(measured: Sequence[Step]) -> Table:
    """Every measured command, in order, with its time and memory."""
    rows = [
        (step.name, tenths(step.cost.seconds), tenths(step.cost.cpu_seconds), round(step.cost.peak_bytes / 1e9, 2))
        for step in measured
    ]
    return Table("Step by step", ("step", "wall s", "CPU s", "peak GB"), rows)


def layers(measured: Sequence[Step]) -> Table:
    """The wall time of commands by layer; each command's layers add up to the whole of it."""
    seconds: Counter[str] = Counter()
    for step in measured:
        seconds.update(seconds_by_layer(step.cost))
    rows = [(layer, tenths(seconds[layer])) for layer in LAYERS if seconds[layer]]
    return Table("Wall time by layer", ("layer", "wall s"), rows)


def by_table(measured: Sequence[Step], title: str = "By table") -> Table:
    """The seconds and rows of every table that commands wrote, as their logs say; commits are not in it."""
    costs = [step.cost for step in measured]
    seconds, rows = seconds_by_table(*costs), rows_by_table(*costs)
    slowest_first = seconds.most_common()
    slow = [(table, rows[table], tenths(spent)) for table, spent in slowest_first if spent >= SHORTEST_SECONDS]
    return Table(title, ("table", "rows written", "s"), slow)


def held(lake: Mapping[str, str]) -> Table:
    """What each layer takes up on disk: what was written, and what its tables refer to now."""
    rows = [
        (layer, layer_held.files, tenths(layer_held.written_bytes / 1e6), tenths(layer_held.live_bytes / 1e6))
        for layer, layer_held in bytes_by_layer(lake).items()
    ]
    return Table("Bytes by layer", ("layer", "files", "MB written", "MB live"), rows)


def tenths(number: float) -> float:
    """A number as tables show it, to one decimal place."""
    return round(number, 1)
