"""The server's protection: no other page reads, moves or frames the dashboard.

Whoever opens a page on another origin must learn nothing from a dashboard on the same machine. A request is answered
only under a name that is the dashboard's own (a name that an attacker's DNS points here is not), and only for pages of
its own origin, WebSockets included. Answers tell the browser to load and send nothing across origins.
"""

import re
from base64 import b64encode
from collections.abc import Collection
from functools import cache
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose
from streamlit import file_util

POLICY_VIOLATION = 1008
"""The WebSocket protocol's code (RFC 6455, 7.4.1)."""
INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@cache
def headers() -> dict[str, str]:
    """Return the headers of every answer."""
    return {
        "Content-Security-Policy": content_security_policy(),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def content_security_policy() -> str:
    """Build the policy by which a page may load, run and send to its own origin only.

    Streamlit writes styles into its page, draws graphs by WebAssembly and makes downloads and workers from blobs. Of
    scripts within its page only those that it ships are run, by their hash.
    """
    page = (Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8")
    hashes = [
        f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in INLINE_SCRIPT.findall(page)
    ]
    policy = {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'", *hashes],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
    return "; ".join(" ".join([name, *sources]) for name, sources in policy.items())


class Protected:
    """An ASGI application that answers its own pages only.

    Args:
        app: the application.
        names: host names under which browsers reach it; addresses and ``localhost`` are always its own.
    """

    def __init__(self, app: ASGIApp, names: Collection[str] = ()) -> None:
        self.app = app
        self.names = frozenset(name.lower().rstrip(".") for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it with a sentence."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers())
            await send(message)

        refusal = self._refusal(Headers(scope=scope))
        if not refusal:
            await self.app(scope, receive, send_with_headers)
        elif scope["type"] == "http":
            await PlainTextResponse(refusal, status_code=403)(scope, receive, send_with_headers)
        else:
            await WebSocketClose(POLICY_VIOLATION, refusal)(scope, receive, send)

    def _refusal(self, asked: Headers) -> str:
        """Give the reason why a request is refused; empty where it is not."""
        host, origin = asked.get("host", ""), asked.get("origin")
        if not self._is_known(_name_in(host)):
            return "The dashboard is not known by this name. Start it with `--name` and the name in the address."
        of_page = None if origin is None else origin.rpartition("://")[2]
        if of_page not in (None, host) and _name_in(of_page) not in self.names:
            return "The dashboard answers its own pages only; this request comes from another."
        return ""

    def _is_known(self, name: str) -> bool:
        """Say whether a name can only be ours.

        An address cannot be pointed here by someone else's DNS.
        """
        if name == "localhost" or name in self.names:
            return True
        try:
            return bool(ip_address(name))
        except ValueError:
            return False


def _name_in(host: str) -> str:
    """Extract the name of ``name:port``, in lower case; empty where there is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""
