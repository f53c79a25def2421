"""The sources: one module each says what to ask and how to read the answer.

They use no Prefect, no storage and no clock.

A module declares itself in ``SOURCE``: an ``Api`` or an ``Inbox`` of ``base``. Modules are found by name; nothing is
registered. What several of them share stands in ``base`` and in modules whose name starts with an underscore.
"""

import importlib
import pkgutil

from wattlake.tasks.sources.base import Api, Array, DaysAsked, Inbox, Place, Request, Scope

__all__ = ["Api", "Array", "DaysAsked", "Inbox", "Place", "Request", "Scope", "in_order", "source", "source_names"]

SHARED = "base"


def source_names() -> list[str]:
    """List the names of all sources in alphabetical order; none is imported."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in names if not name.startswith("_") and name != SHARED)


def source(name: str) -> Api | Inbox:
    """Import the description of a source.

    Raises:
        ValueError: there is no source of that name.
        TypeError: its module declares none, or one of another name.
    """
    if name not in source_names():
        raise ValueError(f"There is no source `{name}`. The sources are: {', '.join(source_names())}.")
    module = importlib.import_module(f"{__name__}.{name}")
    declared = getattr(module, "SOURCE", None)
    if not isinstance(declared, Api | Inbox) or declared.name != name:
        raise TypeError(
            f'{module.__file__} declares no source of its name. Expected is `SOURCE = Api(name="{name}", …)` or '
            f'`SOURCE = Inbox(name="{name}", …)`.'
        )
    return declared


def in_order(names: list[str]) -> list[str]:
    """Order sources: files first, each after those that it declares to come after.

    Raises:
        ValueError: they wait for one another.
    """
    waiting = sorted(names, key=lambda name: (isinstance(source(name), Api), name))
    ordered: list[str] = []
    while waiting:
        ready = next((name for name in waiting if not set(source(name).after) & set(waiting)), None)
        if ready is None:
            raise ValueError(
                f"The sources {', '.join(waiting)} are each to be landed after another. Mend their `after`."
            )
        waiting.remove(ready)
        ordered.append(ready)
    return ordered
