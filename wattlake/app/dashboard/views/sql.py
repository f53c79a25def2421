"""SQL: queries that only read, with a schema browser, examples, downloads and limits."""

from datetime import timedelta
from io import BytesIO

import polars as pl
import streamlit as st

from wattlake.app.dashboard import foreign, widgets
from wattlake.app.dashboard.pages import Page
from wattlake.app.dashboard.snapshot import lake
from wattlake.app.ready import READY, text_and_title
from wattlake.app.sql_console.limits import Limits, StoppedError
from wattlake.app.sql_console.runner import Answered, run
from wattlake.lake.contracts import columns, contracts, meaning_of_a_row
from wattlake.lake.layers import READ_BY_PEOPLE, layer_of
from wattlake.lake.models.guard import RefusedError
from wattlake.lake.settings import Settings

PAGE = Page(title="SQL", icon=":material/terminal:", section="Lake", place=100, has_rows=lambda: lake().exists())

EXAMPLE = "select zone, sum(sold_kwh) as sold_kwh\nfrom warehouse.fact_zone_slot\ngroup by zone\norder by zone"
OWN = "One of your own"
BROWSED = "warehouse.fact_zone_slot"
SHOWN_ROWS = 2_000
ASKED = "asked query"
"""The session's key of the query that was asked last."""
LIMITS = Limits()


def query_asked() -> str | None:
    """Return the query whose button was pressed; None where the text was not asked.

    What is written lives in the address, and an address can be anyone's: it is shown, and runs when it is asked.
    """
    st.selectbox(
        "Start from", [OWN, *READY], format_func=lambda name: name if name == OWN else text_and_title(name)[1],
        key="example", on_change=take_example,
    )  # fmt: skip
    with st.form("ask", border=False):
        query = st.text_area("Query", EXAMPLE, height=260, key="query", bind="query-params")
        if st.form_submit_button("Ask", type="primary", icon=":material/play_arrow:"):
            st.session_state[ASKED] = query
    return query if st.session_state.get(ASKED) == query else None


def take_example() -> None:
    """Put the ready-made query that was chosen in the place of what is written."""
    if st.session_state["example"] != OWN:
        st.session_state["query"] = text_and_title(st.session_state["example"])[0]


def browse() -> None:
    """Draw the tables and their columns."""
    tables = [name for name in contracts() if layer_of(name) in READ_BY_PEOPLE]
    table = st.selectbox("Tables", tables, index=tables.index(BROWSED), key="browsed")
    described = [(column.name, column.sql_type, column.meaning) for column in columns(table).values()]
    # Unlike a data frame, a table breaks its lines: all of a meaning is read.
    st.table(
        pl.DataFrame(described, schema=["Column", "Type", "Meaning"], orient="row"), hide_index=True, height=360,
        border="horizontal", alt=f"The columns of {table}",
    )  # fmt: skip
    st.caption(meaning_of_a_row(table))


@st.cache_data(show_spinner="Asking …", max_entries=20, ttl=timedelta(minutes=10))
def answered(_settings: Settings, catalog: tuple[str, int], snapshot_id: int, query: str) -> Answered:
    """Run a query once for each snapshot.

    The lake's place is part of what its rows are remembered by.
    """
    del catalog
    return run(_settings, query, snapshot_id, LIMITS)


def show_rows(answer: Answered) -> None:
    """Draw the rows, and buttons to download them."""
    count = answer.rows.height
    cut = f" Only the first {count:,} are here: that is the limit." if answer.is_cut else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{count:,} rows in {answer.seconds:.2f} s.{cut}")
        parquet = BytesIO()
        answer.rows.write_parquet(parquet)
        widgets.download(answer.rows, "query")
        st.download_button(
            "Parquet", parquet.getvalue(), "wattlake-query.parquet", on_click="ignore", type="tertiary",
            icon=":material/download:",
        )  # fmt: skip
    st.dataframe(answer.rows.head(SHOWN_ROWS), hide_index=True, alt="The rows of the query")
    if count > SHOWN_ROWS:
        st.caption(f"The first {SHOWN_ROWS:,} are shown; the downloads have all {count:,}.")


def show() -> None:
    """Draw the page."""
    asking, browsing = st.columns(2, gap="medium")
    with browsing:
        browse()
    with asking:
        query = query_asked()
        st.caption(
            f"One SELECT over {', '.join(READ_BY_PEOPLE)}. It may take {LIMITS.seconds:g} s, {LIMITS.memory_mb:,} MB "
            f"of memory and answer with {LIMITS.rows:,} rows; `wattlake sql` has no limits."
        )
    if query is None:
        st.info("The query is not asked yet: read it, then press Ask.", icon=":material/play_arrow:")
    else:
        show_answer(query)


def show_answer(query: str) -> None:
    """Draw the answer to a query, or the reason why there is none."""
    settings = lake().settings
    try:
        show_rows(answered(settings, (settings.data, hash(settings.catalog)), lake().snapshot_id(), query))
    except RefusedError as error:
        st.error("The query was refused:", icon=":material/block:")
        foreign.show(error)
    except StoppedError as error:
        st.warning("The query was stopped:", icon=":material/timer_off:")
        foreign.show(error)
