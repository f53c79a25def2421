"""Check what no contract can say: a file of ``sql/checks`` selects the rows that are wrong.

The files are found in the folder. The first line of each says what one wrong row is, the second which table they are
told of, whether they roll the build back (``fail``) or are recorded (``warn``), and the side of quality they judge.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast, get_args

import duckdb

from wattlake.lake.contracts import contracts
from wattlake.lake.contracts.promises import Dimension, Severity
from wattlake.lake.models.graph import SQL_FOLDER, fill, tables_read
from wattlake.lake.project import ProjectFileError
from wattlake.lake.quality.own_checks import own_checks
from wattlake.lake.quality.results import CheckResult, failing_keys
from wattlake.lake.quality.sql_check import SqlCheck
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection

CHECKS = SQL_FOLDER / "checks"
HEADER = re.compile(
    r"-- One row is (?P<meaning>\S.*)\n-- Of (?P<table>\w+\.\w+): (?P<severity>\w+), (?P<dimension>\w+)\.\n"
)


def sql_checks(folder: Path = CHECKS) -> Iterator[SqlCheck]:
    """Read every check of a folder, in the order of the names.

    Yields:
        The checks, named by their meaning.

    Raises:
        ValueError: the first two lines of a file do not say what they should.
    """
    for path in sorted(folder.glob("*.sql")):
        sql = path.read_text(encoding="utf-8")
        header = HEADER.match(sql)
        if not header or not _is_known(header):
            raise ValueError(
                f"{path} is no check. Expected are the lines `-- One row is ….` and `-- Of <layer>.<table>: "
                f"{' or '.join(get_args(Severity))}, {' or '.join(get_args(Dimension))}.`, then a SELECT of wrong rows."
            )
        severity, dimension = cast(Severity, header["severity"]), cast(Dimension, header["dimension"])
        yield SqlCheck(f"there is not {header['meaning'].rstrip('.')}", header["table"], severity, dimension, sql)


def check_sql(
    connection: Connection, settings: Settings, without: frozenset[str] = frozenset(), folder: Path = CHECKS
) -> list[CheckResult]:
    """Run every check of a folder over the whole lake, and after ours those of the project.

    Args:
        connection: with the lake as its current database.
        settings: fill the parameters of the checks.
        without: tables that cannot be read; checks that read one are left out.
        folder: the folder.
    """
    checks = [*sql_checks(folder), *(own_checks() if folder == CHECKS else [])]
    readable = [check for check in checks if not without & (tables_read(check.sql) | {check.table})]
    return [_result(connection, check, fill(check.sql, settings).strip()) for check in readable]


def _result(connection: Connection, check: SqlCheck, sql: str) -> CheckResult:
    try:
        failing, seen = connection.execute(
            f"select (select count(*) from ({sql}\n)), (select count(*) from {check.table})"
        ).fetchall()[0]
    except (duckdb.DataError, duckdb.InvalidInputException) as error:
        how = str(error).partition("\n")[0].rstrip(".")
        raise ProjectFileError(
            f"The check of {check.table}, `{check.name}`, cannot be made: {how}. Mend it."
        ) from error
    keys = failing_keys(connection, f"{sql}\n") if failing else None
    return CheckResult(check.name, check.table, check.severity, seen, failing, keys, check.dimension)


def _is_known(header: re.Match[str]) -> bool:
    return (
        header["table"] in contracts()
        and header["severity"] in get_args(Severity)
        and header["dimension"] in get_args(Dimension)
    )
