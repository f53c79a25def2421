"""The registry of pages.

Each module of ``views`` declares its ``PAGE`` and draws it with ``show``.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from wattlake.app.dashboard import views

LAST = 1_000


@dataclass(frozen=True)
class Page:
    """The declaration of a page in a module of ``views``.

    Attributes:
        title: the words in the navigation and above the page.
        icon: one of Material's, such as ``:material/bolt:``.
        section: the part of the navigation that the page stands in.
        place: pages stand in the order of their places; the first of them opens when none is asked for.
        filters: whether the reader chooses period and zones beside it.
        refresh: how often the page looks for something new.
        is_local: whether its times are those of the community's clock; UTC otherwise.
        has_rows: says whether the page has something to show while the lake has no energy of a community.
        table: most of its figures come from it; of pages with filters, the members' key figures if it names none.
    """

    title: str
    icon: str
    section: str = "Lake"
    place: int = LAST
    filters: bool = False
    refresh: str = "5m"
    is_local: bool = False
    has_rows: Callable[[], bool] = lambda: False
    table: str = ""

    @property
    def origin(self) -> str:
        """The table whose lineage says where its figures come from, if there is one."""
        return self.table or ("warehouse.kpi_member" if self.filters else "")


@dataclass(frozen=True)
class Registered:
    """A page as the folder has it.

    Attributes:
        name: of its module, and of its address.
        page: what it declares.
        show: draws it.
        file: the file that it stands in.
    """

    name: str
    page: Page
    show: Callable[[], None]
    file: Path


def pages() -> dict[str, Registered]:
    """List every page, the project's too, by name; in the order of places, then of titles."""
    from wattlake.app.dashboard.own_pages import own_pages  # It needs what a page is.

    names = [module.name for module in pkgutil.iter_modules(views.__path__)]
    registered = [_registered(name) for name in names if not name.startswith("_")]
    registered += own_pages({entry.name for entry in registered})
    ordered = sorted(registered, key=lambda entry: (entry.page.place, entry.page.title))
    return {entry.name: entry for entry in ordered}


def sections() -> dict[str, list[Registered]]:
    """List the pages by section; a section stands where the first of its pages does."""
    by_section: dict[str, list[Registered]] = {}
    for entry in pages().values():
        by_section.setdefault(entry.page.section, []).append(entry)
    return by_section


def _registered(name: str) -> Registered:
    return as_page(name, importlib.import_module(f"{views.__name__}.{name}"))


def as_page(name: str, module: ModuleType) -> Registered:
    """Register a module as a page.

    Raises:
        AttributeError: it declares none, or does not draw it.
    """
    missing_names = [wanted for wanted in ("PAGE", "show") if not hasattr(module, wanted)]
    if missing_names:
        raise AttributeError(
            f"{module.__file__} has no `{'` and no `'.join(missing_names)}`. A page declares "
            '`PAGE = Page(title="…", icon=":material/…:")` and draws itself in `def show() -> None`.'
        )
    return Registered(name, module.PAGE, module.show, Path(str(module.__file__)))
