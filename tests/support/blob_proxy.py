"""A proxy before Azurite that answers as the service does on a bad day: 503, slowly, or not at all.

It also lists from a name on (``startFrom``), as the service does on any day and Azurite does not.
"""

import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import httpx

SERVER_BUSY = (
    b'<?xml version="1.0" encoding="utf-8"?>'
    b"<Error><Code>ServerBusy</Code><Message>The server is busy.</Message></Error>"
)


@dataclass
class Weather:
    """How the service fares.

    Attributes:
        busy: how many of the next requests are answered 503; none is forwarded.
        spared: of how many requests before these the answer is still good.
        seconds: how long each answer takes in addition.
        refused: the requests that were answered 503.
    """

    busy: int = 0
    spared: int = 0
    seconds: float = 0.0
    refused: list[str] = field(default_factory=list)

    def refuses(self, request: str) -> bool:
        """Whether a request is answered 503."""
        if self.spared > 0:
            self.spared -= 1
            return False
        if self.busy > 0:
            self.busy -= 1
            self.refused.append(request)
            return True
        return False


@contextmanager
def blob_proxy(connection_string: str) -> Iterator[tuple[str, Weather]]:
    """Serve before an account while the block runs; the connection string to use, and how the service fares."""
    parts = dict(part.partition("=")[::2] for part in connection_string.strip(";").split(";"))
    account = httpx.URL(parts["BlobEndpoint"])
    weather = Weather()
    with httpx.Client(base_url=f"{account.scheme}://{account.netloc.decode()}", timeout=60) as client:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(client, weather))
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        parts["BlobEndpoint"] = f"http://127.0.0.1:{server.server_port}{account.path}"
        try:
            yield ";".join(f"{name}={value}" for name, value in parts.items()) + ";", weather
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _from_a_name_on(path: str, body: bytes) -> bytes:
    """Leave out of a list of blobs those before the name that it is to start from."""
    first = parse_qs(urlsplit(path).query).get("startFrom")
    if not first:
        return body
    blobs = re.compile(r"<Blob><Name>(.*?)</Name>.*?</Blob>", re.DOTALL)
    return blobs.sub(lambda blob: blob[0] if blob[1] >= first[0] else "", body.decode()).encode()


def _handler(client: httpx.Client, weather: Weather) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            time.sleep(weather.seconds)
            if weather.refuses(f"{self.command} {self.path}"):
                self.answer(503, {"Content-Type": "application/xml", "x-ms-error-code": "ServerBusy"}, SERVER_BUSY)
                return
            headers = [(name, value) for name, value in self.headers.items() if name.lower() != "accept-encoding"]
            # The signature is over the path as it was sent: not a character of it may change.
            given = client.send(client.build_request(self.command, self.path, headers=headers, content=body))
            self.answer(given.status_code, dict(given.headers), _from_a_name_on(self.path, given.content))

        def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response_only(status)
            length = headers.get("content-length", str(len(body))) if self.command == "HEAD" else str(len(body))
            for name, value in headers.items():
                if name.lower() not in ("transfer-encoding", "connection", "content-length", "content-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", length)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """The tests' output is not for this."""

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = forward  # noqa: N815

    return Handler


if __name__ == "__main__":  # In a process of its own for who holds Python's lock while it waits for an answer.
    with blob_proxy(os.environ["BEHIND"]) as (address, _):
        sys.stdout.write(f"BEFORE {address}\n")
        sys.stdout.flush()
        time.sleep(3600)
