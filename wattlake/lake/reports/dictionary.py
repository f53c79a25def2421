"""Write the data dictionary from the contracts, as one page of Markdown.

It tells what they say of every layer, table and column.
"""

from collections.abc import Iterator, Sequence
from inspect import cleandoc

from wattlake.lake.contracts import Column, columns, contracts, meaning_of_a_row, spec
from wattlake.lake.contracts.promises import Apart, Group, Rule, Unbroken
from wattlake.lake.layers import SCHEMAS
from wattlake.lake.store.tables import locks

HEAD = """# Data dictionary

Made by `make docs` from the contracts in `wattlake/lake/contracts`, which are also what every build is checked against;
nothing here is typed. A column that may be empty says so. Instants are in UTC, and periods are named by their start.
"""
LAYERS = {
    "bronze": "What the sources said, as text in their own words; only ever added to.",
    "silver": "Readings, weather, prices and the register, typed: in UTC and one unit, the newest landing of each key.",
    "quarantine": "What could not become a row of silver, and why.",
    "gold": "What the energy means: slots, estimates, trades, bills and forecasts, in kWh and EUR.",
    "warehouse": "The star schema that people and the dashboard read, in kWh and EUR; views over gold.",
    "star": "The star schema by the names and with the columns that analysts expect, hour by hour; views.",
    "ops": "What the lake knows of itself: landings, runs, checks, progress, and the ledger's links.",
}
TITLES = ("column", "type", "unit", "what it may be", "meaning")
"""The titles of the cells of ``told``."""

WORDS = {
    "greater_than_or_equal_to": "≥",
    "less_than_or_equal_to": "≤",
    "greater_than": ">",
    "less_than": "<",
}


def told(table: str) -> Iterator[tuple[str, str, str, str, str]]:
    """List the columns of a table in the order of its contract.

    Each has its name, SQL type, unit, what it may be, and its meaning.
    """
    for column in columns(table).values():
        yield column.name, column.sql_type, column.unit or "", _may_be(column), column.meaning


def page() -> str:
    """Write the dictionary of every table that has a contract."""
    return "\n".join(_lines())


def _may_be(column: Column) -> str:
    limits = ["may be empty" if column.nullable else "given"]
    for name, statistics in column.checks:
        values = next(iter(statistics.values()))
        limits.append(f"one of {', '.join(map(str, values))}" if name == "isin" else f"{WORDS[name]} {values}")
    return "; ".join([*limits, *([f"in {column.references}"] if column.references else [])])


def _lines() -> Iterator[str]:
    yield HEAD
    for layer in SCHEMAS:
        of_layer = [table for table in contracts() if table.startswith(f"{layer}.")]
        yield f"## {layer}\n\n{LAYERS[layer]}\n"
        yield from _table(("table", "one row is"), [(_link(table), meaning_of_a_row(table)) for table in of_layer])
        for table in of_layer:
            yield from _section(table)
    yield "### Locks\n"
    yield f"On a PostgreSQL catalog, writes that must not overlap conflict on a table each: {_code(locks())}.\n"
    yield from _table(TITLES, [("`taken`", "bigint", "", "given", "How often it was taken; one row")])


def _link(table: str) -> str:
    """Write a link to a table's section, by the anchor that Markdown's readers give it."""
    return f"[{table}](#{table.replace('.', '')})"


def _section(table: str) -> Iterator[str]:
    yield f"### {table}\n"
    yield f"{cleandoc(contracts()[table].__doc__ or '')}\n"
    facts = [f"- {sentence}" for sentence in _as_a_whole(table)]
    yield from [*facts, ""] if facts else []
    yield from _table(TITLES, [(f"`{name}`", *rest) for name, *rest in told(table)])


def _as_a_whole(table: str) -> Iterator[str]:
    """List what holds of a table as a whole, a sentence each."""
    contract = spec(table)
    if contract.key:
        yield f"Key: {_code(contract.key)}."
    if contract.partitioned_by:
        yield f"Partitioned by {_code(contract.partitioned_by)}."
    if contract.look_back_days:
        yield f"Looks back: a change on a day also changes the {contract.look_back_days} days after it."
    if contract.look_ahead_days:
        yield f"Looks ahead: a change on a day also changes the {contract.look_ahead_days} days before it."
    promises: list[Rule | Group | Apart | Unbroken] = [
        *contract.rules,
        *contract.groups,
        *contract.apart,
        *contract.unbroken,
    ]
    kept = [promise.name for promise in promises if promise.severity == "fail"]
    kept += ["intervals of rows that share the rest of the key do not overlap"] if contract.has_intervals else []
    kept += [f"sums are those of `{total.table}`" for total in contract.totals]
    watched = [promise.name for promise in promises if promise.severity == "warn"]
    watched += (
        [f"the newest period is at most {contract.fresh_within_days} days old"] if contract.fresh_within_days else []
    )
    watched += ["a day has as much as its weekday in the weeks before"] if contract.volume else []
    if kept:
        yield f"Always holds, or the build is rolled back: {'; '.join(kept)}."
    if watched:
        yield f"Remarked on where it does not hold: {'; '.join(watched)}."


def _code(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for cells in (titles, ["---"] * len(titles), *rows):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""
