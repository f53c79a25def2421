"""A register for real meter files, which come without one."""

from collections import defaultdict
from datetime import date
from pathlib import Path

import duckdb

from wattlake.app.sandbox.register import draw_members, write_register

METER_COLUMN = "LCLid"
TIME_COLUMNS = ("tstp", "DateTime")  # of the re-published set, and of the original release
ENERGY_PREFIXES = ("energy(", "kwh/hh")
Header = tuple[str, ...]

FIRST_DAYS = """
select trim({meter}) as meter_id,
    min(try_cast(trim({time}) as timestamp)) filter (try_cast(trim({energy}) as double) is not null)::date as first_day
from read_csv(?, all_varchar = true, header = true, delim = ',', quote = '"', null_padding = true, names = {names})
where trim({meter}) <> ''
group by all
"""


def register_for(folder: Path, out: Path, seed: int) -> Path:
    """Write a register with a member for every meter in a folder's CSV files.

    It returns the register's path.

    Args:
        folder: London-layout files (first column `LCLid`), one home or a block of homes each, searched recursively.
        out: A path ending in `.csv`, or a folder, which then gets `members/register.csv`.
        seed: Who has panels, and which; who lives where.

    Raises:
        ValueError: There is no CSV file, none is in the layout, or none has a readable reading.
    """
    first_days: dict[str, date] = {}
    unread: set[str] = set()
    for header, files in _meter_files(folder).items():
        for meter_id, first_day in _first_days(header, files):
            if first_day is None:
                unread.add(meter_id)
            else:
                first_days[meter_id] = min(first_day, first_days.get(meter_id, first_day))
    if not first_days:
        raise ValueError(
            f"{folder}: {len(unread)} meters and not one readable reading; expected a time such as "
            "2013-01-01 00:30:00 and a number in kWh; check the separator and the columns of the files"
        )
    earliest = min(first_days.values())  # for meters of which nothing can be read
    meter_ids = sorted(unread | set(first_days))
    register = out if out.suffix == ".csv" else out / "members" / "register.csv"
    write_register(draw_members(meter_ids, [first_days.get(meter, earliest) for meter in meter_ids], seed), register)
    return register


def _meter_files(folder: Path) -> dict[Header, list[str]]:
    """List the folder's meter files by header line; other CSV files are left alone."""
    paths = sorted(folder.rglob("*.csv"))
    if not paths:
        raise ValueError(f"{folder}: no CSV file found; expected meter files in the London layout; give their folder")
    files: dict[Header, list[str]] = defaultdict(list)
    for path in paths:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            header = tuple(name.strip().strip('"') for name in file.readline().split(","))
        if header[0] == METER_COLUMN and _position(header, TIME_COLUMNS) and _position(header, ENERGY_PREFIXES):
            files[header].append(str(path))
    if not files:
        raise ValueError(
            f"{folder}: {len(paths)} CSV files, but none begins with a column {METER_COLUMN} and has a time and an "
            f"energy (the last begins with {','.join(header)[:80]!r}); expected LCLid,tstp,energy(kWh/hh); "
            "give the folder of the meter files"
        )
    return files


def _position(header: Header, prefixes: tuple[str, ...]) -> int:
    """Find the first column whose name begins with a prefix; 0 (the meter's) if none does."""
    return next((n for n, name in enumerate(header) if name.lower().startswith(tuple(p.lower() for p in prefixes))), 0)


def _first_days(header: Header, files: list[str]) -> list[tuple[str, date | None]]:
    """Read every meter's first day with a readable reading; None where it has none."""
    names = [f"c{n}" for n in range(len(header))]
    query = FIRST_DAYS.format(
        names=names,
        meter=names[0],
        time=names[_position(header, TIME_COLUMNS)],
        energy=names[_position(header, ENERGY_PREFIXES)],
    )
    with duckdb.connect() as connection:
        return connection.execute(query, [files]).fetchall()
