"""How an API of the sandbox says no, and how it reads what was asked."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")

Query = Mapping[str, str]
Answer = dict[str, Any]


class RefusalError(Exception):
    """A request is answered with an error.

    Attributes:
        status: The HTTP status.
        body: The JSON object of the answer, as the real service writes it.
    """

    def __init__(self, status: int, body: Answer) -> None:
        """Keep the status and the body for whoever answers."""
        super().__init__(status, body)
        self.status = status
        self.body = body


def comma_list(query: Query, name: str) -> list[str]:
    """The parts of a comma-separated parameter; empty where it is missing."""
    return [part.strip() for part in query.get(name, "").split(",") if part.strip()]


def iso_date(text: str) -> date | None:
    """A date written `YYYY-MM-DD`, or None."""
    try:
        return date.fromisoformat(text) if ISO_DATE.fullmatch(text) else None
    except ValueError:
        return None


def whole_number(text: str) -> int | None:
    """A number written in up to nine digits, or None."""
    return int(text) if WHOLE_NUMBER.fullmatch(text) else None
