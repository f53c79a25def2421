"""The sources: one module each says what to ask and how to read the answer.

They use no Prefect, no storage and no clock.

A module declares itself in ``SOURCE``: an ``Api`` or an ``Inbox`` of ``base``. Modules are found by name; nothing is
registered. What several of them share stands in ``base`` and in modules whose name starts with an underscore.
A user's own sources come after them (``tasks/own_sources``).
"""

import importlib
import pkgutil
from pathlib import Path

from wattlake.tasks import own_sources
from wattlake.tasks.sources.base import (
    AnySource,
    Api,
    Array,
    Database,
    DaysAsked,
    Inbox,
    Login,
    Page,
    Patience,
    Place,
    Request,
    Scope,
    declared,
)

__all__ = [
    "AnySource",
    "Api",
    "Array",
    "Database",
    "DaysAsked",
    "Inbox",
    "Login",
    "Page",
    "Patience",
    "Place",
    "Request",
    "Scope",
    "check_own",
    "in_order",
    "own_names",
    "source",
    "source_names",
]

SHARED = "base"


def source_names() -> list[str]:
    """List the names of all sources in alphabetical order; none is imported.

    A user's own are among them.

    Raises:
        OwnSourceError: a file of the user's has the name of another source.
    """
    return sorted([*_our_names(), *own_names()])


def own_names() -> list[str]:
    """List the names of the sources that the project folder holds.

    Raises:
        OwnSourceError: a file has the name of another source.
    """
    names = list(own_sources.own_files())
    for name in names:
        if name in _our_names():
            raise own_sources.twice(name, Path(__path__[0], f"{name}.py"), own_sources.own_files()[name])
    return names


def check_own() -> int:
    """Load every source of the project folder; gives their number.

    Raises:
        OwnSourceError: a sentence for each mistake in them.
    """
    mistakes = []
    names = own_names()
    for name in names:
        try:
            source(name)
        except own_sources.OwnSourceError as error:
            mistakes.append(str(error))
    if mistakes:
        raise own_sources.OwnSourceError("\n".join(mistakes))
    return len(names)


def _our_names() -> list[str]:
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return [name for name in names if not name.startswith("_") and name != SHARED]


def source(name: str) -> AnySource:
    """Import the description of a source.

    Raises:
        ValueError: there is no source of that name, or the user's file that describes it has mistakes.
        TypeError: its module declares none, or one of another name.
    """
    if name in own_names():
        from wattlake.tasks.own_sources.loading import load

        return load(name, own_sources.own_files()[name])
    if name not in source_names():
        raise ValueError(f"There is no source `{name}`. The sources are: {', '.join(source_names())}.")
    module = importlib.import_module(f"{__name__}.{name}")
    return declared(module, name, str(module.__file__))


def in_order(names: list[str]) -> list[str]:
    """Order sources: files first, each after what is landed as those that it comes after.

    Raises:
        ValueError: they wait for one another.
    """
    waiting = sorted(names, key=lambda name: (isinstance(source(name), Api), name))
    ordered: list[str] = []
    while waiting:
        ready = next((name for name in waiting if not _awaited(name) & {*waiting, *_landed_as(waiting)}), None)
        if ready is None:
            raise ValueError(
                f"The sources {', '.join(waiting)} are each to be landed after another. Mend their `after`."
            )
        waiting.remove(ready)
        ordered.append(ready)
    return ordered


def _awaited(name: str) -> set[str]:
    """Name what a source comes after; what it is landed as itself does not wait for it."""
    described = source(name)
    return {*described.after} - ({described.landed_as} - {name})


def _landed_as(names: list[str]) -> set[str]:
    return {source(name).landed_as for name in names}
