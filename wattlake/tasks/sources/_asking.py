"""The values that questions to APIs are made from and of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from pydantic import SecretStr

from wattlake.lake.addresses import LEAST_HIDDEN, Address


def iso_day(text: str) -> date | None:
    """Read the day that a value such as ``2026-06-01T00:00Z`` begins with, if any."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


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
class Login:
    """A client of an OAuth2 server, which gives it tokens for its id and secret (RFC 6749 §4.4).

    Attributes:
        token_url: where tokens are had.
        client_id: the client.
        client_secret: its secret.
        fields: what else the server wants to be sent, such as ``scope`` or ``audience``.
        is_in_form: whether id and secret are sent in the form, and not as a login.
    """

    token_url: Address
    client_id: SecretStr
    client_secret: SecretStr
    fields: tuple[tuple[str, str], ...] = ()
    is_in_form: bool = False


@dataclass(frozen=True)
class Patience:
    """How long a service is waited for, and how often it is asked again.

    Attributes:
        attempts: how often a question is asked in all, where what went wrong may pass.
        timeout_seconds: the longest silence while reading.
        longest_wait_seconds: the longest wait between two attempts that is worth it.
    """

    attempts: int = 6
    timeout_seconds: float = 60.0
    longest_wait_seconds: float = 300.0


@dataclass(frozen=True)
class Page:
    """A body that came, and the next page's address where the header ``Link`` names it."""

    body: bytes
    next_link: str = ""


@dataclass(frozen=True)
class Request:
    """One question to an API.

    Attributes:
        url: address without the question's parameters; what it shows is registered, with what it hides it is asked.
        params: query parameters, in order.
        asked: what ``read`` needs to know of the question (such as the zones, in order), by name.
        final_at_utc: from when on the answer no longer changes; ``None`` where it never does become final.
        is_ahead: whether its days have not come, so that nothing may be known of them.
        headers: what is sent with it; never shown, for it may open the service.
        login: the client whose token is sent with it.
    """

    url: Address
    params: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    final_at_utc: datetime | None = None
    is_ahead: bool = False
    headers: Mapping[str, SecretStr] = field(default_factory=dict)
    login: Login | None = None

    def masked(self, text: str) -> str:
        """Mask what opens the service in a text of somebody else's, such as an answer."""
        secrets = [part for value in self.headers.values() for part in value.get_secret_value().split()]
        secrets += [self.login.client_secret.get_secret_value()] if self.login else []
        for secret in sorted(secrets, key=len, reverse=True):
            text = text.replace(secret, "…") if len(secret) >= LEAST_HIDDEN else text
        return self.url.masked(text)


@dataclass(frozen=True)
class DaysAsked:
    """The parts of an API's question that name its days; none where it is asked for no days.

    Attributes:
        params: the query parameters that do.
        path_parts: the parts of the path that do, counted from its end: -1 is the last.
        day_of: reads the day in a value of one of them; by default that of ISO 8601.
    """

    params: tuple[str, ...] = ()
    path_parts: tuple[int, ...] = ()
    day_of: Callable[[str], date | None] = iso_day
