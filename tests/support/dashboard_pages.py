"""The dashboard's pages by the names that the registry has, and how Streamlit's test runner opens one of them."""

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from wattlake.app.dashboard.pages import pages

NAMES = tuple(pages())
FIRST = NAMES[0]


def go_to(test: AppTest, name: str) -> AppTest:
    """Choose a page; the next run draws it. The runner's own ``switch_page`` knows pages that are files alone."""
    assert name in pages(), name
    test._page_hash = calc_hash("" if name == FIRST else name)
    return test
