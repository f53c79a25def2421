"""The dashboard's pages by the names that the registry has, and how Streamlit's test runner opens one of them."""

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from wattlake.app.dashboard import MAIN
from wattlake.app.dashboard.pages import pages

NAMES = tuple(pages())
FIRST = NAMES[0]


def go_to(test: AppTest, name: str) -> AppTest:
    """Choose a page; the next run draws it. The runner's own ``switch_page`` knows pages that are files alone."""
    assert name in pages(), name
    test._page_hash = calc_hash("" if name == FIRST else name)
    return test


def drawn_page(name: str, *, seconds: float, **query: object) -> AppTest:
    """Open the dashboard at an address, choose a page, and hold it free of exceptions; each drawing has so long."""
    test = AppTest.from_file(str(MAIN), default_timeout=seconds)
    for parameter, value in query.items():
        test.query_params[parameter] = value
    test.run()
    if name != FIRST:
        go_to(test, name).run()
    assert not test.exception, test.exception
    return test
