"""Ask the lake and remember the answer: what is drawn twice from one snapshot is read once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

import duckdb
import streamlit as st

from lake.catalog import Lake
from lake.contracts import columns
from lake.settings import Settings
from lake.snapshots import as_of

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

REMEMBERED_FOR = timedelta(minutes=10)
REMEMBERED_ANSWERS = 500

AS_OF = "as_of"
"""The name of the address's parameter, and of where a session keeps it."""


def lake() -> Lake:
    """The lake that the settings name, opened once and read-only, as of what the page's address says.

    Raises:
        lake.snapshots.AsOfError: the address says something that is not kept.
    """
    settings = Settings()
    return _opened(settings.data, settings.catalog, _file_number(settings), asked_as_of())


def asked_as_of() -> str | None:
    """The snapshot or time of ``?as_of=`` in the page's address; it stays there when another page is opened."""
    asked: str | None = st.query_params.get(AS_OF) or st.session_state.get(AS_OF)
    if asked and st.query_params.get(AS_OF) != asked:
        st.query_params[AS_OF] = asked
    st.session_state[AS_OF] = asked
    return asked


def ask(
    query: Callable[Concatenate[duckdb.DuckDBPyConnection, Arguments], Answer],
    *arguments: Arguments.args,
    **named_arguments: Arguments.kwargs,
) -> Answer:
    """A query's answer from the snapshot that is looked at, by default the newest; read anew only when that changes.

    Args:
        query: a function of ``queries``.
        arguments: what it takes after the connection.
        named_arguments: the same, by name.

    Raises:
        lake.catalog.LakeNotFoundError: there is no lake.
        duckdb.CatalogException: the lake has no warehouse yet.
    """
    asked = lake()
    identity = (asked.settings.data, asked.settings.catalog, _file_number(asked.settings), asked.snapshot_id())
    answer: Answer = _remembered(asked, query, identity, query.__qualname__, arguments, named_arguments)
    return answer


def meaning(table: str, column: str) -> str:
    """What the contract says of a column, with its unit: the help text beside a number."""
    described = columns(table)[column]
    return f"{described.meaning} ({described.unit})." if described.unit else f"{described.meaning}."


@st.cache_resource(show_spinner=False, max_entries=4)
def _opened(data: str, catalog: str, file_number: int | None, looked_at: str | None) -> Lake:
    """A lake by its address; the file's number tells a lake that was removed and made anew from the one before."""
    del data, catalog, file_number
    return Lake(Settings(), read_only=True, as_of=as_of(looked_at) if looked_at else None)


@st.cache_data(show_spinner=False, ttl=REMEMBERED_FOR, max_entries=REMEMBERED_ANSWERS)
def _remembered(
    _lake: Lake,
    _query: Callable[..., Any],
    identity: tuple[Any, ...],
    name: str,
    arguments: tuple[Any, ...],
    named_arguments: dict[str, Any],
) -> Any:  # noqa: ANN401
    """The arguments that begin with an underscore are no part of the key."""
    del identity, name
    reader = _lake.reader()
    try:
        return _query(reader, *arguments, **named_arguments)
    finally:
        reader.close()


def _file_number(settings: Settings) -> int | None:
    if settings.is_postgres or not settings.catalog_file.exists():
        return None
    return settings.catalog_file.stat().st_ino
