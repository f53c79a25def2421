"""Check what the contracts of a project promise of their tables.

DuckDB binds each condition over empty tables.
"""

import re
from collections.abc import Iterator

import duckdb

from wattlake.lake.contracts import columns, contracts, spec
from wattlake.lake.contracts.of_project import contract_files
from wattlake.lake.contracts.toml_lines import line_of
from wattlake.lake.functions.of_project import called
from wattlake.lake.project import shown
from wattlake.lake.project_check.binding import Binding
from wattlake.lake.settings import Settings

PARTITION = re.compile(r"(?:(?:year|month|day|hour)\((\w+)\)|bucket\(\d+, *(\w+)\)|(\w+))")
MOST_DAYS = 3660


def mistakes_in_promises(_: Settings) -> Iterator[str]:
    """Say what of the project's contracts could not be held."""
    with Binding() as binding:
        for table, path in contract_files():
            for key, how in _of_table(binding, table):
                line = line_of(path, key) if path.suffix == ".toml" else 1
                yield f"{shown(path)}:{line}: `{key}` {how}."


def _of_table(binding: Binding, table: str) -> Iterator[tuple[str, str]]:
    """Say each mistake of a table's contract, with its key."""
    try:
        binding.make_table(table)
    except duckdb.Error as error:
        yield "columns", f"make no table: {str(error).partition(chr(10))[0].rstrip('.')}"
        return
    if "rowid" in (name.lower() for name in columns(table)):
        yield "columns.rowid", "has a name that DuckDB has for itself. Give it another one"
    yield from _of_references(table)
    yield from _of_days(table)
    for part in spec(table).partitioned_by:
        match = PARTITION.fullmatch(part)
        if not match or not columns(table).keys() & set(match.groups()):
            yield "partitioned_by", f"has `{part}`; expected is a column, or year, month, day or hour of one"
    yield from _of_conditions(binding, table)


def _of_references(table: str) -> Iterator[tuple[str, str]]:
    for column in columns(table).values():
        other, _, name = column.references.rpartition(".")
        if column.references and (other not in contracts() or name not in columns(other)):
            yield f"columns.{column.name}.references", f"is `{column.references}`, which is no column of the lake"


def _of_days(table: str) -> Iterator[tuple[str, str]]:
    promised, there = spec(table), columns(table)
    for key in ("look_back_days", "look_ahead_days", "fresh_within_days"):
        days = getattr(promised, key) or 0
        if not 0 <= days <= MOST_DAYS:
            yield key, f"is {days}; expected are 0 to {MOST_DAYS} days"
    if promised.fresh_within_days is not None and "period_start_utc" not in there:
        yield "fresh_within_days", "needs a column period_start_utc: how old is the newest period?"
    if promised.has_intervals and (lacking := {"period_start_utc", "period_minutes"} - there.keys()):
        yield "has_intervals", f"needs the column {min(lacking)}"


def _of_conditions(binding: Binding, table: str) -> Iterator[tuple[str, str]]:
    promised = spec(table)
    conditions = [(f"rules[{number}].holds", rule.holds, "") for number, rule in enumerate(promised.rules, 1)]
    for number, group in enumerate(promised.groups, 1):
        if strange := [name for name in group.by if name not in columns(table)]:
            yield f"groups[{number}].by", f"has `{strange[0]}`, which is none of the columns"
            continue
        conditions.append((f"groups[{number}].holds", group.holds, ", ".join(f'"{name}"' for name in group.by) or "()"))
    for key, condition, by in conditions:
        yield from _of_expression(binding, table, key, f"{condition}\n,\nnot ({condition}\n)", by)
    if promised.volume and "period_start_utc" not in columns(table):
        yield "volume", "needs a column period_start_utc: how much has a day?"
    elif promised.volume:
        counted = f"{promised.volume}\n,\n({promised.volume}\n)::double"
        yield from _of_expression(binding, table, "volume", counted, "period_start_utc::date")


def _of_expression(binding: Binding, table: str, key: str, selected: str, by: str) -> Iterator[tuple[str, str]]:
    """Say what is wrong with an expression; bare, it cannot end what is around it."""
    if used := called(selected):
        yield key, f"calls {used[0].name}: functions are for models of silver and gold"
        return
    for wrong in binding.mistakes(f"select\n{selected}\nfrom {table}" + (f"\ngroup by {by}" if by else "")):
        yield key, f"cannot hold: {wrong.how}"
        return
