"""Functions of the project: typed by their annotations, called by DuckDB for each row, told of where they fail."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.support.project_folder import forget, project_folder, write
from wattlake import function
from wattlake.lake.functions.calls import FunctionFailedError, expect_no_failure, register
from wattlake.lake.functions.of_project import called, code_of_file, frame_producers, functions
from wattlake.lake.project import ProjectFileError

HEAT = '''
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import polars as pl

from functions.constants import BASE
from wattlake import function


def helper():
    """It has no mark, so no model may call it."""


@function
def degree_days(celsius: float) -> float:
    return max(BASE - celsius, 0)


@function
def share(part_kwh: Decimal, all_kwh: Decimal) -> float | None:
    return None if part_kwh > all_kwh else float(part_kwh / all_kwh)


@function
def named(name: str | None, day: date, at: datetime, count: int, is_new: bool) -> str:
    return f"{name} {day} {at:%H} {count} {is_new}"


@function
def fee(kwh: Decimal) -> Annotated[Decimal, 12, 2]:
    return kwh * Decimal("0.333")


@function
def wrong(kwh: float) -> int:
    return kwh / 2


@function
def doubled(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(kwh=pl.col("kwh") * 2)
'''
FILES = {"functions/heat.py": HEAT, "functions/constants.py": "BASE = 15\n"}
CONTRACT = """
row = "A meter."
key = ["meter_id"]
made_by = "doubled"
[columns.meter_id]
type = "varchar"
meaning = "Meter"
[columns.kwh]
type = "decimal(18,6)"
meaning = "Energy"
ge = 0
"""


def answers(sql: str) -> list[tuple[object, ...]]:
    """What a plain DuckDB with the project's functions answers."""
    with duckdb.connect() as connection:
        register(connection)
        return connection.execute(sql).fetchall()


def failure(sql: str) -> str:
    """What is said of the functions that failed in a SELECT of rows with the key `meter`."""
    with duckdb.connect() as connection:
        register(connection)
        connection.execute(f"create table made as {sql}")
        with pytest.raises(FunctionFailedError) as raised:
            expect_no_failure(connection, "gold.x", ("meter",), sql)
        expect_no_failure(connection, "gold.x", ("meter",), sql)
    return str(raised.value)


def test_a_function_is_itself_and_is_called_with_its_types(tmp_path: Path):
    def twice(kwh: float) -> float:
        return 2 * kwh

    assert function(twice) is twice
    with project_folder(tmp_path, FILES):
        assert functions().keys() == {"degree_days", "share", "named", "fee", "wrong", "doubled"}
        assert answers("select degree_days(5.5), degree_days(20), degree_days(null)") == [(9.5, 0, None)]
        assert answers("select share(1.5, 3), share(4, 3), share(null, 1)") == [(0.5, None, None)]
        assert answers("select fee(1.5), typeof(fee(1))") == [(Decimal("0.50"), "DECIMAL(12,2)")]
        at = "named(null, date '2026-01-02', timestamp '2026-01-02 03:00', 4, true)"
        assert answers(f"select {at}") == [("None 2026-01-02 03 4 True",)]
        assert [each.name for each in called("select Share(a, b), abs(c), helper(d) from gold.x")] == ["share"]


def test_a_function_that_fails_names_its_line_its_values_and_the_rows(tmp_path: Path):
    with project_folder(tmp_path, FILES):
        rows = "(values ('a', 1.0, 2.0), ('b', 0.0, 0.0), ('c', 5.0, 1.0)) as t (meter, part, whole)"
        said = failure(f"select meter, share(part, whole) as share from {rows}")
        assert said.startswith("functions/heat.py:")
        assert "share(Decimal('0.000000'), Decimal('0.000000')) failed: InvalidOperation" in said
        assert "It was called for gold.x. The rows: meter b." in said
        said = failure("select 'a' as meter, wrong(3) as x")
        assert "wrong(3.0) failed: it gave 1.5; expected is bigint" in said
        # Further in than the last SELECT the rows have no key yet.
        said = failure("with x as (select wrong(3) as x) select 'a' as meter, x from x")
        assert "wrong(3.0) failed" in said
        assert "The rows" not in said


def test_the_files_that_a_function_says_it_reads_are_part_of_what_it_is_made_of(tmp_path: Path):
    reads = '@function(files=["tables/tariffs.csv"])\ndef fee(kwh: float) -> float:\n    return kwh\n'
    files = {"functions/fees.py": f"from wattlake import function\n\n\n{reads}", "tables/tariffs.csv": "0.1"}
    codes = []
    for tariff in ("0.1", "0.2", "0.1"):
        with project_folder(tmp_path, files | {"tables/tariffs.csv": tariff}):
            assert answers("select fee(2.0)") == [(2.0,)]
            codes.append(functions()["fee"].code)
    assert codes[0] == codes[2] != codes[1]
    (tmp_path / "tables" / "tariffs.csv").unlink()
    del files["tables/tariffs.csv"]
    with project_folder(tmp_path, files), pytest.raises(ProjectFileError) as raised:
        functions()
    assert "functions/fees.py:4: `files` names 'tables/tariffs.csv', which cannot be read (No such file" in str(
        raised.value
    )


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("@function\ndef f(a) -> int: ...", "functions/heat.py:2: the function `f` cannot be used: `a` has no type."),
        ("@function\ndef f(a: int): ...", "the function `f` cannot be used: it does not say what it gives."),
        ("@function\ndef f(a: list) -> int: ...", "`a` has a type that SQL cannot give. Give it one of str, int"),
        ("@function\ndef f(*a: int) -> int: ...", "`a` is no parameter that SQL can give"),
        ("@function\ndef f(a: 'Frame') -> int: ...", "its types cannot be read: name 'Frame' is not defined"),
        ("\n1 / 0", "functions/heat.py:3: ZeroDivisionError: division by zero"),
        ("def f(:", "functions/heat.py:2: SyntaxError"),
        ("@function\ndef f(a: int) -> int: ...\n@function\ndef F(a: int) -> int: ...", "there is a function `f` in"),
    ],
)
def test_what_is_no_function_is_told_with_file_and_line(tmp_path: Path, code: str, said: str):
    with (
        project_folder(tmp_path, {"functions/heat.py": f"from wattlake import function\n{code}\n"}),
        pytest.raises(ProjectFileError) as raised,
    ):
        functions()
    assert said in str(raised.value)


def test_the_code_of_a_function_is_that_of_its_file_and_of_all_it_imports(tmp_path: Path):
    files = FILES | {
        "functions/other.py": "X = 1\n",
        "functions/constants.py": "from . import deep\nBASE = 15\n",
        "functions/deep.py": "DEEP = 1\n",
    }
    with project_folder(tmp_path, files) as folder:
        code = code_of_file(folder / "functions/heat.py")
        for name, is_in in (("heat", True), ("constants", True), ("deep", True), ("other", False)):
            write(folder, {f"functions/{name}.py": files[f"functions/{name}.py"] + "# changed\n"})
            assert (code_of_file(folder / "functions/heat.py") != code) is is_in, name
            write(folder, files)
        assert code_of_file(folder / "functions/heat.py") == code


def test_a_frame_function_makes_rows_that_are_held_to_the_contract(tmp_path: Path):
    files = FILES | {"models/gold/twice.toml": CONTRACT}
    with project_folder(tmp_path, files) as folder:
        producer = frame_producers()["gold.twice"]
        made = producer(pl.DataFrame({"meter_id": ["a", "b"], "kwh": [1.25, 2.0], "more": [0, 0]}))
        assert made.schema == {"meter_id": pl.String, "kwh": pl.Decimal(18, 6)}
        assert made["kwh"].to_list() == [Decimal("2.5"), Decimal(4)]
        with pytest.raises(FunctionFailedError) as raised:
            producer(pl.DataFrame({"meter_id": ["a", "b"], "kwh": [1.0, -2.0]}))
        assert "doubled failed for gold.twice: kwh breaks greater_than_or_equal_to" in str(raised.value)
        assert "in the rows meter_id b" in str(raised.value)
        with pytest.raises(FunctionFailedError, match="its frame lacks meter_id; it has kwh"):
            producer(pl.DataFrame({"kwh": [1.0]}))
        with pytest.raises(FunctionFailedError, match=r"heat.py:43: doubled failed for gold.twice: ColumnNot"):
            producer(pl.DataFrame({"meter_id": ["a"]}))
        with pytest.raises(FunctionFailedError, match=r"doubled failed for gold.twice: conversion from `f64` to"):
            producer(pl.DataFrame({"meter_id": ["a"], "kwh": [1e20]}))
        assert "BASE = 15" in producer.code
        write(folder, {"models/gold/twice.toml": CONTRACT.replace('"doubled"', '"share"')})
        forget()
        with pytest.raises(ProjectFileError, match="`made_by` is `share`, which is no function of functions/ that"):
            frame_producers()


def test_times_come_and_go_without_an_offset_in_utc(tmp_path: Path):
    code = """
from datetime import datetime, timedelta, timezone

from wattlake import function


@function
def later(at: datetime) -> datetime:
    return at.replace(tzinfo=timezone(timedelta(hours=2)))
"""
    with project_folder(tmp_path, {"functions/times.py": code}):
        assert answers("select later(timestamp '2026-03-29 03:00')") == [(datetime(2026, 3, 29, 1),)]  # noqa: DTZ001


@pytest.mark.parametrize(
    ("kind", "given", "held"),
    [
        ("Decimal", "Decimal(10).normalize()", Decimal(10)),
        ("Decimal", "Decimal('1E+20')", "1E+20 has too many digits; expected is decimal(18,6)"),
        ("Decimal", "Decimal('nan')", "NaN is no number"),
        ("Decimal", "float('inf')", "has too many digits; expected is decimal"),
        ("Decimal", "0.1 + 0.2", Decimal("0.3")),
        ("Decimal", "Decimal('0.0000005')", Decimal("0.000001")),
        ("Decimal", "999999999999", Decimal(999999999999)),
        ("int", "2**63", "9.223e+18 is beyond 64 bits; expected is bigint"),
        ("int", "-(2**63)", -(2**63)),
        ("float", "10**400", "int too large to convert to float; expected is double"),
        ("str", "chr(0xD800)", "surrogates not allowed; expected is varchar"),
        ("int", "sys.exit(0)", "SystemExit: 0"),
    ],
)
def test_a_value_that_its_type_cannot_hold_fails_and_no_other_is_stored(
    tmp_path: Path, kind: str, given: str, held: object
):
    code = "import sys\nfrom decimal import Decimal\n\nfrom wattlake import function\n\n\n@function\n"
    code += f"def given(seen: int) -> {kind}:\n    return {given}\n"
    with project_folder(tmp_path, {"functions/given.py": code}):
        if isinstance(held, str):
            assert held in failure("select 'a' as meter, given(1) as x")
            assert answers("select given__or_null(1)") == [(None,)]
        else:
            assert answers("select given(1), given__or_null(1)") == [(held, held)]


def test_a_file_that_ends_the_process_while_it_is_loaded_is_told_as_its_own(tmp_path: Path):
    with (
        project_folder(tmp_path, {"functions/end.py": "import sys\n\nsys.exit(0)\n"}),
        pytest.raises(ProjectFileError, match=r"functions/end\.py:3: SystemExit: 0"),
    ):
        functions()
