"""Text of others is shown as the characters that it is: on every page, in every address, by a rule on the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from playwright.sync_api import expect, sync_playwright
from streamlit.testing.v1 import AppTest

from tests.support.dashboard_pages import FIRST, NAMES, drawn_page
from tests.support.poisoned_lake import POISON, STRANGER, poisoned_lake
from tests.support.served_dashboard import BROWSER_FLAGS, dashboard_of
from wattlake.app.dashboard import MAIN, foreign

DASHBOARD = MAIN.parent
PLAIN = {
    # What Streamlit's front end shows as plain text.
    *("Code.code_text", "Selectbox.options", "Selectbox.raw_value", "MultiSelect.options", "MultiSelect.raw_values"),
    *("Text.body", "TextArea.default", "TextArea.value", "DownloadButton.url", "GraphVizChart.spec"),
}
CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)


@pytest.fixture(scope="module")
def poisoned_folder(tmp_path_factory, community) -> Path:
    return poisoned_lake(tmp_path_factory.mktemp("poisoned"), community)


def open_page(folder: Path, page: str, use_lake, **query: str) -> AppTest:
    use_lake(folder)
    return drawn_page(page, seconds=60, **query)


def texts(test: AppTest) -> Iterator[tuple[str, str]]:
    """Every text that a page sends to the browser, with the element and field that it is in."""
    waiting = [test.main, test.sidebar]
    while waiting:
        node = waiting.pop()
        waiting.extend(getattr(node, "children", {}).values())
        if (proto := getattr(node, "proto", None)) is not None and hasattr(proto, "ListFields"):
            yield from strings(proto)


def strings(proto) -> Iterator[tuple[str, str]]:
    for described, value in proto.ListFields():
        values = list(value) if hasattr(value, "append") or hasattr(value, "add") else [value]
        for one in values:
            if isinstance(one, str):
                yield f"{proto.DESCRIPTOR.name}.{described.name}", one
            elif hasattr(one, "ListFields"):
                yield from strings(one)


def check(test: AppTest) -> int:
    """Hold every text of a page free of foreign markup; how many texts have foreign text in them."""
    foreign_texts = [(field, text) for field, text in texts(test) if STRANGER in text]
    for field, text in foreign_texts:
        if field == "PlotlyChart.spec":
            assert "<img" not in text and "<a " not in text, text[:2000]
        elif field not in PLAIN and not field.endswith((".alt", ".id", ".key")):
            assert STRANGER not in CODE.sub("", text), (field, text)
    return len(foreign_texts)


@pytest.mark.parametrize("page", NAMES)
def test_no_text_of_the_lake_is_markup_on_any_page(poisoned_folder, use_lake, page):
    shown = check(open_page(poisoned_folder, page, use_lake, period="All days"))
    assert shown > 0 or page in ("today", "lineage", "sql", "pipeline")


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("member", "member"),
        ("forecast", "member"),
        ("lineage", "table"),
        ("quality", "checked"),
        ("overview", "zone"),
        ("overview", "period"),
        ("overview", "day"),
        ("overview", "compare"),
        ("forecast", "issue"),
        ("member", "month"),
        ("impact", "goal"),
        ("sql", "query"),
        ("overview", "as_of"),
        ("lineage", "as_of"),
    ],
)
def test_no_text_of_an_address_is_markup(filled_folder, use_lake, page, name):
    check(open_page(filled_folder, page, use_lake, **{name: POISON}))


def test_what_an_address_asks_for_in_vain_is_told_as_it_is_written(filled_folder, use_lake):
    test = open_page(filled_folder, "member", use_lake, member=POISON)
    assert foreign.literal(POISON) in test.warning[0].value
    assert foreign.literal("anna") in test.warning[0].value


def test_an_error_of_a_query_is_no_markup(filled_folder, use_lake):
    test = open_page(filled_folder, "sql", use_lake, query=f"select error('{POISON.replace(chr(39), '')}')")
    next(button for button in test.button if button.label == "Ask").click().run()
    assert STRANGER in test.code[0].value
    assert check(test) > 0


@given(st.text())
def test_literal_text_is_one_piece_of_code_and_nothing_else(text):
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(f"# A {foreign.literal(text)} b")[1].children
    kept = re.sub(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text).strip()
    if kept:
        assert [token.type for token in tokens] == ["text", "code_inline", "text"]
        assert tokens[1].content.strip() == kept.replace("\x00", "\ufffd").strip()
    else:
        assert [token.type for token in tokens] == ["text"]


def test_a_chart_keeps_its_own_markup_and_shows_others_as_text():
    bars = go.Bar(x=["<b>x</b>"], y=[1], customdata=[["<a href=x>"]], name="a & b", hovertemplate="%{x}<br>%{y}")
    (drawn,) = foreign.unmarked(go.Figure(bars).to_dict())["data"]
    assert list(drawn["x"]) == ["&lt;b&gt;x&lt;/b&gt;"]
    assert drawn["customdata"] == [["&lt;a href=x&gt;"]]
    assert drawn["name"] == "a &amp; b"
    assert drawn["hovertemplate"] == "%{x}<br>%{y}"


RAW = {"html", "write", "iframe", "components", "write_stream", "exception", "help", "echo"}
"""Streamlit's elements that run or interpret what they are given."""


def breaches(code: str, file: str) -> list[str]:
    """Where code could show foreign text as markup: raw elements, charts past ``foreign``, errors in sentences."""
    found = []
    caught = {node.name for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ExceptHandler) and node.name}
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        called = ast.unparse(node.func)
        if any(word.arg == "unsafe_allow_html" for word in node.keywords):
            found.append(f"{file}:{node.lineno} allows HTML")
        is_own_file = (file, ast.unparse(node)) == ("main.py", "st.html(LOOK)")
        if called.startswith("st.") and called.split(".")[1] in RAW and not is_own_file:
            found.append(f"{file}:{node.lineno} calls {called}")
        if node.func.attr == "plotly_chart" and file != "foreign.py":
            found.append(f"{file}:{node.lineno} draws a chart without foreign.chart")
        names = {inner.id for word in node.args for inner in ast.walk(word) if isinstance(inner, ast.Name)}
        if called.split(".")[0] in ("st", "parts") and names & caught:
            found.append(f"{file}:{node.lineno} shows an error without foreign.show")
    return found


def test_no_code_of_the_dashboard_shows_foreign_text_as_markup():
    files = sorted(DASHBOARD.rglob("*.py"))
    assert len(files) > 30
    assert [one for file in files for one in breaches(file.read_text(), str(file.relative_to(DASHBOARD)))] == []


@pytest.mark.parametrize(
    "code",
    [
        "st.markdown(x, unsafe_allow_html=True)",
        "st.html(x)",
        "st.components.v1.html(x)",
        "place.plotly_chart(x)",
        "try:\n    f()\nexcept ValueError as error:\n    st.error(str(error))",
        "try:\n    f()\nexcept ValueError as why:\n    parts.nothing(f'No: {why}')",
    ],
)
def test_a_breach_of_that_is_found(code):
    assert breaches(code, "views/x.py")


LEADS_AWAY = """stranger => [...document.querySelectorAll('*')].flatMap(element => [...element.attributes]
    .filter(one => /^(xlink:)?(href|src|action|data|srcset)$/.test(one.name) && one.value.includes(stranger))
    .map(one => element.outerHTML.slice(0, 300)))"""


@pytest.mark.long
def test_a_browser_finds_no_markup_of_others_on_any_page(poisoned_folder, chromium, tmp_path):
    with dashboard_of(str(poisoned_folder), tmp_path) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(BROWSER_FLAGS))
        page = browser.new_page(viewport={"width": 1400, "height": 3000})
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        pages_with_it = 0
        for view in NAMES:
            name = "" if view == FIRST else view
            page.goto(f"{address}/{name}?period=All+days")
            expect(page.locator("[data-testid=stMain] h2").first).to_be_visible(timeout=60_000)
            expect(page.locator("[data-testid=stStatusWidget]")).to_have_count(0, timeout=60_000)
            page.wait_for_timeout(500)
            assert page.evaluate(LEADS_AWAY, STRANGER) == [], view
            assert page.locator("[data-testid=stMain] .katex").count() == 0, view
            pages_with_it += STRANGER in page.locator("[data-testid=stMain]").inner_text()
        assert pages_with_it >= 2, "what tables show is drawn, and no text of the page"
        assert not [url for url in requests if STRANGER in url]
        browser.close()
