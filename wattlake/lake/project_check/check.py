"""Check a project: its contracts, which models need, then functions, models, pages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from wattlake.lake import project
from wattlake.lake.contracts.of_project import contract_files
from wattlake.lake.functions.of_project import functions
from wattlake.lake.models.of_project import model_files
from wattlake.lake.project import ProjectFileError, files
from wattlake.lake.project_check.code import mistakes_in_functions, mistakes_in_pages
from wattlake.lake.project_check.contract_files import mistakes_in_contracts
from wattlake.lake.project_check.promises import mistakes_in_promises
from wattlake.lake.project_check.selects import mistakes_in_selects
from wattlake.lake.settings import Settings

FOLDERS = ("models", "functions", "checks", "pages", "sources")
Step = Callable[[Settings], Iterator[str]]


@dataclass(frozen=True)
class Checked:
    """How much of each kind a project holds, all of it in order."""

    tables: int
    models: int
    functions: int
    checks: int
    pages: int


def check_project(settings: Settings) -> Checked:
    """Check all that the project holds.

    Raises:
        ProjectFileError: a line for each mistake, with its file and, where it has one, its line.
    """
    if not any((project.PROJECT / folder).is_dir() for folder in FOLDERS):
        return Checked(0, 0, 0, 0, 0)
    # What is found by a step would be found again by the next, as something else.
    steps: tuple[Step, ...] = (
        *(mistakes_in_contracts, mistakes_in_functions, mistakes_in_promises, mistakes_in_selects, mistakes_in_pages),
    )
    for step in steps:
        if mistakes := list(dict.fromkeys(step(settings))):
            raise ProjectFileError("\n".join(mistakes))
    return Checked(
        len(list(contract_files())),
        len(list(model_files())),
        len(functions()),
        len(list(files("checks", ".sql"))),
        len(list(files("pages", ".py"))),
    )


def expect_checked() -> None:
    """Expect the project to be in order, as a build does; look once in a process.

    Raises:
        ProjectFileError: something is not.
    """
    _expect_checked(project.PROJECT)


@cache
def _expect_checked(_: Path) -> None:
    check_project(Settings())
