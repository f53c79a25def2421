"""Run the functions of a project in its models, and look for their failures."""

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import duckdb

from wattlake.lake import project
from wattlake.lake.contracts import spec
from wattlake.lake.models.graph import Model
from wattlake.lake.sql import Connection


def code_of(model: Model, producer: object | None) -> str:
    """Read the code beside its SQL that a table is made by: its producer's and its functions'."""
    code = _code_of_producer(producer) if producer else ""
    if not (model.file and has_functions()):
        return code
    from wattlake.lake.functions.of_project import called

    return code + "".join(sorted({function.code for function in called(model.sql)}))


def _code_of_producer(producer: object) -> str:
    own: str | None = getattr(producer, "code", None)
    return _code_of_module(producer.__module__) if own is None else own


@cache
def _code_of_module(module: str) -> str:
    return inspect.getsource(sys.modules[module])


def register_functions(connection: Connection) -> None:
    """Let the models call the functions of the project, on all connections of a database.

    Args:
        connection: in no transaction, for what is made known in one the others do not see.
    """
    if has_functions():
        from wattlake.lake.functions.calls import register

        register(connection)


def expect_no_failure(connection: Connection, model: Model, sql: str) -> None:
    """Expect that no function of the project failed in making rows of a model.

    Raises:
        FunctionFailedError: one failed.
    """
    if model.file and has_functions():
        from wattlake.lake.functions import calls

        calls.expect_no_failure(connection, model.table, spec(model.table).key, sql)


@contextmanager
def telling_of(model: Model) -> Iterator[None]:
    """Tell of a value that a model of the project cannot take with the model's file.

    Raises:
        ProjectFileError: there is one, such as a text that is no number.
    """
    try:
        yield
    except (duckdb.DataError, duckdb.InvalidInputException) as error:
        if model.file is None:
            raise
        how = str(error).partition("\n")[0].rstrip(".")
        raise project.ProjectFileError(
            f"{project.shown(model.file)}:1: {how}. Nothing of the build was kept."
        ) from error


def has_functions() -> bool:
    """Say whether the project has functions at all."""
    return (project.PROJECT / "functions").is_dir()
