"""The descriptions of sources: how one is asked or read, and what else must know of it.

Each module of this folder declares one as ``SOURCE``; a new kind of source is a new class here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import polars as pl
from pyrate_limiter import Rate

from wattlake.lake.addresses import Address
from wattlake.tasks.sources import _folder


@dataclass(frozen=True)
class Place:
    """A zone of the community and its centre, in degrees."""

    zone: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Array:
    """An orientation of panels that occurs in a zone.

    The tilt is from the horizontal, the azimuth a bearing (180 is south).
    """

    zone: str
    latitude: float
    longitude: float
    tilt_degrees: float
    azimuth_degrees: float


@dataclass(frozen=True)
class Scope:
    """The days and places that one ingest wants.

    The days are whole UTC days ``[from_day, to_day]``, both included.

    Attributes:
        now_utc: the moment of asking; what lies after it is future.
        urls: base address by name, as the source declares it or as settings override it.
    """

    from_day: date
    to_day: date
    now_utc: datetime
    places: tuple[Place, ...] = ()
    arrays: tuple[Array, ...] = ()
    bidding_zone: str = "DE-LU"
    urls: Mapping[str, Address] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """One question to an API.

    Attributes:
        url: address without the question's parameters; what it shows is registered, with what it hides it is asked.
        params: query parameters, in order.
        asked: what ``read`` needs to know of the question (such as the zones, in order), by name.
        final_at_utc: from when on the answer no longer changes; ``None`` where it never does become final.
    """

    url: Address
    params: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    final_at_utc: datetime | None = None


@dataclass(frozen=True)
class DaysAsked:
    """The parts of an API's question that name its days; none where it is asked for no days.

    Attributes:
        params: the query parameters that do.
        path_parts: the parts of the path that do, counted from its end: -1 is the last.
    """

    params: tuple[str, ...] = ()
    path_parts: tuple[int, ...] = ()


def one_question(request: Request) -> list[Request]:
    """Split a question that has no parts."""
    return [request]


@dataclass(frozen=True, kw_only=True)
class Source:
    """The part of a description that every kind of source has.

    Attributes:
        name: the short name, which is also that of its module, its bronze table and its settings.
        licence: the text stored with each landing.
        is_optional: whether it is left alone until a setting or its inbox asks for it.
        after: the sources that must be landed before it, where they are landed together.
    """

    name: str
    licence: str
    is_optional: bool = True
    after: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        """Name the table that its rows are landed in."""
        return f"bronze.{self.name}"


@dataclass(frozen=True, kw_only=True)
class Api(Source):
    """A service that is asked over HTTP; an optional one is asked where its address is set.

    Attributes:
        urls: its base addresses by name, each overridden by ``WATTLAKE_URL__<NAME>``.
        needs_credentials: whether that setting must hold a login or a key, as ``?key=…``.
        calls: the most calls in a time.
        days_asked: where its questions name days, so that missing days are found.
        requests: makes the questions of a scope.
        read: reads the rows of an answer as text; raises ``ValueError`` where it is not what it should be.
        parts: splits a question for many places into one for each, for where one place has all refused.
        extension: the ending of its answers in the archive.
    """

    urls: Mapping[str, str]
    calls: Rate
    requests: Callable[[Scope], list[Request]]
    read: Callable[[Request, bytes], pl.DataFrame]
    days_asked: DaysAsked = field(default_factory=DaysAsked)
    parts: Callable[[Request], list[Request]] = one_question
    needs_credentials: bool = False
    extension: str = "json"


@dataclass(frozen=True, kw_only=True)
class Inbox(Source):
    """A folder of files; an optional one is read where it holds something.

    Attributes:
        layouts: the headers a file without a mapping must have, one set per layout.
        takes_mappings: whether a ``mapping.toml`` beside or above a file may describe any other layout.
        is_register: whether the questions to APIs are made from it, so that it is built as soon as it has landed.
    """

    layouts: tuple[tuple[str, ...], ...]
    takes_mappings: bool = False
    is_register: bool = False

    def files(self, inbox: Path) -> list[Path]:
        """List the files to read in an inbox, in the order of their paths.

        Raises:
            ValueError: there is no such path, or no such file in it.
        """
        return _folder.files_with_mappings(inbox) if self.takes_mappings else _folder.csv_files(inbox)

    def mapping_files(self, inbox: Path, files: Iterable[Path]) -> dict[Path, Path]:
        """Find the mapping of each file that has one."""
        return _folder.mapping_files(inbox, files) if self.takes_mappings else {}
