"""Let a function make the rows of a table: frame in, frame out, held to the contract."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wattlake.lake.contracts import contracts, spec
from wattlake.lake.contracts.base import OwnTable
from wattlake.lake.functions.calls import FunctionFailedError
from wattlake.lake.functions.failing_rows import ROWS_NAMED
from wattlake.lake.functions.of_project import Function, functions
from wattlake.lake.project import FAILURES, ProjectFileError, place_of, shown

if TYPE_CHECKING:
    import pandera.errors
    import polars as pl


@dataclass(frozen=True)
class FrameProducer:
    """Makes the rows of a table from those of its SELECT, by a function of the project."""

    table: str
    function: Function

    @property
    def code(self) -> str:
        """Read the code that the rows are made by."""
        return self.function.code

    def __call__(self, rows: "pl.DataFrame") -> "pl.DataFrame":
        """Make the rows.

        Raises:
            FunctionFailedError: the function failed, or gave what breaks the contract.
        """
        import polars as pl

        try:
            made = self.function.call(rows)
        except FAILURES as error:
            line = place_of(error, self.function.path)
            raise self._failed(f"{type(error).__name__}: {error}", line) from error
        if not isinstance(made, pl.DataFrame):
            raise self._failed(f"it gave {type(made).__name__}; expected is a polars.DataFrame")
        return self._validated(made)

    def _validated(self, made: "pl.DataFrame") -> "pl.DataFrame":
        import pandera.errors
        from polars.exceptions import InvalidOperationError

        schema = contracts()[self.table].to_schema()
        if missing := [name for name in schema.columns if name not in made.columns]:
            raise self._failed(f"its frame lacks {', '.join(missing)}; it has {', '.join(made.columns)}")
        made = made.select(list(schema.columns))
        try:
            return schema.validate(_as_promised(made, schema.columns), lazy=True)
        except InvalidOperationError as error:
            raise self._failed(str(error).partition("\n")[0]) from error
        except pandera.errors.SchemaErrors as error:
            raise self._failed("; ".join(self._breaches(error, made))) from error

    def _breaches(self, error: "pandera.errors.SchemaErrors", made: "pl.DataFrame") -> Iterator[str]:
        """Say what breaks the contract, with the keys of some rows."""
        key = list(spec(self.table).key)
        cases = error.failure_cases.group_by("column", "check", maintain_order=True).agg("failure_case", "index")
        for column, check, values, indices in cases.select("column", "check", "failure_case", "index").iter_rows():
            rows = (
                made[[index for index in indices if index is not None][:ROWS_NAMED]].select(key).iter_rows(named=True)
            )
            at = "; ".join(", ".join(f"{name} {value}" for name, value in row.items()) for row in rows)
            yield f"{column} breaks {check} with {values[0]}" + (f" in the rows {at}" if at else "")

    def _failed(self, how: str, file_and_line: str = "") -> FunctionFailedError:
        line = file_and_line or f"{shown(self.function.path)}:{self.function.line}"
        return FunctionFailedError(f"{line}: {self.function.name} failed for {self.table}: {how}. Nothing was kept.")


def _as_promised(made: "pl.DataFrame", columns: "dict[str, object]") -> "pl.DataFrame":
    """Cast numbers and times to the contract's own kind of them; all else must be right already."""
    import polars as pl

    casts = []
    for name, column in columns.items():
        wanted, there = pl.DataFrame(schema={name: column.dtype.type}).schema[name], made.schema[name]  # type: ignore[attr-defined]
        is_alike = (wanted.is_numeric() and there.is_numeric()) or (wanted.is_temporal() and there == pl.Null)
        is_time = isinstance(wanted, pl.Datetime) and isinstance(there, pl.Datetime)
        loses = wanted.is_integer() and not there.is_integer()
        if there == pl.Null or is_time or (is_alike and not loses):
            casts.append(pl.col(name).cast(wanted))
    return made.with_columns(casts)


def frame_producers() -> dict[str, FrameProducer]:
    """List the tables of the project that a function makes, with it.

    Raises:
        ProjectFileError: there is no such function, or it takes no frame.
    """
    producers = {}
    for table in contracts():
        promised = spec(table)
        if isinstance(promised, OwnTable) and promised.made_by:
            function = functions().get(promised.made_by.lower())
            if function is None or not function.is_frame:
                raise ProjectFileError(
                    f"models/{table.replace('.', '/')}: `made_by` is `{promised.made_by}`, which is no function of "
                    "functions/ that takes a frame and gives one."
                )
            producers[table] = FrameProducer(table, function)
    return producers
