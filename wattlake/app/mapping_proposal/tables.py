"""The rows of a file's head, whatever its format: text, a workbook's sheets, JSON, Parquet."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import fastexcel
import ijson
import polars as pl

from wattlake.app.mapping_proposal.cutting import cut, delimiter_of
from wattlake.app.mapping_proposal.text import MOST_LINES, read_lines
from wattlake.lake.landing.readers import excel, json_records, parquet
from wattlake.lake.landing.readers.choice import reader_of
from wattlake.lake.landing.readers.contents import Content
from wattlake.lake.landing.readers.members import readable_contents

MOST_EVENTS = 10_000


class Table(NamedTuple):
    """The first rows of a table that hold anything.

    Attributes:
        layout: the keys ``[file]`` of a mapping that gives these rows.
        rows: of cells.
        before: how many lines stand before each row.
        is_of_records: whether the first row holds the names that the format itself gives to columns.
        above: what stands beside the records, each with its name.
    """

    layout: dict[str, object]
    rows: list[list[str]]
    before: list[int]
    is_of_records: bool = False
    above: Sequence[list[str]] = ()


def read_tables(path: Path) -> Iterator[Table]:
    """Read the tables of a file, or of each file in a zip file, the likeliest first.

    Raises:
        ValueError: it is empty, or of a format that is not read.
    """
    if not path.stat().st_size:
        raise ValueError(f"{path} is empty.")
    for content in readable_contents(path):
        yield from _tables(content)


def _tables(content: Content) -> Iterator[Table]:
    reader = reader_of(content)
    if reader is excel:
        yield from _sheets(content)
    elif reader is json_records:
        yield _records(content)
    elif reader is parquet:
        frame = next(parquet.tables(content)).head(MOST_LINES)
        rows = [[cell or "" for cell in row] for row in frame.iter_rows()]
        yield Table({}, [frame.columns, *rows], [0, *range(len(rows))], is_of_records=True)
    else:
        encoding, lines = read_lines(content)
        delimiter = delimiter_of(lines)
        layout: dict[str, object] = {"delimiter": delimiter, "encoding": encoding}
        yield Table(layout, [cut(line.text, delimiter) for line in lines], [line.before for line in lines])


def _sheets(content: Content) -> Iterator[Table]:
    """Read each sheet of a workbook; only those behind the first with rows need be named."""
    with content.on_disk() as path:
        names = fastexcel.read_excel(str(path)).sheet_names
    default = excel.read_sheet(content)
    is_default_found = False
    for name in names:
        sheet = excel.read_sheet(content, name) if name != names[0] or len(names) > 1 else default
        is_default = not is_default_found and sheet.equals(default)
        is_default_found |= is_default
        filled = [
            (before, list(row))
            for before, row in enumerate(_plain_times(sheet).iter_rows())
            if any(cell and cell.strip() for cell in row)
        ][:MOST_LINES]
        layout: dict[str, object] = {} if is_default else {"sheet": name}
        yield Table(layout, [row for _, row in filled], [before for before, _ in filled])


def _plain_times(sheet: pl.DataFrame) -> pl.DataFrame:
    """Write times of day without Excel's first day, and days without midnight."""
    texts = sheet.fill_null("")
    for name in texts.columns:
        cells = texts[name].str.replace(excel.TIME_ALONE, "$1").str.replace(excel.END_OF_DAY, "24:00:00", literal=True)
        dated = cells.filter(cells.str.contains(r"^\d{4}-\d\d-\d\d "))
        is_of_days = len(dated) > 0 and dated.str.contains(excel.DAY_ALONE).all()
        texts = texts.with_columns((cells.str.replace(excel.DAY_ALONE, "$1") if is_of_days else cells).alias(name))
    return texts


def _records(content: Content) -> Table:
    path, above = _path_of_records(content)
    records = [texts for _, texts in islice(json_records.cells(content, path), MOST_LINES)]
    names = list(dict.fromkeys(name for texts in records for name in texts))
    rows = [[texts.get(name, "") for name in names] for texts in records]
    layout: dict[str, object] = {"records": path} if path else {}
    return Table(layout, [names, *rows], [0, *range(len(rows))], is_of_records=True, above=above)


def _path_of_records(content: Content) -> tuple[str | None, list[list[str]]]:
    """Find the first list of objects in JSON, and what stands before and behind it.

    Returns:
        The list's path, ``None`` where the JSON is one itself; and names with their texts.
    """
    path, before, above = None, ("", ""), []
    with content.opened() as source:
        try:
            for prefix, event, value in islice(ijson.parse(source, multiple_values=True), MOST_EVENTS):
                if path is None and event == "start_map" and before[0] == "start_array":
                    path = before[1]
                    if not path:
                        return None, []
                if event == "string" and not (path and prefix.startswith(f"{path}.")):
                    above.append([prefix.rpartition(".")[2], value])
                before = (event, prefix)
        except ijson.JSONError:
            return None, []
    return path, above
