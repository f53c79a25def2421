"""Ask the newest snapshot, not the page's: for a part that is drawn anew by itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

import duckdb
import streamlit as st

from wattlake.app.dashboard.lake_identity import identity
from wattlake.app.dashboard.snapshot import newest
from wattlake.lake.store.lake import Lake

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

REMEMBERED_ANSWERS = 20
"""Whoever looks shares the newest answers; older ones nobody asks for."""
NEWEST_FOR = timedelta(milliseconds=500)
"""So long the newest snapshot is taken for the newest: whoever looks shares the question for it, too."""


def ask_newest(
    query: Callable[Concatenate[duckdb.DuckDBPyConnection, Arguments], Answer],
    *arguments: Arguments.args,
    **named_arguments: Arguments.kwargs,
) -> Answer:
    """Return a query's answer from one newest snapshot; read once for all viewers.

    Raises:
        wattlake.lake.store.lake.LakeNotFoundError: there is no lake.
        duckdb.CatalogException: the lake has no warehouse yet.
    """
    asked = newest()
    which = identity(asked, None)
    known_as = (f"{query.__module__}.{query.__qualname__}", *which, _newest_snapshot(asked, which))
    answer: Answer = _remembered(asked, query, known_as, arguments, named_arguments)
    return answer


@st.cache_data(show_spinner=False, ttl=NEWEST_FOR, max_entries=REMEMBERED_ANSWERS)
def _newest_snapshot(_lake: Lake, which: tuple[object, ...]) -> int:
    del which
    return _lake.snapshot_id()


@st.cache_data(show_spinner=False, max_entries=REMEMBERED_ANSWERS)
def _remembered(
    _lake: Lake,
    _query: Callable[..., Any],
    known_as: tuple[object, ...],
    arguments: tuple[Any, ...],
    named_arguments: dict[str, Any],
) -> Any:  # noqa: ANN401
    """Ask within one transaction, so that all that the query reads is of one commit."""
    del known_as
    reader = _lake.reader()
    try:
        reader.execute("begin")
        return _query(reader, *arguments, **named_arguments)
    finally:
        reader.close()
