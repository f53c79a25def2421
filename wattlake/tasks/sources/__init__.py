"""The sources: one module each says what to ask and how to read the answer.

They use no Prefect, no storage and no clock.

A module with ``requests`` and ``read`` is an API, and says in ``DAYS_ASKED`` where its questions name days; a module
with ``LAYOUTS`` and ``files`` is a folder of CSV files. Every module has ``LICENCE``, the text stored with each
landing. Modules are found by name; nothing is registered. What several of them share stands in modules whose name
starts with an underscore.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import ModuleType

from wattlake.lake.addresses import Address


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
        urls: base address by name, as in the module's ``URLS`` or overridden by settings.
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


def source_names() -> list[str]:
    """List the names of all sources in alphabetical order."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def source(name: str) -> ModuleType:
    """Import the module of a source.

    Raises:
        ValueError: there is no source of that name.
    """
    if name not in source_names():
        raise ValueError(f"There is no source `{name}`. The sources are: {', '.join(source_names())}.")
    return importlib.import_module(f"{__name__}.{name}")
