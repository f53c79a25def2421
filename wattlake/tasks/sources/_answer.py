"""Reading JSON answers: each value as the service wrote it, each surprise as one sentence."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

import polars as pl

from wattlake.tasks.sources.base import Request


class NothingCameError(ValueError):
    """The error of a whole answer with nothing in it."""


@dataclass(frozen=True)
class Answer:
    """An answer and the question it belongs to."""

    request: Request
    body: bytes

    def wrong(self, expected: str) -> ValueError:
        """Make the error of an unexpected answer: what was asked, what came, what was expected."""
        asked = str(self.request.url) + ("?" if self.request.params else "")
        asked += "&".join(f"{name}={value}" for name, value in self.request.params.items())
        body = self.request.masked(self.body.decode("utf-8", "replace"))
        came = body[:200].strip() or "an empty body"
        return ValueError(f"Asked {asked}, got `{came}`, expected {expected}.")

    def parsed(self) -> Any:  # noqa: ANN401
        """Parse the whole answer; its numbers are text, digit for digit as the service wrote them.

        Raises:
            ValueError: the body is not whole JSON.
        """
        try:
            return json.loads(self.body, parse_float=str, parse_int=str, parse_constant=str)
        except (ValueError, RecursionError) as error:
            raise self.wrong(f"whole JSON ({len(self.body)} bytes came: {error})") from error

    def part(self, whole: Any, *path: str) -> Any:  # noqa: ANN401
        """Return the value at a path of names.

        Raises:
            ValueError: nothing stands there.
        """
        for name in path:
            if not isinstance(whole, dict) or name not in whole:
                raise self.wrong(f"an object with `{'.'.join(path)}`")
            whole = whole[name]
        return whole

    def records(self, whole: Any, *path: str) -> list[Any]:  # noqa: ANN401
        """Return the list at a path of names, which must hold something.

        Raises:
            ValueError: there is no list.
            NothingCameError: it is empty; unless the question is about what is over for good, asking again is right.
        """
        part = self.part(whole, *path)
        if not isinstance(part, list):
            raise self.wrong(f"a list in `{'.'.join(path)}`")
        if not part:
            wrong = self.wrong(f"at least one entry in `{'.'.join(path)}`, but nothing came for this question")
            raise NothingCameError(str(wrong))
        return part

    def frame(self, columns: Mapping[str, list[Any]]) -> pl.DataFrame:
        """Make a frame of text columns of one length; a null stays null.

        Raises:
            ValueError: the columns differ in length, or a value is not a single one.
        """
        if len({len(values) for values in columns.values()}) > 1:
            lengths = ", ".join(f"{len(values)} of `{name}`" for name, values in columns.items())
            raise self.wrong(f"as many values of each, but there are {lengths}")
        for name, values in columns.items():
            if any(isinstance(value, dict | list) for value in values):
                raise self.wrong(f"single values in `{name}`")
        written = {name: [_text(value) for value in values] for name, values in columns.items()}
        return pl.DataFrame(written, schema=dict.fromkeys(columns, pl.String))


def _text(value: Any) -> str | None:  # noqa: ANN401
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or value.isascii():
        return value
    # JSON can escape half a character (`\ud83c`), which UTF-8 cannot hold: U+FFFD stands for it.
    return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def midnight_utc(day: date) -> datetime:
    """Return the start of a UTC day."""
    return datetime.combine(day, time(), UTC)


def calendar_years(from_day: date, to_day: date) -> Iterator[tuple[date, date]]:
    """Cut the days ``[from_day, to_day]`` at each New Year.

    So the same past days are always asked in the same way.

    Yields:
        first and last day of each piece, both included; nothing where ``to_day`` is before ``from_day``.
    """
    for year in range(from_day.year, to_day.year + 1):
        first, last = max(from_day, date(year, 1, 1)), min(to_day, date(year, 12, 31))
        if first <= last:
            yield first, last


def one_for_each_place(request: Request) -> list[Request]:
    """Split a question for many zones into one for each, by its coordinates."""
    zones = request.asked["zone"]
    latitudes, longitudes = (request.params[name].split(",") for name in ("latitude", "longitude"))
    return [
        replace(
            request,
            params={**request.params, "latitude": latitude, "longitude": longitude},
            asked={**request.asked, "zone": (zone,)},
        )
        for zone, latitude, longitude in zip(zones, latitudes, longitudes, strict=True)
    ]
