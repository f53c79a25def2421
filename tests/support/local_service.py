"""A service on this machine that answers as a test says, and remembers what it was asked."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Question:
    """A request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    form: Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """What is sent back; with ``promised`` the header says more bytes than come."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int = 0


@dataclass
class Service:
    """A running service: its address, and the questions that came."""

    url: str
    asked: list[Question] = field(default_factory=list)


@contextmanager
def serving(answer: Callable[[Question], Reply], host: str = "127.0.0.1") -> Iterator[Service]:
    """Serve until the context ends."""
    service = Service("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def _answer(self, form: str) -> None:
            address = urlsplit(self.path)
            query, fields = dict(parse_qsl(address.query, keep_blank_values=True)), dict(parse_qsl(form))
            question = Question(self.command, address.path, query, dict(self.headers), fields)
            service.asked.append(question)
            reply = answer(question)
            body = reply.body.encode() if isinstance(reply.body, str) else reply.body
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(reply.promised or len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = bool(reply.promised)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer((host, 0), Handler)
    service.url = f"http://{host}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
