"""Questions to APIs: their subjects, the days they name, and whether one covers another."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from wattlake.lake.addresses import Address
from wattlake.lake.store.lake import Lake
from wattlake.tasks.sources.base import Api, Array, DaysAsked, Place, Request, Scope

PLACES = "select zone, latitude, longitude from gold.zone order by zone"
ARRAYS = """
    select distinct zone.zone, zone.latitude, zone.longitude, member.tilt_degrees, member.azimuth_degrees
    from gold.member_version as member inner join gold.zone as zone on member.zone = zone.zone
    where member.panel_kwp > 0
    order by all
"""


@dataclass(frozen=True)
class Subject:
    """The subject of a question, whichever host answers it and for whichever days.

    Attributes:
        path: the parts of the address without host and days.
        params: the parameters without the days, in order; places are among them.
    """

    path: tuple[str, ...]
    params: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Question:
    """A question to an API: its subject, and the first and the last day that it names, if any.

    It is read from the name that its answer has in ``ops.landing``, so what older versions landed is known by it, too.
    """

    subject: Subject
    first_day: date | None = None
    last_day: date | None = None

    @property
    def names_days(self) -> bool:
        """Say whether what is asked depends on the days."""
        return self.first_day is not None

    def covers(self, other: "Question") -> bool:
        """Say whether an answer to this question answers the other one, too."""
        if self.subject != other.subject:
            return False
        if self.first_day is None or self.last_day is None or other.first_day is None or other.last_day is None:
            return self.names_days == other.names_days
        return self.first_day <= other.first_day and other.last_day <= self.last_day


def question_of(name: str, days_asked: DaysAsked) -> Question:
    """Read a question from the name of its landing, by where its source puts the days.

    Args:
        name: an address with or without its host, such as ``/price?bzn=DE-LU&start=2026-06-01&end=2026-06-02``.
        days_asked: where the days stand.
    """
    address = urlsplit(name)
    path, params = address.path.split("/"), parse_qsl(address.query, keep_blank_values=True)
    in_path = [number % len(path) for number in days_asked.path_parts if -len(path) <= number < len(path)]
    day_of = days_asked.day_of
    days_of_path = {number: day for number in in_path if (day := day_of(path[number]))}
    days_of_params = {key: day for key, value in params if key in days_asked.params and (day := day_of(value))}
    subject = Subject(
        tuple(part for number, part in enumerate(path) if number not in days_of_path),
        tuple((key, value) for key, value in params if key not in days_of_params),
    )
    days = [*days_of_path.values(), *days_of_params.values()]
    return Question(subject, min(days, default=None), max(days, default=None))


def request_name(request: Request) -> str:
    """Write the name of a question's answer in ``ops.landing``: its address with its parameters."""
    return f"{request.url}?{urlencode(request.params)}" if request.params else str(request.url)


def scope(lake: Lake, api: Api, from_day: date, to_day: date, now_utc: datetime) -> Scope:
    """Put together what an API is asked for: days, zones, and orientations of panels.

    Raises:
        ValueError: it needs credentials, and the settings have none.
    """
    reader = lake.reader()
    urls = {name: Address(url) for name, url in api.urls.items()} | lake.settings.url
    if bare := [name for name in api.urls if api.needs_credentials and not (urls[name].user or urls[name].query)]:
        example = f"WATTLAKE_URL__{bare[0].upper()}={urls[bare[0]]}?key=…"
        raise ValueError(f"{api.name} is asked with a login or a key, and its address has none. Set {example}.")
    return Scope(
        from_day, to_day, now_utc,
        places=tuple(Place(*row) for row in reader.execute(PLACES).fetchall()),
        arrays=tuple(Array(*array) for array in reader.execute(ARRAYS).fetchall()),
        bidding_zone=lake.settings.bidding_zone,
        urls=urls,
    )  # fmt: skip
