"""Read the models of the project: ``models/<layer>/<table>.sql`` beside its contract."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from wattlake.lake.contracts import bounds, contracts, spec
from wattlake.lake.contracts.base import OwnTable
from wattlake.lake.models.graph import Model, fill_in, tables_read
from wattlake.lake.project import LAYERS, ProjectFileError, files, read_select, shown


def project_models(ours: Mapping[str, Model]) -> dict[str, Model]:
    """Read every model of the project, by table.

    Args:
        ours: the models that are there already.

    Raises:
        ProjectFileError: a file is no model, has no contract or the name of another, or models read in a circle.
    """
    by_table = {}
    for table, path in model_files():
        if table in ours:
            raise ProjectFileError(f"{shown(path)}:1: `{table}` is a table of Wattlake's own. Give yours another name.")
        by_table[table] = read_model(table, path)
    _expect_no_circle(by_table)
    late = _late(by_table, ours)
    return {table: replace(model, is_late=table in late) for table, model in by_table.items()}


def model_files() -> Iterator[tuple[str, Path]]:
    """List the files of models with the names of their tables."""
    for layer in LAYERS[1:]:
        yield from ((f"{layer}.{path.stem}", path) for path in files(f"models/{layer}", ".sql"))


def read_model(table: str, path: Path) -> Model:
    """Read one model.

    Raises:
        ProjectFileError: it has no contract, or is no SELECT.
    """
    if table not in contracts():
        contract = shown(path.with_suffix(".toml"))
        raise ProjectFileError(f"{shown(path)}:1: `{table}` has no contract. Describe it in {contract}.")
    from sqlglot.errors import ParseError

    from wattlake.lake.functions.failing_rows import setting_failures_aside

    sql = fill_in(read_select(path), bounds(table))
    promised = spec(table)
    try:
        if isinstance(promised, OwnTable) and promised.sets_failures_aside:
            sql = setting_failures_aside(sql)
        return Model(table, sql, tables_read(sql), file=path)
    except ParseError as error:
        wrong = error.errors[0] if error.errors else {}
        line = wrong.get("line") or 1
        raise ProjectFileError(
            f"{shown(path)}:{line}: {wrong.get('description') or error} near `{wrong.get('highlight')}`. "
            "A model is one SELECT that DuckDB runs."
        ) from error
    except ValueError as error:
        raise ProjectFileError(f"{shown(path)}:1: {error}.") from error


def _expect_no_circle(models: Mapping[str, Model]) -> None:
    reads = {table: sorted(model.inputs & models.keys()) for table, model in models.items()}
    try:
        TopologicalSorter(reads).prepare()
    except CycleError as error:
        circle = list(reversed(error.args[1]))
        file = models[circle[0]].file
        raise ProjectFileError(
            f"{shown(file) if file else circle[0]}:1: models read one another in a circle: {' reads '.join(circle)}. "
            "Let one of them read what the others are made from."
        ) from error


def _late(own: Mapping[str, Model], ours: Mapping[str, Model]) -> frozenset[str]:
    """Find the tables without periods that are made last: nothing by period reads them.

    So they may read whatever there is. The others are made before the tables with periods.
    """
    read_early = {table for model in (*own.values(), *ours.values()) if model.by_period for table in model.inputs}
    early: set[str] = set()
    while new := {table for table in read_early & own.keys() if own[table].is_whole} - early:
        early |= new
        read_early |= {table for name in new for table in own[name].inputs}
    return frozenset(table for table, model in own.items() if model.is_whole and table not in early)
