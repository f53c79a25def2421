"""Pages of a project stand in the navigation with ours; one that fails shows its error and no other page is harmed."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.support.dashboard_pages import go_to
from tests.support.project_folder import project_folder
from wattlake.app.dashboard import MAIN
from wattlake.app.dashboard.lineage import edges
from wattlake.app.dashboard.pages import pages

GOOD = """
import streamlit as st

from wattlake.app.dashboard.pages import Page
from wattlake.app.dashboard.snapshot import ask

PAGE = Page(title="Heat", icon=":material/heat:", section="Ours")


def zones(connection):
    return connection.execute("select count(*) from warehouse.dim_zone").fetchall()[0][0]


def show() -> None:
    st.markdown(f"There are {ask(zones)} zones.")
"""
FILES = {
    "pages/heat.py": GOOD,
    "pages/fails.py": GOOD.replace("{ask(zones)}", "{1 / 0}"),
    "pages/no_python.py": "def :",
    "pages/no_page.py": "import streamlit",
    "pages/overview.py": GOOD,
}


def opened(name: str) -> AppTest:
    """The page of a name."""
    test = AppTest.from_file(str(MAIN), default_timeout=30).run()
    go_to(test, name).run()
    assert not test.exception
    return test


def test_each_page_is_drawn_or_shows_why_not(use_lake, filled_folder, tmp_path: Path):
    ours = list(pages())
    use_lake(filled_folder)
    with project_folder(tmp_path, FILES):
        assert list(pages())[: len(ours)] == ours
        assert pages().keys() - set(ours) == {"heat", "fails", "no_python", "no_page", "overview-of-project"}
        assert edges()["page.heat"] == {"warehouse.dim_zone"}
        test = opened("heat")
        assert any(element.value.startswith("There are ") for element in test.markdown)
        assert not test.error
        for name, error in {
            "fails": "pages/fails.py:15: ZeroDivisionError: division by zero",
            "no_python": "pages/no_python.py:1: SyntaxError: invalid syntax",
            "no_page": "AttributeError",
            "overview-of-project": "pages/overview.py: there is a page `overview` of Wattlake's own.",
        }.items():
            test = opened(name)
            assert [element.value for element in test.error] == ["This page of the project cannot be shown:"]
            assert error in test.code[0].value
        assert not opened(ours[0]).error
    assert list(pages()) == ours
