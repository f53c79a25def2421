"""The refusals of the sandbox's APIs, and the reading of their parameters."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")

Query = Mapping[str, str]
Answer = dict[str, Any]


class RefusalError(Exception):
    """An error that a request is answered with.

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
    """Split a comma-separated parameter into its parts; empty where it is missing."""
    return [part.strip() for part in query.get(name, "").split(",") if part.strip()]


def iso_date(text: str) -> date | None:
    """Read a date written `YYYY-MM-DD`; None for anything else."""
    try:
        return date.fromisoformat(text) if ISO_DATE.fullmatch(text) else None
    except ValueError:
        return None


def whole_number(text: str) -> int | None:
    """Read a number written in up to nine digits; None for anything else."""
    return int(text) if WHOLE_NUMBER.fullmatch(text) else None
