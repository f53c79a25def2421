"""``kind = "rest"``: a service that is asked over HTTP as a file describes it."""

from functools import partial
from pathlib import Path
from typing import Any

from pyrate_limiter import Duration
from pyrate_limiter import Rate as Calls

from wattlake.tasks.own_sources.checking import checked, mapping_of
from wattlake.tasks.own_sources.rest import questions
from wattlake.tasks.own_sources.rest.faults import faults_of
from wattlake.tasks.own_sources.rest.keys import RestKeys
from wattlake.tasks.own_sources.rest.paging import next_page
from wattlake.tasks.own_sources.rest.reading import Reading
from wattlake.tasks.own_sources.rest.rows import read
from wattlake.tasks.own_sources.rest.templates import OF_A_ZONE, names_in
from wattlake.tasks.sources.base import Api, Patience

TARGETS = {
    "meters": "smart_meters",
    "members": "members",
    "plants": "inverters",
    "prices": "prices",
    "weather": "weather",
}
"""The sources that take the rows, by what they are of."""


def describe(name: str, written: dict[str, Any], file: Path) -> Api:
    """Make the source of a file's keys.

    Raises:
        OwnSourceError: a sentence for each mistake, with the file and the key.
    """
    keys = checked(RestKeys, written, file, faults_of)
    mapping, mapped_to = mapping_of(name, keys.mapping, file)
    base, path, params = questions.parts_of(keys)
    reading = Reading(
        rows=_rows(keys),
        is_mapped=bool(mapping),
        has_pages=keys.paging is not None,
        may_be_empty=keys.nothing_is_an_answer,
    )
    asks_for_zones = bool(names_in(path, *params.values(), *keys.headers.values()) & OF_A_ZONE)
    return Api(
        name=name,
        licence=keys.licence,
        is_optional=False,
        after=tuple(dict.fromkeys([*(("members",) if asks_for_zones else ()), *keys.after])),
        urls={name: base},
        calls=Calls(keys.rate.calls, keys.rate.seconds * Duration.SECOND),
        days_asked=questions.days_asked(keys),
        requests=partial(questions.requests, name, keys, reading, file),
        read=read,
        extension="zip" if keys.paging else keys.rows.format,
        patience=Patience(keys.retries.attempts, keys.retries.timeout_seconds, keys.retries.longest_wait_seconds),
        next_page=next_page(keys.paging, keys.rows) if keys.paging else None,
        mapping=mapping,
        mapped_to=mapped_to or (TARGETS[keys.to] if keys.to else ""),
    )


def _rows(keys: RestKeys) -> Any:  # noqa: ANN401
    """Give what is said of rows; without columns, those of the own table are wanted."""
    rows = keys.rows
    if rows.columns or not keys.columns:
        return rows
    from_series = {"start", "minutes"} if rows.series else set()
    wanted = [name for name in keys.columns if name not in rows.constants and name not in from_series]
    return rows.model_copy(update={"columns": {name: name for name in wanted}})
