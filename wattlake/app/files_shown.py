"""The tables that say of each file what became of it."""

from collections.abc import Mapping

from wattlake.app.render import say, show_table
from wattlake.lake.reports.files import LISTED_FILES, files_landed, made_of_files, total_of
from wattlake.lake.sql import Connection
from wattlake.lake.store.rows import Rows


def show_landed(connection: Connection, run_id: str) -> None:
    """Print the files that a run landed, the first twenty, with their format, mapping and rows."""
    from wattlake.tasks.sources import Inbox, source, source_names

    of_files = [name for name in source_names() if isinstance(source(name), Inbox)]
    _show("Files landed", files_landed(connection, run_id, of_files))


def show_made(connection: Connection, after: Mapping[str, int]) -> None:
    """Print what a build made of the files landed after some."""
    for source, files in made_of_files(connection, after).items():
        _show(f"Files of {source}, as they were read", files)


def _show(title: str, files: Rows) -> None:
    if not files.rows:
        return
    show_table(title, Rows(files.names, files.rows[:LISTED_FILES]))
    more = len(files.rows) - LISTED_FILES
    if more > 0:
        say(f"… and {more:,} more. In all {total_of(files)}.")
