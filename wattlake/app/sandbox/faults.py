"""Faults on order: rules for the next requests of a path, and their middleware."""

import asyncio
import json
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Kind = Literal["rate_limit", "server_error", "slow", "cut_off", "empty"]
Window = Literal["minutely", "hourly", "daily"]
AGAIN = {"minutely": "in one minute", "hourly": "in the next hour", "daily": "tomorrow"}


@dataclass(frozen=True)
class Fault:
    """One rule.

    Attributes:
        kind: `rate_limit` (429 or 529), `server_error` (5xx), `slow` (waits, then answers), `cut_off` (half of the
            body) or `empty` (200 with nothing in it).
        path: Requests whose path begins so are hit.
        requests: How many requests it hits; None for all that come.
        seconds: How long `slow` waits.
        status: The status of `rate_limit` and `server_error`; None for 429 and 500.
        retry_after_seconds: The `Retry-After` header of `rate_limit` and `server_error`; None for none.
        window: Which of Open-Meteo's limits is exceeded.
    """

    kind: Kind
    path: str = "/"
    requests: int | None = None
    seconds: float = 0.0
    status: int | None = None
    retry_after_seconds: int | None = None
    window: Window = "minutely"

    def __post_init__(self) -> None:
        """Refuse kinds and windows that do not exist, since rules also come from JSON."""
        if self.kind not in get_args(Kind) or self.window not in get_args(Window):
            known = f"{', '.join(get_args(Kind))} and {', '.join(get_args(Window))}"
            raise ValueError(f"fault {self.kind!r} with window {self.window!r}: expected one of {known}")


@dataclass(frozen=True)
class Faults:
    """Rules in order; the first that fits a request and is not used up hits it."""

    rules: tuple[Fault, ...] = ()

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> "Faults":
        """Read the rules from `{"rules": [{"kind": ..., "path": ..., ...}, ...]}`.

        It raises ValueError for anything else.
        """
        try:
            return cls(tuple(Fault(**rule) for rule in body["rules"]))
        except (TypeError, KeyError) as error:
            raise ValueError(f'faults are {{"rules": [{{"kind": ..., "path": ...}}]}}; {error} does not fit') from error

    def to_json(self) -> dict[str, Any]:
        """Write the rules in the shape that `from_json` reads."""
        return {"rules": [asdict(rule) for rule in self.rules]}

    def hit(self, path: str) -> "tuple[Fault | None, Faults]":
        """Find the rule that hits a request of this path, and the rules that are left after it."""
        for position, rule in enumerate(self.rules):
            if path.startswith(rule.path) and rule.requests != 0:
                left = rule if rule.requests is None else replace(rule, requests=rule.requests - 1)
                return rule, Faults((*self.rules[:position], left, *self.rules[position + 1 :]))
        return None, self


def error_body(path: str, status: int, window: Window) -> dict[str, Any]:
    """Write an error in the service's own words, by the path that was asked."""
    limited = status in (429, 529)
    if path.startswith("/v1/"):
        reason = f"{window.capitalize()} API request limit exceeded. Please try again {AGAIN[window]}."
        return {"error": True, "reason": reason if limited else "Internal server error"}
    if path.startswith("/intensity"):
        code = f"{status} Too Many Requests" if limited else f"{status} Internal Server Error"
        return {"error": {"code": code, "message": "Please try again later."}}
    words = {429: "Too many requests", 529: "The service is overloaded"}.get(status, "Internal server error")
    return {"message" if path.startswith("/api/") else "detail": words}


class FaultMiddleware:
    """A middleware that applies the rules to requests, except those under `/sandbox/`."""

    def __init__(self, app: ASGIApp, faults: Faults, mark: dict[str, str]) -> None:
        """Start with these faults; `mark` is added to every error body."""
        self.app = app
        self.faults = faults
        self.mark = mark

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as it is or as a rule says."""
        if scope["type"] != "http" or scope["path"].startswith("/sandbox/"):
            scope["fault_middleware"] = self
            return await self.app(scope, receive, send)
        rule, self.faults = self.faults.hit(scope["path"])
        if rule is None:
            return await self.app(scope, receive, send)
        if rule.kind == "slow":
            await asyncio.sleep(rule.seconds)
            return await self.app(scope, receive, send)
        if rule.kind == "empty":
            return await _send(send, 200, b"", ())
        if rule.kind == "cut_off":
            return await _send_half(self.app, scope, receive, send)
        status = rule.status or (429 if rule.kind == "rate_limit" else 500)
        wait = rule.retry_after_seconds
        headers = () if wait is None else ((b"retry-after", str(wait).encode()),)
        body = error_body(scope["path"], status, rule.window) | self.mark
        return await _send(send, status, json.dumps(body).encode(), headers)


async def _send(send: Send, status: int, body: bytes, headers: tuple[tuple[bytes, bytes], ...]) -> None:
    basic = ((b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": [*basic, *headers]})
    await send({"type": "http.response.body", "body": body})


async def _send_half(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Send half of the application's answer, with a header that does not admit it."""
    parts: list[bytes] = []

    async def collect(message: Message) -> None:
        parts.append(message.get("body", b""))

    await app(scope, receive, collect)
    whole = b"".join(parts)
    await _send(send, 200, whole[: len(whole) // 2], ())
