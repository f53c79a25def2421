"""A webhook on this machine, for what is sent to people."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


class Webhook(ThreadingHTTPServer):
    """An HTTP server that keeps what is posted to it, and refuses as many posts as it is told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hook)
        self.posts, self.refusals, self.came = list[dict[str, Any]](), 0, Event()

    @property
    def address(self) -> str:
        return f"json://hook:s3cret-word@127.0.0.1:{self.server_address[1]}/alerts"


class Hook(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.refusals:
            self.server.refusals -= 1
            self.send_response(503)
        else:
            self.server.posts.append(body)
            self.send_response(200)
        self.end_headers()
        self.server.came.set()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def listening_webhook() -> Iterator[Webhook]:
    """A webhook that listens until the block ends."""
    server = Webhook()
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
