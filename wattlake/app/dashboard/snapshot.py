"""Ask the lake and remember the answer: what is drawn twice from one snapshot is read once.

A page is drawn from one snapshot, whatever is committed meanwhile: ``pin`` chooses it when the page begins.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

import duckdb
import streamlit as st

from wattlake.app.dashboard.lake_identity import file_number, identity
from wattlake.lake.contracts import columns
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.snapshots import as_of

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

REMEMBERED_FOR = timedelta(minutes=10)
REMEMBERED_ANSWERS = 500
LAKES_OPEN = 6
"""The most lakes open at once, each a DuckDB of its own: the newest, to see what is new, and the snapshots that are
looked at; a page that is being drawn keeps its own."""
MEMORY_LIMIT = "400MB"
"""The memory of each DuckDB."""

AS_OF = "as_of"
"""The name of the address's parameter, and of the key under which a session keeps it."""
PINNED = "pinned"
"""The session's key of the lake as of the page's snapshot, and the snapshot's number."""
JUST_DRAWN = "just_drawn"


def newest() -> Lake:
    """Return the lake that the settings name, read-only, as it is now."""
    return _opened_for(Settings(), None)


def lake() -> Lake:
    """Return the lake as of the snapshot that the page is pinned to.

    Raises:
        wattlake.lake.store.snapshots.AsOfError: the address says something that is not kept.
    """
    pinned = st.session_state.get(PINNED)
    return pinned[0] if pinned else newest()


def pin() -> None:
    """Choose the page's snapshot: the one its address asks for, otherwise the newest.

    Raises:
        wattlake.lake.store.snapshots.AsOfError: the address says something that is not kept.
    """
    asked = asked_as_of()
    st.session_state[JUST_DRAWN] = True
    st.session_state[PINNED] = None
    if newest().exists():
        lake = _opened_for(Settings(), asked or str(newest().snapshot_id()))
        st.session_state[PINNED] = (lake, lake.snapshot_id())


def asked_as_of() -> str | None:
    """Return the address's ``?as_of=``, a snapshot or time; it stays on the next page."""
    asked: str | None = st.query_params.get(AS_OF) or st.session_state.get(AS_OF)
    if asked and st.query_params.get(AS_OF) != asked:
        st.query_params[AS_OF] = asked
    st.session_state[AS_OF] = asked
    return asked


def go_to(snapshot: str | None) -> None:
    """Look at the lake as of a snapshot from now on, or with ``None`` as it is."""
    st.session_state[AS_OF] = snapshot
    if snapshot:
        st.query_params[AS_OF] = snapshot
    else:
        st.query_params.pop(AS_OF, None)


def is_outdated() -> bool:
    """Say whether something was committed since the page was pinned, and it is to follow.

    Never at once, when the page has just been drawn: while a build commits and commits it would not come to rest.
    """
    if st.session_state.pop(JUST_DRAWN, False):
        return False
    if asked_as_of() or not newest().exists():
        return False
    pinned = st.session_state.get(PINNED)
    return pinned is None or pinned[1] != newest().snapshot_id()


def ask(
    query: Callable[Concatenate[duckdb.DuckDBPyConnection, Arguments], Answer],
    *arguments: Arguments.args,
    **named_arguments: Arguments.kwargs,
) -> Answer:
    """Return a query's answer from the page's snapshot; read anew only when that changes.

    Args:
        query: a function of ``queries``, or one of ``lake`` that takes a connection.
        arguments: what it takes after the connection.
        named_arguments: the same, by name.

    Raises:
        wattlake.lake.store.lake.LakeNotFoundError: there is no lake.
        duckdb.CatalogException: the lake has no warehouse yet.
    """
    asked, snapshot = st.session_state.get(PINNED) or (newest(), None)
    name = f"{query.__module__}.{query.__qualname__}"
    answer: Answer = _remembered(asked, query, identity(asked, snapshot), name, arguments, named_arguments)
    return answer


def meaning(table: str, column: str) -> str:
    """Return the contract's words for a column, with its unit: the help text of a number."""
    described = columns(table)[column]
    return f"{described.meaning} ({described.unit})." if described.unit else f"{described.meaning}."


def _opened_for(settings: Settings, looked_at: str | None) -> Lake:
    return _opened(settings.data, hash(settings.catalog), file_number(settings), looked_at)


@st.cache_resource(show_spinner=False, max_entries=LAKES_OPEN, ttl=REMEMBERED_FOR)
def _opened(data: str, catalog: int, file_number: int | None, looked_at: str | None) -> Lake:
    """Open a lake; the file's number tells it from one at the same address before it."""
    del data, catalog, file_number  # And it is opened anew after a while: an open one holds more with each commit.
    settings = Settings().model_copy(update={"memory_limit": MEMORY_LIMIT})
    return Lake(settings, read_only=True, as_of=as_of(looked_at) if looked_at else None)


@st.cache_data(show_spinner=False, ttl=REMEMBERED_FOR, max_entries=REMEMBERED_ANSWERS)
def _remembered(
    _lake: Lake,
    _query: Callable[..., Any],
    identity: tuple[Any, ...],
    name: str,
    arguments: tuple[Any, ...],
    named_arguments: dict[str, Any],
) -> Any:  # noqa: ANN401
    """Ask the query; arguments that begin with an underscore are no part of the key."""
    del identity, name
    reader = _lake.reader()
    try:
        return _query(reader, *arguments, **named_arguments)
    finally:
        reader.close()
