"""Keep the tables of a project as its contracts say."""

from collections.abc import Mapping
from dataclasses import replace

from wattlake.lake.build.progress import CHECKS, Progress
from wattlake.lake.build.silver import empty
from wattlake.lake.build.transaction import Transaction
from wattlake.lake.contracts import column_types
from wattlake.lake.models.graph import Model, models
from wattlake.lake.project import ProjectFileError
from wattlake.lake.quality.own_checks import code_of_checks
from wattlake.lake.sql import Connection, named
from wattlake.lake.store.tables import describe_table, stored_columns


def own_models() -> list[Model]:
    """List the models of the project that make a table."""
    return [model for model in models().values() if model.file and not model.is_view]


def follow_project(work: Transaction) -> None:
    """Note the checks of the project, and give its tables the columns of their contracts.

    Other checks than at the last build are something new. A table whose columns change is emptied and built anew.
    """
    if (checks := code_of_checks()) != work.progress(CHECKS).fingerprint and work.only is None:
        work.all_progress[CHECKS] = Progress(fingerprint=checks)
    if not own_models():
        return
    there = stored_columns(work.connection)
    for model in own_models():
        wanted = column_types(model.table)
        if there.get(model.table, wanted) != wanted:
            _renew(work.connection, model, there[model.table])
            progress = replace(work.progress(model.table), landing_id=None, fingerprint="")
            work.all_progress[model.table] = progress


def _renew(connection: Connection, model: Model, there: Mapping[str, str]) -> None:
    """Empty a table and change its columns; it stays the same for who reads its changes."""
    table = model.table
    if model.by_landing:
        empty(connection, model)
    connection.execute(f"delete from {table}")
    connection.execute(f"alter table {table} reset partitioned by")
    wanted = column_types(table)
    stays = {name for name, kind in there.items() if wanted.get(name) == kind}
    # A table never is without a column: what is new is there before anything goes.
    for statement in (
        *(f"add column {named(name)} {kind}" for name, kind in wanted.items() if name not in there),
        *(f"drop column {named(name)}" for name in there if name not in stays),
        *(f"add column {named(name)} {wanted[name]}" for name in there if name not in stays and name in wanted),
    ):
        connection.execute(f"alter table {table} {statement}")
    describe_table(connection, table)


def expect_tables(connection: Connection) -> None:
    """Expect the tables of the project to be in the lake as their contracts say.

    Raises:
        ProjectFileError: one is not; the next build makes it so.
    """
    there = stored_columns(connection) if own_models() else {}
    for model in own_models():
        wanted = column_types(model.table)
        if there.get(model.table) != wanted:
            how = "has other columns than its contract" if model.table in there else "is not in the lake yet"
            raise ProjectFileError(
                f"{model.table} {how}: `wattlake build` makes it so; until then nothing can be foreseen."
            )
