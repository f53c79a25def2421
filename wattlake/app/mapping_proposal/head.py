"""The head of a meter file as rows and columns, before anything is known of their meaning."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from wattlake.app.mapping_proposal.cutting import bare, header_before, readings_in
from wattlake.app.mapping_proposal.tables import Table, read_tables
from wattlake.lake.landing.readers.cells import MOST_COLUMNS, column_names


@dataclass(frozen=True)
class Head:
    """The first rows of a file.

    Attributes:
        layout: the keys ``[file]`` of a mapping that cuts it so.
        names: of the columns.
        rows: cells, as many in each row as there are columns.
        lines: the numbers of the rows' lines.
        units: what a line under the header says of each column; none where there is no such line.
        before: the rows before the header, or what stands beside records.
        is_of_records: whether the format names the columns, and no line does.
    """

    layout: dict[str, object]
    names: list[str]
    rows: list[list[str]]
    lines: list[int]
    units: list[str] = field(default_factory=list)
    before: list[list[str]] = field(default_factory=list)
    is_of_records: bool = False

    @cached_property
    def _columns(self) -> dict[str, list[str]]:
        return {name: [bare(row[position]) for row in self.rows] for position, name in enumerate(self.names)}

    def cells(self, name: str) -> list[str]:
        """List the cells of a column, one for each row, without the blanks around them."""
        return self._columns[name]

    def column(self, name: str) -> list[str]:
        """List the cells of a column that hold anything."""
        return [cell for cell in self.cells(name) if cell]

    def unit_of(self, name: str) -> str:
        """Give what the line of units says of a column; empty where there is none."""
        return self.units[self.names.index(name)] if self.units else ""

    def only(self, kept: list[bool]) -> "Head":
        """Give the head with some of its rows only."""
        pairs = [(row, line) for row, line, is_kept in zip(self.rows, self.lines, kept, strict=True) if is_kept]
        return replace(self, rows=[row for row, _ in pairs], lines=[line for _, line in pairs])


def read_head(path: Path) -> Head:
    """Read the head of a file: of the first of its tables that holds readings.

    Raises:
        ValueError: it is not in rows and columns, or holds no reading.
    """
    fault: ValueError | None = None
    for table in read_tables(path):
        try:
            return _head(path, table)
        except ValueError as error:
            fault = fault or error
    raise fault or ValueError(f"{path} holds no table.")


def _head(path: Path, table: Table) -> Head:
    rows = table.rows
    places = readings_in(rows, first=1 if table.is_of_records else 0)
    _expect_columns(path, rows)
    if not places:
        raise ValueError(f"{path} has no row with a time and a number among its first {len(rows):,} lines.")
    header, units = (0, []) if table.is_of_records else header_before(rows, places[0])
    first = header if header is not None else places[0]
    width = len(rows[first])
    _expect_no_more_cells(path, rows, places, width, str(table.layout.get("delimiter", " | ")))
    layout = {**table.layout, **({} if header is not None else {"header": False})}
    layout |= {"skip_lines": table.before[first]} if table.before[first] else {}
    layout |= {"units_line": True} if units else {}
    return Head(
        layout,
        column_names(rows[first] if header is not None else [""] * width),
        [(rows[line] + [""] * width)[:width] for line in places],
        [table.before[line] + 1 for line in places],
        [bare(cell) for cell in (units + [""] * width)[:width]] if units else [],
        [*table.above] if table.is_of_records else rows[:first],
        table.is_of_records,
    )


def _expect_columns(path: Path, rows: list[list[str]]) -> None:
    width = max(map(len, rows), default=0)
    if width < 2:
        raise ValueError(f"{path} has no columns: no line of its head is cut in two by a semicolon, comma, tab or bar.")
    if width > MOST_COLUMNS:
        raise ValueError(f"{path} has {width:,} columns; {MOST_COLUMNS:,} are read at most.")


def _expect_no_more_cells(path: Path, rows: list[list[str]], places: list[int], width: int, delimiter: str) -> None:
    """Refuse rows with more cells than the header names.

    Raises:
        ValueError: most of the rows have more.
    """
    longer = [line for line in places if any(cell.strip() for cell in rows[line][width:])]
    if len(longer) * 10 > len(places):
        example = delimiter.join(rows[longer[0]])[:80]
        more = sum(bool(cell.strip()) for cell in rows[longer[0]])
        why = "Is `,` the decimal mark, too? Export it with `;` or tabs between cells." if delimiter == "," else ""
        raise ValueError(
            f"{path}: rows have more cells than the header: it names {width} columns, but {len(longer):,} of "
            f"{len(places):,} rows have more, such as `{example}` with {more}. {why}".strip()
        )
