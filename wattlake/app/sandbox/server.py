"""The four APIs on one loopback address, each under its real path.

`create_app` makes the application, `serve` runs it until it is stopped, `running` runs it in the background.
"""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wattlake.app.sandbox import PROVENANCE, carbon_intensity, energy_charts, open_meteo, pvgis
from wattlake.app.sandbox.faults import FaultMiddleware, Faults
from wattlake.app.sandbox.refusal import Answer, RefusalError

MARK = {"provenance": PROVENANCE}
START_SECONDS = 10.0
Handler = Callable[[Request], Answer | list[Answer]]


def _marked(body: Answer | list[Answer], status: int = 200) -> Response:
    """Write JSON in which every top-level object says that it is simulated."""
    marked = [item | MARK for item in body] if isinstance(body, list) else body | MARK
    text = json.dumps(marked, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Response(text.encode(), status, media_type="application/json")


def _endpoint(handler: Handler) -> Callable[[Request], Response]:
    """Wrap a handler in a plain function, which Starlette runs in a thread.

    The answers are computed, not awaited.
    """

    def endpoint(request: Request) -> Response:
        try:
            return _marked(handler(request))
        except RefusalError as refusal:
            return _marked(refusal.body, refusal.status)

    return endpoint


async def _faults(request: Request) -> Response:
    """Answer `GET /sandbox/faults` with the rules that are left; `PUT` replaces them."""
    middleware: FaultMiddleware = request.scope["fault_middleware"]
    if request.method == "PUT":
        try:
            middleware.faults = Faults.from_json(await request.json())
        except ValueError as error:
            return _marked({"error": str(error)}, 400)
    return _marked(middleware.faults.to_json())


def create_app(seed: int = 7, now: datetime | None = None, faults: Faults | None = None) -> Starlette:
    """Make the sandbox as an ASGI application.

    Args:
        seed: The weather, and all that follows from it.
        now: What divides past and future, aware; the clock at each request if None.
        faults: How to misbehave from the start; `PUT /sandbox/faults` changes it.
    """

    def clock() -> datetime:
        return (now or datetime.now(UTC)).astimezone(UTC)

    handlers: dict[str, Handler] = {
        "/v1/archive": lambda request: open_meteo.archive(request.query_params, seed, clock()),
        "/v1/forecast": lambda request: open_meteo.forecast(request.query_params, seed, clock()),
        "/price": lambda request: energy_charts.price(request.query_params, seed, clock()),
        "/intensity/{begin}/{end}": lambda request: carbon_intensity.intensity(
            request.path_params["begin"], request.path_params["end"], seed, clock()
        ),
        "/api/v5_2/seriescalc": lambda request: pvgis.seriescalc(request.query_params, "v5_2", seed),
        "/api/v5_3/seriescalc": lambda request: pvgis.seriescalc(request.query_params, "v5_3", seed),
    }
    routes = [Route(path, _endpoint(handler), methods=["GET"]) for path, handler in handlers.items()]
    routes.append(Route("/sandbox/faults", _faults, methods=["GET", "PUT"]))
    return Starlette(routes=routes, middleware=[Middleware(FaultMiddleware, faults=faults or Faults(), mark=MARK)])


def serve(
    host: str = "127.0.0.1", port: int = 8701, seed: int = 7, now: datetime | None = None, faults: Faults | None = None
) -> None:
    """Serve until interrupted (Ctrl-C or SIGTERM)."""
    uvicorn.run(create_app(seed, now, faults), host=host, port=port, log_level="warning", lifespan="off")


@contextmanager
def running(seed: int = 7, now: datetime | None = None, faults: Faults | None = None, port: int = 0) -> Iterator[str]:
    """Serve in a thread on a loopback port and yield the base address; stop on leaving.

    The port is a free one, or the given one.

    Raises:
        OSError: The port is taken.
        RuntimeError: The server did not start in ten seconds.
    """
    # The protocol is spelled out because asyncio sets TCP_NODELAY only where it is; without, each answer waits 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        server = uvicorn.Server(uvicorn.Config(create_app(seed, now, faults), log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="sandbox", daemon=True)
        thread.start()
        try:
            _wait_until_started(server, thread)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError(
                f"the sandbox did not start within {START_SECONDS:g} s; expected uvicorn to be listening"
            )
        time.sleep(0.01)
