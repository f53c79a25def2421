"""Read the checks of the project: a file of ``checks/`` selects the rows that are wrong.

Its first line says what is wrong with them; ``-- severity: error`` rolls the build back, ``warning`` is recorded. There
may be ``-- of: gold.x``, the table that they are told of (by default the first that is read), and ``-- dimension: …``.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast, get_args

from wattlake.lake.contracts import contracts
from wattlake.lake.contracts.promises import Dimension, Severity
from wattlake.lake.layers import SCHEMAS
from wattlake.lake.models.graph import tables_read
from wattlake.lake.project import ProjectFileError, files, read, read_select, shown
from wattlake.lake.quality.sql_check import SqlCheck

SEVERITIES: dict[str, Severity] = {"error": "fail", "warning": "warn"}
ENTRY = re.compile(r"-- *(severity|of|dimension) *: *(.*)")
TABLE = re.compile(rf"\b((?:{'|'.join(SCHEMAS)})\.\w+)\b")


def own_checks() -> list[SqlCheck]:
    """Read every check of the project, in the order of the names.

    Raises:
        ProjectFileError: the head of a file does not say what it should.
    """
    return [read_check(path) for path in files("checks", ".sql")]


def read_check(path: Path) -> SqlCheck:
    """Read one check.

    Raises:
        ProjectFileError: its head does not say what it should.
    """
    sql = read_select(path)
    head = list(_head(sql))
    entries = {match[1]: match[2].strip() for line in head if (match := ENTRY.fullmatch(line))}
    meaning = head[0].removeprefix("--").strip().rstrip(".") if head and not ENTRY.fullmatch(head[0]) else ""
    if not meaning:
        raise _wrong(path, 1, "the first line is not `-- ` and a sentence that says what is wrong with its rows")
    if entries.get("severity") not in SEVERITIES:
        raise _wrong(path, 2, "there is no line `-- severity: error` or `-- severity: warning` at its head")
    dimension = entries.get("dimension", "validity")
    if dimension not in get_args(Dimension):
        raise _wrong(path, 2, f"`{dimension}` is no dimension: expected is one of {', '.join(get_args(Dimension))}")
    of = entries.get("of") or next((table for table in TABLE.findall(sql) if table in tables_read(sql)), "")
    if of not in contracts():
        raise _wrong(path, 2, f"`{of}` is no table of the lake that a check can be told of; `-- of: gold.x` names one")
    return SqlCheck(meaning, of, SEVERITIES[entries["severity"]], cast(Dimension, dimension), sql)


def code_of_checks() -> str:
    """Hash the checks of the project; empty where it has none."""
    texts = [f"{path.name}\n{read(path)}" for path in files("checks", ".sql")]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16] if texts else ""


def _head(sql: str) -> Iterator[str]:
    for line in sql.splitlines():
        if not line.startswith("--"):
            return
        yield line.rstrip()


def _wrong(path: Path, line: int, how: str) -> ProjectFileError:
    return ProjectFileError(f"{shown(path)}:{line}: {how}.")
