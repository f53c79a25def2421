"""The values that questions to APIs are made from and of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

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
