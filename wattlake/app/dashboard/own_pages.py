"""Load the pages of the project: ``pages/*.py``, with a ``PAGE`` and a ``show`` as ours.

One that cannot be loaded or drawn shows its error in its place; the others are as they were.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path

import streamlit as st

from wattlake.app.dashboard import foreign
from wattlake.app.dashboard.pages import Page, Registered, as_page
from wattlake.lake.project import FAILURES, files, load, place_of, shown

BROKEN = ":material/error:"


def own_pages(ours: Collection[str]) -> Iterator[Registered]:
    """Load every page of the project, in the order of the names.

    Args:
        ours: the names of the pages that there are already.
    """
    for path in files("pages", ".py"):
        if path.stem in ours:
            message = f"{shown(path)}: there is a page `{path.stem}` of Wattlake's own. Give yours another name."
            yield _broken(f"{path.stem}-of-project", path, message)
            continue
        try:
            page = as_page(path.stem, load(path))
        except FAILURES as error:
            yield _broken(path.stem, path, _told(error, path))
        else:
            yield replace(page, show=_guarded(page.show, path))


def _guarded(show: Callable[[], None], path: Path) -> Callable[[], None]:
    """Let a page that fails show its error below what it has drawn."""

    def page() -> None:
        try:
            show()
        except FAILURES as error:
            _show(_told(error, path))

    return page


def _broken(name: str, path: Path, message: str) -> Registered:
    page = Page(title=path.stem.replace("_", " ").capitalize(), icon=BROKEN, has_rows=lambda: True)
    # Its own file may not even be Python, and whoever looks for what it reads finds nothing in this one.
    return Registered(name, page, lambda: _show(message), Path(__file__))


def _show(message: str) -> None:
    st.error("This page of the project cannot be shown:", icon=BROKEN)
    foreign.show(message)


def _told(error: BaseException, path: Path) -> str:
    return f"{place_of(error, path)}: {type(error).__name__}: {error}"
