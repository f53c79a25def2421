"""The registry of pages: what stands in the folder is in the dashboard, and nothing else has to know of it."""

import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.dashboard_pages import go_to
from wattlake.app.dashboard import MAIN, lineage, views
from wattlake.app.dashboard.pages import pages, sections

TIDES = '''"""Tides: a page that nobody knows of."""

import streamlit as st

from wattlake.app.dashboard.pages import Page
from wattlake.app.dashboard.queries import extent
from wattlake.app.dashboard.snapshot import ask

PAGE = Page(title="Tides", icon=":material/waves:", section="Sea", place=65, filters=True)


def show() -> None:
    """Draw the page."""
    st.markdown(f"High water for {len(ask(extent.members))} members.")
'''


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder whose modules are views, too, while a test runs."""
    before = set(sys.modules)
    monkeypatch.setattr(views, "__path__", [*views.__path__, str(tmp_path)])
    lineage.edges.cache_clear()
    yield tmp_path
    lineage.edges.cache_clear()
    for name in set(sys.modules) - before:
        if name.startswith(f"{views.__name__}."):
            del sys.modules[name]
            vars(views).pop(name.rpartition(".")[2], None)


def test_a_page_is_one_new_file(folder, filled_folder, use_lake):
    (folder / "tides.py").write_text(TIDES)
    use_lake(filled_folder)
    test = AppTest.from_file(str(MAIN), default_timeout=20).run()
    go_to(test, "tides").run()
    assert not test.exception
    assert test.header[0].value == "Tides"
    assert any(element.value == "High water for 4 members." for element in test.markdown)
    assert test.multiselect(key="zone").options == ["north", "south"], "it asked for the filters"
    assert lineage.edges()["page.tides"] == {"warehouse.dim_user"}, "the lineage knows it, too"


def test_pages_stand_in_the_order_of_their_places_and_sections_where_their_first_page_does(folder):
    (folder / "tides.py").write_text(TIDES)
    assert list(sections()) == ["Community", "Plants", "Sea", "Lake"]
    names = list(pages())
    assert names[:2] == ["today", "overview"]
    assert names.index("tides") == names.index("fleet") + 1


def test_every_file_of_the_folder_is_a_page_and_places_and_titles_are_its_own():
    files = {path.stem for path in Path(views.__file__).parent.glob("[!_]*.py")}
    assert pages().keys() == files
    assert len({entry.page.place for entry in pages().values()}) == len(files)
    assert len({entry.page.title for entry in pages().values()}) == len(files)


def test_a_module_that_declares_no_page_is_told_what_it_lacks(folder):
    (folder / "half.py").write_text('"""Half a page."""\n')
    with pytest.raises(AttributeError, match=r"half.py has no `PAGE` and no `show`. A page declares"):
        pages()
