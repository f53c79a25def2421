"""Asking an address, as a source does."""

from collections.abc import Mapping
from typing import Any

from wattlake.lake.addresses import Address
from wattlake.tasks.landing import http
from wattlake.tasks.sources import Request


def body_of(url: Address | str, params: Mapping[str, str] | None = None, **how: Any) -> bytes:
    """Get the body of an answer; ``how`` is as for ``http.ask``."""
    return http.ask(Request(url if isinstance(url, Address) else Address(url), params or {}), **how).body
