"""Tables in Markdown files that a command keeps up to date, between marks that name it."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl


def renew(file: Path, name: str, title: str, tables: Mapping[str, pl.DataFrame]) -> None:
    """Replace what stands between the marks of a name by a title and tables.

    Args:
        file: Markdown with the lines ``<!-- name -->`` and ``<!-- end of name -->``.
        name: of the marks.
        title: the paragraph above the tables.
        tables: by the line above each.

    Raises:
        ValueError: the marks are not there, in this order.
    """
    text, (begin, end) = file.read_text(encoding="utf-8"), (f"<!-- {name} -->\n", f"<!-- end of {name} -->\n")
    before, opened, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (opened and closed):
        raise ValueError(f"{file} has no lines `{begin.strip()}` and `{end.strip()}` to put the tables between.")
    parts = [f"{title}.\n", *(f"{above}:\n\n{_table(table)}" for above, table in tables.items())]
    middle = "\n".join(parts)
    file.write_text(f"{before}{begin}{middle}{end}{after}", encoding="utf-8")


def _table(table: pl.DataFrame) -> str:
    """Write a frame in Markdown, numbers to the right, nothing as a dash."""
    names = [name.removesuffix("_pct") + (" %" if name.endswith("_pct") else "") for name in table.columns]
    numeric = ["---:" if kind.is_numeric() else "---" for kind in table.schema.values()]
    rows = [[_shown(value) for value in row] for row in table.iter_rows()]
    return "".join(
        f"| {' | '.join(cells)} |\n" for cells in ([name.replace("_", " ") for name in names], numeric, *rows)
    )


def _shown(value: object) -> str:
    if value is None or value != value:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
