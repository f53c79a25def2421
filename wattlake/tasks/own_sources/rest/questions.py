"""The questions to a described service: for each stretch of days, and each subject."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

from pydantic import SecretStr

from wattlake.lake.project import shown
from wattlake.lake.times import ONE_DAY, utc_day
from wattlake.tasks.own_sources import OwnSourceError, environment
from wattlake.tasks.own_sources.rest.keys import Numbered, Offset, RestKeys
from wattlake.tasks.own_sources.rest.opening import header, login, opened
from wattlake.tasks.own_sources.rest.reading import Reading
from wattlake.tasks.own_sources.rest.templates import DAYS, OF_A_ZONE, Value, day_reader, filled, names_in
from wattlake.tasks.sources._answer import midnight_utc
from wattlake.tasks.sources.base import DaysAsked, Request, Scope

Stretch = tuple[date, date] | tuple[None, None]
"""The first and the last day of a question; of one that names no days, nothing."""


def parts_of(keys: RestKeys) -> tuple[str, str, dict[str, str]]:
    """Take the address apart: scheme with host, path, and parameters with those of ``params``."""
    address = urlsplit(keys.url)
    params = dict(parse_qsl(address.query, keep_blank_values=True)) | keys.params
    return f"{address.scheme}://{address.netloc}", address.path.removeprefix("/"), params


def days_asked(keys: RestKeys) -> DaysAsked:
    """Say where the questions name their days."""
    _, path, params = parts_of(keys)
    steps = path.split("/")
    named = {number - len(steps): step for number, step in enumerate(steps) if names_in(step) & DAYS}
    in_params = {name: text for name, text in params.items() if names_in(text) & DAYS}
    return DaysAsked(tuple(in_params), tuple(named), day_reader([*named.values(), *in_params.values()]))


def requests(name: str, keys: RestKeys, reading: Reading, file: Path, scope: Scope) -> list[Request]:
    """Make the questions for a scope.

    Raises:
        OwnSourceError: a variable that opens the service is not set.
    """
    _, path, params = parts_of(keys)
    needed = names_in(path, *params.values(), *keys.headers.values(), *keys.rows.constants.values())
    subjects = [
        {"bidding_zone": scope.bidding_zone} | zone | each
        for zone, each in product(_zones(scope) if needed & OF_A_ZONE else [{}], keys.each or [{}])
    ]
    made = []
    try:
        for stretch, subject in product(_stretches(keys, scope, needed), subjects):
            made.append(_request(name, keys, reading, scope, subject, stretch))
    except LookupError as error:
        raise OwnSourceError(f"{shown(file)}: {error.args[0]}.") from None
    return made


def _zones(scope: Scope) -> list[dict[str, str]]:
    return [
        {"zone": zone.zone, "latitude": f"{zone.latitude:g}", "longitude": f"{zone.longitude:g}"}
        for zone in scope.places
    ]


def _stretches(keys: RestKeys, scope: Scope, needed: set[str]) -> Iterator[Stretch]:
    """Cut the days of a scope, always at the same ones; with today come those ahead."""
    if not needed & DAYS:
        yield None, None
        return
    today, length = utc_day(scope.now_utc), keys.days_a_question
    end = scope.to_day if scope.to_day < today else today + keys.days_ahead * ONE_DAY
    first = date.fromordinal(scope.from_day.toordinal() // length * length)
    while first <= end:
        yield first, min(first + (length - 1) * ONE_DAY, max(end, today))
        first += length * ONE_DAY


def _days(first: date | None, last: date | None) -> dict[str, Value]:
    if first is None or last is None:
        return {}
    return {"from": midnight_utc(first), "to": midnight_utc(last + ONE_DAY), "last": midnight_utc(last)}


def _request(
    name: str, keys: RestKeys, reading: Reading, scope: Scope, subject: Mapping[str, Value], days: Stretch
) -> Request:
    _, path, params = parts_of(keys)
    first, last = days
    values = {**_days(first, last), **subject}
    hidden = {key: environment.filled(filled(text, values)) for key, text in params.items() if _is_secret(text)}
    asked = {key: filled(text, values) for key, text in params.items() if key not in hidden}
    if isinstance(keys.paging, Numbered):
        asked[keys.paging.param] = str(keys.paging.first)
    elif isinstance(keys.paging, Offset):
        asked[keys.paging.param] = "0"
    headers = {key: SecretStr(environment.filled(filled(text, values))) for key, text in keys.headers.items()}
    constants = {key: filled(text, values) for key, text in keys.rows.constants.items()}
    rows = reading.rows.model_copy(update={"constants": constants})
    return Request(
        url=opened(scope.urls[name], filled(path, values, _in_path), hidden, keys),
        params=asked,
        asked={
            "source": (name,),
            "reading": (reading.model_copy(update={"rows": rows}).model_dump_json(exclude_defaults=True),),
        },
        final_at_utc=_final_at_utc(keys, last),
        is_ahead=first is not None and first > utc_day(scope.now_utc),
        headers=headers | header(keys),
        login=login(keys),
    )


def _final_at_utc(keys: RestKeys, last: date | None) -> datetime | None:
    if keys.final_after_days is None or last is None:
        return None
    return midnight_utc(last + ONE_DAY) + timedelta(days=keys.final_after_days)


def _is_secret(text: str) -> bool:
    return environment.VARIABLE.search(text) is not None


def _in_path(text: str) -> str:
    return quote(text, safe=":,")
