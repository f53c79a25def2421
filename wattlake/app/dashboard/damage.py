"""What cannot be read of a lake is a sentence in its place; what can be read is drawn."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import duckdb
import streamlit as st

from wattlake.app.dashboard import foreign
from wattlake.lake.errors import told

UNREADABLE = (duckdb.Error, OSError)
"""What DuckDB and the disk say of a file that is damaged or gone, and of a table that the lake has not yet."""


@contextmanager
def shown(what: str) -> Iterator[None]:
    """Show what cannot be read, and what to do, in the place of what was to be drawn.

    Args:
        what: was to be drawn, as the sentence begins.
    """
    try:
        yield
    except duckdb.CatalogException:
        st.info(f"{what}: not built yet. This builds what was landed:", icon=":material/info:")
        st.code("wattlake build", language="shell")
    except UNREADABLE as error:
        st.error(f"{what} cannot be read:", icon=":material/broken_image:")
        foreign.show(told(error))


def draw_all(parts: dict[str, Callable[[], None]]) -> None:
    """Draw parts of a page; one that cannot be read leaves the others as they are."""
    for what, draw in parts.items():
        with shown(what):
            draw()
