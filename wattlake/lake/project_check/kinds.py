"""Check that a model is of a kind that a build can make: by landing, by period, or whole."""

import re
from collections.abc import Iterator

from wattlake.lake.contracts import columns, spec
from wattlake.lake.contracts.base import OwnTable
from wattlake.lake.functions.of_project import functions
from wattlake.lake.models.graph import Model, models
from wattlake.lake.project_check.binding import Wrong

LAYERS_OF_GOLD = {"silver", "quarantine", "gold"}
"""The layers whose changes bring gold up to date."""


def mistakes_of_kind(model: Model, text: str) -> Iterator[Wrong]:
    """Say why a build could not make a model as it stands."""
    if not re.match(r"-- \S", text):
        yield Wrong("the first line is no `-- One row is …`, which says what a row is", 1)
    if model.layer == "silver":
        yield from _of_silver(model)
    if model.layer == "gold":
        yield from _of_gold(model)
    if model.is_view and ("$from_utc" in text or "$from_landing" in text):
        yield Wrong("a view has no window: it shows all there is", 1)
    promised = spec(model.table)
    if isinstance(promised, OwnTable) and promised.made_by:
        function = functions().get(promised.made_by.lower())
        if function is None or not function.is_frame:
            yield Wrong(
                f'its contract says `made_by = "{promised.made_by}"`, and no function of frames is called so', 1
            )


def _of_silver(model: Model) -> Iterator[Wrong]:
    sources = sorted(table for table in model.inputs if table.startswith("bronze."))
    if len(sources) != 1 or model.inputs - set(sources):
        yield Wrong("a silver model reads one table of bronze, and nothing else", 1)
        return
    if not ("$from_landing" in model.sql and "$to_landing" in model.sql):
        yield Wrong("a silver model takes its landings: `where _landing_id between $from_landing and $to_landing`", 1)
    readers = [other.table for other in models().values() if other.layer == "silver" and sources[0] in other.inputs]
    if [other for other in readers if not models()[other].file]:
        yield Wrong(f"{sources[0]} is read into {readers[0]} already. Read that in gold", 1)


def _of_gold(model: Model) -> Iterator[Wrong]:
    if model.by_period:
        column = columns(model.table).get("period_start_utc")
        if "$to_utc" not in model.sql or column is None or column.sql_type != "timestamp":
            yield Wrong(
                "a model by period has `$from_utc` and `$to_utc`, and a column period_start_utc of type timestamp", 1
            )
        late = sorted(_late_upstream(model))
        if late:
            yield Wrong(
                f"a model by period cannot read {late[0]}, which is made of all periods. Leave out `$from_utc` and "
                "`$to_utc`: then it is made as a whole, after it",
                1,
            )
    if model.is_whole and not model.is_late and (others := sorted(filter(_comes_later, model.inputs))):
        yield Wrong(
            f"a model by period reads this table, so it is made before {others[0]} and cannot read that: only silver "
            "and other tables without periods",
            1,
        )
    if others := sorted({table.partition(".")[0] for table in model.inputs} - LAYERS_OF_GOLD):
        yield Wrong(f"a gold model reads silver and gold, and no {others[0]}: what changes there makes no gold anew", 1)
    if not spec(model.table).key:
        yield Wrong("its contract has no `key`, the columns that name a row", 1)


def _comes_later(table: str) -> bool:
    """Say whether a table is made, or changes, after the tables without periods are made."""
    return not (table.startswith("silver.") or (table in models() and models()[table].is_whole))


def _late_upstream(model: Model) -> Iterator[str]:
    """List the whole tables before a model by period that are made of tables by period."""
    waiting, seen = sorted(model.inputs), set[str]()
    while waiting:
        table = waiting.pop()
        made = models().get(table)
        if table in seen or made is None or made.by_period or made.layer != "gold":
            continue
        seen.add(table)
        waiting.extend(made.inputs)
        if any(read in models() and models()[read].by_period for read in made.inputs):
            yield table
