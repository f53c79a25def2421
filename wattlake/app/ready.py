"""The ready-made queries over the warehouse, for whoever asks the lake in SQL."""

from wattlake import PACKAGE

READY = {path.stem: path for path in sorted((PACKAGE / "sql" / "queries").glob("*.sql"))}
"""Ready-made queries by name; the first line of each says what it answers."""


def text_and_title(name: str) -> tuple[str, str]:
    """Read a ready-made query, and the question that it answers."""
    written = READY[name].read_text(encoding="utf-8")
    return written, written.partition("\n")[0].removeprefix("-- ")
