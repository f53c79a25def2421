"""Check the SELECTs of a project: its models, and its checks."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from wattlake.lake.contracts import bounds
from wattlake.lake.functions.of_project import called
from wattlake.lake.models.graph import Model, models
from wattlake.lake.models.of_project import model_files, read_model
from wattlake.lake.models.parameters import PARAMETER, fill, fill_in
from wattlake.lake.project import ProjectFileError, files, read_select, shown
from wattlake.lake.project_check.binding import Binding, Wrong
from wattlake.lake.project_check.kinds import mistakes_of_kind
from wattlake.lake.quality.own_checks import read_check
from wattlake.lake.settings import Settings

ANY_WINDOW: dict[str, datetime | int] = {
    "from_utc": datetime(2026, 1, 1),  # noqa: DTZ001 -- as the lake stores instants
    "to_utc": datetime(2026, 1, 2),  # noqa: DTZ001
    "from_landing": 1,
    "to_landing": 1,
}


def mistakes_in_selects(settings: Settings) -> Iterator[str]:
    """Say what is wrong with the models and checks of the project."""
    is_wrong = False
    for table, path in model_files():
        try:
            read_model(table, path)
        except ProjectFileError as error:
            is_wrong = True
            yield from str(error).splitlines()
    if is_wrong:
        return
    try:
        own = [model for model in models().values() if model.file]
    except ProjectFileError as error:
        yield str(error)
        return
    with Binding() as binding:
        for model in own:
            yield from _of_model(binding, model, settings)
        for path in files("checks", ".sql"):
            yield from _of_check(binding, path, settings)


def _of_model(binding: Binding, model: Model, settings: Settings) -> Iterator[str]:
    path = model.file or Path()
    text = read_select(path)
    # Not the SQL of the model: that may be rewritten, and have other lines.
    sql = fill_in(text, bounds(model.table))
    mistakes = [*_mistakes(binding, sql, settings, model.table), *mistakes_of_kind(model, text)]
    if model.is_view and (used := called(model.sql)):
        names = ", ".join(function.name for function in used)
        mistakes.append(
            Wrong(
                f"a view cannot call {names}: whoever reads it has no functions of yours. Call it in a table of gold, "
                "and let the view show that",
                text[: text.lower().find(used[0].name)].count("\n") + 1,
            )
        )
    yield from (f"{shown(path)}:{wrong.line}: {wrong.how}." for wrong in mistakes)


def _of_check(binding: Binding, path: Path, settings: Settings) -> Iterator[str]:
    try:
        check = read_check(path)
    except ProjectFileError as error:
        yield str(error)
        return
    if used := called(check.sql):
        yield f"{shown(path)}:1: a check cannot call {used[0].name}: functions are for models of silver and gold."
        return
    yield from (f"{shown(path)}:{wrong.line}: {wrong.how}." for wrong in _mistakes(binding, check.sql, settings, ""))


def _mistakes(binding: Binding, sql: str, settings: Settings, table: str) -> Iterator[Wrong]:
    """Say what is wrong with one SELECT; ``table`` is that of a model."""
    filled = fill(sql, settings, ANY_WINDOW if table else None)
    for match in PARAMETER.finditer(_without_comments(filled)):
        line = filled[: filled.find(match[0])].count("\n") + 1
        yield Wrong(f"there is no parameter `{match[0]}`: it is no setting, and no bound of a window", line)
        return
    yield from binding.mistakes(filled, table)


def _without_comments(sql: str) -> str:
    return "\n".join(line.partition("--")[0] for line in sql.splitlines())
