"""How an API of the sandbox says no, and how it reads what was asked."""

from collections.abc import Mapping
from datetime import date
from typing import Any

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
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
