"""Guesses at a file's columns: times, meters and numbers.

Each guess has its reason or its alternative.
"""

import re
from pathlib import Path

from wattlake.app.mapping_proposal.guess_energy import TOTAL, guess_energy, guess_values
from wattlake.app.mapping_proposal.guess_plant import guess_plant, plant_columns
from wattlake.app.mapping_proposal.guess_times import can_be_a_day, guess_day, guess_format, guess_times
from wattlake.app.mapping_proposal.guessed import Guess, NoProposalError
from wattlake.app.mapping_proposal.head import Head
from wattlake.app.mapping_proposal.numbers import is_number
from wattlake.app.mapping_proposal.times import CLOCKS, INSTANTS, time_formats

METER = re.compile(r"meter|mpan|mprn|lclid|z(ä|ae)hl|malo|melo|nmi|esi\b|pod\b|ean|pdl|prm|cups|household|device", re.I)


def guess(head: Head, path: Path, zone: str) -> Guess:
    """Guess a mapping for a file.

    Args:
        head: of the file.
        path: of the file.
        zone: the time zone where the file does not say one.

    Raises:
        NoProposalError: there is no column of times, or none of numbers.
    """
    found = Guess()
    _file(found, head)
    kinds = {name: time_formats(head.column(name)) for name in head.names}
    times = [name for name in head.names if kinds[name]]
    clocks = [n for n in head.names if n not in times and time_formats(head.column(n), [*CLOCKS])]
    numbers = [n for n in head.names if n not in (*times, *clocks) and _is_numeric(head.column(n))]
    if times and (of_plant := plant_columns(numbers)):
        guess_plant(found, head, path, of_plant, [times[0], *clocks], zone)
        return found
    if not times or not numbers:
        lacks = "times" if not times else "numbers"
        raise NoProposalError(
            f"{path} has no column of {lacks} that could be recognised among `{'`, `'.join(head.names)[:200]}`. "
            "Write its mapping by hand; docs/meter-files.md says how."
        )
    meter = _meter(found, head, path, numbers)
    numbers = [name for name in numbers if name != meter]
    whose = head.rows[0][head.names.index(meter)] if meter else ""
    of_one = [row for row in head.rows if not meter or row[head.names.index(meter)] == whose]
    one = Head(head.encoding, head.delimiter, head.skip_lines, head.header, head.names, of_one)
    of_day = [name for name in numbers if not TOTAL.search(name)]
    if can_be_a_day(of_day) and not any(one_format in INSTANTS for one_format in kinds[times[0]]):
        numbers = of_day
        guess_day(found, numbers, times[0])
    else:
        guess_times(found, one, path, times, clocks)
        numbers = guess_values(found, numbers)
    guess_format(found, one, zone)
    guess_energy(found, one, numbers)
    return found


def _file(found: Guess, head: Head) -> None:
    found.set("file.delimiter", head.delimiter)
    found.set("file.encoding", head.encoding, "a guess: often utf-8 or cp1252" if head.encoding == "cp1252" else "")
    if not head.header:
        found.set("file.header", False)
    if head.skip_lines:
        found.set("file.skip_lines", head.skip_lines)


def _is_numeric(cells: list[str]) -> bool:
    return bool(cells) and sum(map(is_number, cells)) > len(cells) // 2


def _meter(found: Guess, head: Head, path: Path, numbers: list[str]) -> str | None:
    """Note the column that names the meter, or else the file's name; returns the column."""
    named = [name for name in head.names if METER.search(name) and not (name in numbers and TOTAL.search(name))]
    few = [name for name in named if len(set(head.column(name))) <= max(1, len(head.rows) // 10)]
    if few or named:
        found.set("columns.meter", (few or named)[0])
        return (few or named)[0]
    found.set("columns.meter_id", path.name.partition(".")[0], "no column names the meter: this is the file's name")
    return None
