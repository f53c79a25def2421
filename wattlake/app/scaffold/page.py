"""The files of a new page of the dashboard: the page, what it asks, and a test."""

TO_RUN = "`wattlake dashboard` shows it, and the Lineage page the tables that it asks."

VIEW = '''"""The «title» page: FILL IN: what it shows."""

import streamlit as st

from wattlake.app.dashboard.pages import Page
from wattlake.app.dashboard.queries import «name» as queries
from wattlake.app.dashboard.snapshot import ask

PAGE = Page(title="«title»", icon=":material/bolt:", section="Lake", place=«place»)


def show() -> None:
    """Draw the page."""
    st.dataframe(ask(queries.zones), hide_index=True)
'''

QUERIES = '''"""The questions of the «title» page."""

import polars as pl

from wattlake.lake.sql import Connection


def zones(connection: Connection) -> pl.DataFrame:
    """List FILL IN: the zones of the community: ``zone``."""
    return connection.execute("select zone from warehouse.dim_zone order by zone").pl()
'''

TEST = '''"""The «title» page, on a filled and on an empty lake."""

from streamlit.testing.v1 import AppTest

from harness.services import PROJECT
from tests.support.dashboard_pages import go_to
from wattlake.app.dashboard import MAIN

FILES = [PROJECT / "wattlake/app/dashboard" / folder / "«name».py" for folder in ("views", "queries")]


def test_nothing_is_left_to_fill_in():  # Delete this test once it passes.
    left = [f"{file}: {line}" for file in FILES for line in file.read_text().splitlines() if "FILL IN" in line]
    assert not left, "\\n".join(left)


def test_it_lists_the_zones_of_the_community(filled_folder, use_lake):
    use_lake(filled_folder)
    test = go_to(AppTest.from_file(str(MAIN), default_timeout=20).run(), "«name»").run()
    assert not test.exception
    assert test.header[0].value == "«title»"
    assert list(test.dataframe[0].value["zone"]) == ["north", "south"]


def test_an_empty_lake_is_told_how_to_fill_it(rowless_folder, use_lake):
    use_lake(rowless_folder)
    test = go_to(AppTest.from_file(str(MAIN), default_timeout=20).run(), "«name»").run()
    assert not test.exception
    assert not test.dataframe
    assert any("There is no energy in the lake yet" in element.value for element in (*test.info, *test.markdown))
'''

PAGE = {
    "wattlake/app/dashboard/views/«name».py": VIEW,
    "wattlake/app/dashboard/queries/«name».py": QUERIES,
    "tests/app/dashboard/test_page_«name».py": TEST,
}
