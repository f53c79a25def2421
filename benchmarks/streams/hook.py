"""A webhook that notes when it was called, and what of."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import time


class Hook(ThreadingHTTPServer):
    """An HTTP server that keeps what is posted to it, with the time.

    Attributes:
        posts: when each post came, in seconds since 1970, and its text.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.posts: list[tuple[float, str]] = []

    @property
    def address(self) -> str:
        """Its address as apprise writes it."""
        return f"json://127.0.0.1:{self.server_address[1]}/alerts"


class _Request(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        """Keep a post, and take it."""
        came_at = time()
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.posts.append((came_at, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def listening() -> Iterator[Hook]:
    """A webhook that listens while the block runs."""
    hook = Hook()
    thread = Thread(target=hook.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield hook
    finally:
        hook.shutdown()
        thread.join()
        hook.server_close()
