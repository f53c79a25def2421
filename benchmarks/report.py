"""The report: results as Markdown, with the machine and what was promised."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.results import Cell, Result, Table, Target, read_result

PARTS = {
    "london": "London: from meter files to the warehouse, cold",
    "peer": "The peer: the same meter work in PySpark",
    "growth": "Growth: one more day after months and years",
    "market": "The market: settling a year, one more day, comparing mechanisms",
    "forecast": "Forecasts: training, a day's forecast, the features of one issue",
    "dashboard": "The dashboard: pages through a browser, queries, memory",
    "fleet": "The solar fleet: landing and building a plant's month and a thousand inverters' year",
    "formats": "Meter files: readings landed a second, by format",
    "databases": "Databases: a million rows landed from each system",
    "stream_growth": "A stream's lake: files, snapshots and catalog after hours",
    "backup": "Backups: of London, after one more day, and having it back",
    "export": "Sinks: the warehouse in PostgreSQL, first and one more day",
    "stream": "The stream: a backlog, sustained loads and latency",
    "stream_soak": "The stream: hours of it beside builds",
    "stream_viewers": "The stream: its page, with ten viewers",
}
HEAD = """# What it costs

Made by `make bench`; nothing here is typed. How it is measured stands in `benchmarks/`, the numbers also in
`benchmarks/results/` as JSON. A scale of 1 is the size of the public London set: 5,567 homes, 27 months of half-hours.
"""


def write_report(results: Path, report: Path) -> None:
    """Write the report of all parts whose results are there."""
    measured = [read_result(results / f"{part}.json") for part in PARTS if (results / f"{part}.json").exists()]
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text("\n".join([HEAD, *(line for result in measured for line in section(result))]), encoding="utf-8")


def section(result: Result) -> Iterator[str]:
    """A part's section, line by line."""
    yield f"## {PARTS[result.part]}\n"
    yield f"Scale {result.scale:g}, {result.made_at_utc}. {_listed(result.machine)}. {_listed(result.versions)}.\n"
    yield from table_lines(Table("", ("promised", "measured", "limit", "aim", ""), [_said(t) for t in result.targets]))
    for table in result.tables:
        yield f"### {table.title}\n"
        yield from table_lines(table)
    yield "How it was measured:\n"
    yield from (f"- {note}" for note in result.notes)
    yield ""


def table_lines(table: Table) -> Iterator[str]:
    """A table in Markdown, numbers to the right, and an empty line after it."""
    numeric = [bool(table.rows) and not isinstance(cell, str) for cell in (table.rows or [()])[0]]
    yield _row(table.columns)
    yield _row(["---:" if number else "---" for number in numeric])
    yield from (_row([shown(cell) for cell in row]) for row in table.rows)
    yield ""


def shown(cell: Cell) -> str:
    """A cell as it is shown: thousands apart, nothing as a dash."""
    if cell is None:
        return "–"
    return cell if isinstance(cell, str) else f"{cell:,}"


def _said(target: Target) -> Sequence[str]:
    sign = "≥" if target.at_least else "≤"
    aim = "" if target.aim is None else f"{sign} {target.aim:g} {target.unit}"
    verdict = "met" if target.is_met else "**not met**"
    return target.name, f"{target.value:.2f} {target.unit}", f"{sign} {target.limit:g} {target.unit}", aim, verdict


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _listed(named: dict[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in named.items())
