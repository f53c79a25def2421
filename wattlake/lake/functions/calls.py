"""Let DuckDB call the functions of the project, and name the rows on which one fails.

DuckDB never sees a function's error: it would abort the transaction, and nothing could be asked any more of which row
it was. The call gives null and the error is noted; after the statement ``expect_no_failure`` looks for notes. Beside
each function ``f`` there are ``f__or_null``, which notes nothing, and ``f__why``, which gives the error as a text.
"""

import inspect
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import duckdb

from wattlake.lake.functions.failing_rows import failing_rows
from wattlake.lake.functions.fitting import fitting
from wattlake.lake.functions.of_project import OR_NULL, WHY, Function, functions
from wattlake.lake.project import FAILURES, ProjectFileError, place_of
from wattlake.lake.sql import Connection

_KEPT: list[Callable[..., Any]] = []
"""DuckDB calls a function by its address, and holds it no longer than the connection that named it."""
_FAILURES: list[str] = []
"""The errors of the statements since the last look, of this process: it builds one lake at a time."""


class FunctionFailedError(ProjectFileError):
    """A function of the project failed on a row; what the build wrote is rolled back."""


def register(connection: Connection, wanted: Sequence[Function] | None = None) -> None:
    """Make the functions of the project known to a database, and forget what failed before."""
    _FAILURES.clear()
    for function in functions().values() if wanted is None else wanted:
        if function.is_frame or function.signature.result is None:
            continue
        kinds = [value.sql_type for value in function.signature.parameters.values()]
        result = function.signature.result.sql_type
        for name, call, kind in (
            (function.name, _noting(function), result),
            (function.name + OR_NULL, _or_null(function), result),
            (function.name + WHY, _why(function), "varchar"),
        ):
            # DuckDB counts the parameters that a function says it has.
            call.__signature__ = inspect.signature(function.call)  # type: ignore[attr-defined]
            _KEPT.append(call)
            # Another connection of this database may have made it known already.
            with suppress(duckdb.CatalogException):
                connection.create_function(name, call, kinds, kind, null_handling="special")  # type: ignore[call-overload]


def expect_no_failure(connection: Connection, table: str, key: Sequence[str], sql: str) -> None:
    """Expect that no function failed since the last look.

    Args:
        connection: in the transaction in which the functions were called.
        table: the table whose rows were made.
        key: the columns that name a row.
        sql: the SELECT that made them.

    Raises:
        FunctionFailedError: one failed; the rows are named by their key.
    """
    if not _FAILURES:
        return
    errors = list(dict.fromkeys(_FAILURES))
    rows = failing_rows(connection, key, sql)
    count = len(_FAILURES)
    _FAILURES.clear()
    at = f" The rows: {'; '.join(rows)}." if rows else ""
    more = f" It failed {count:,} times." if count > 1 else ""
    raise FunctionFailedError(
        f"{errors[0]}. It was called for {table}.{at}{more} Nothing of the build was kept: correct the function or the "
        "model" + (", or let the contract say `sets_failures_aside = true`." if table.startswith("silver.") else ".")
    )


def _noting(function: Function) -> Callable[..., Any]:
    run, wanted = function.call, function.signature.result
    plain = frozenset(wanted.accepted if wanted else ()) - {datetime}
    fit = fitting(wanted.sql_type if wanted else "")

    def call(*arguments: Any) -> Any:  # noqa: ANN401
        # The usual call is let through: a closer look at what comes and goes takes three times as long.
        if None not in arguments:
            try:
                result = run(*arguments)
                if type(result) in plain:
                    return fit(result)
            except FAILURES:  # The closer look calls it again, and tells what it raises.
                pass
        result, error = _result(function, arguments)
        if error:
            _FAILURES.append(error)
        return result

    return call


def _or_null(function: Function) -> Callable[..., Any]:
    return lambda *arguments: _result(function, arguments)[0]


def _why(function: Function) -> Callable[..., Any]:
    return lambda *arguments: _result(function, arguments)[1]


def _result(function: Function, arguments: Sequence[Any]) -> tuple[Any, str | None]:
    """Call a function: what it gives, or why it failed; null for a null it does not take."""
    wanted = function.signature.result
    takes_null = (value.nullable for value in function.signature.parameters.values())
    if wanted is None or any(value is None and not takes for value, takes in zip(arguments, takes_null, strict=True)):
        return None, None
    try:
        result = function.call(*arguments)
    except FAILURES as error:
        return None, _told(function, arguments, f"{type(error).__name__}: {error}", place_of(error, function.path))
    if result is None and wanted.nullable:
        return None, None
    if not isinstance(result, wanted.accepted):
        return None, _told(function, arguments, f"it gave {result!r}; expected is {wanted.sql_type}", "")
    if isinstance(result, datetime) and result.tzinfo is not None:
        result = result.astimezone(UTC).replace(tzinfo=None)
    try:
        return fitting(wanted.sql_type)(result), None
    except (ValueError, OverflowError) as error:
        return None, _told(function, arguments, f"it gave {error}; expected is {wanted.sql_type}", "")


def _told(function: Function, arguments: Sequence[Any], error: str, at: str) -> str:
    given = ", ".join(map(repr, arguments))
    where = at or f"{place_of(ValueError(), function.path)}:{function.line}"
    return f"{where}: {function.name}({given}) failed: {error}"
