"""A described REST service on this machine: its file, and what comes of its questions."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from tests.support.project_folder import project_folder
from wattlake.lake.addresses import Address
from wattlake.tasks.landing.pages import whole_answer
from wattlake.tasks.sources import Api, Place, Request, Scope, source

OWN = """
[columns.start]
type = "text"
meaning = "When"
[columns.kwh]
type = "text"
meaning = "How much"
"""
PLACES = (Place("north", 48.25, 11.5), Place("south", 47.0, 11.25))
NOW_UTC = datetime(2026, 3, 10, 12, tzinfo=UTC)


@contextmanager
def described(folder: Path, toml: str, more: Mapping[str, str] = {}) -> Iterator[Api]:
    """Describe a source called ``service`` in a project folder."""
    with project_folder(folder, {"sources/service.toml": f'kind = "rest"\n{toml}', **more}):
        api = source("service")
        assert isinstance(api, Api)
        yield api


def questions(api: Api, first: date, last: date, now_utc: datetime = NOW_UTC) -> list[Request]:
    """Ask a source for its questions about some days."""
    urls = {name: Address(url) for name, url in api.urls.items()}
    return api.requests(Scope(first, last, now_utc, PLACES, (), "DE-LU", urls))


def rows_of(api: Api, first: date, last: date) -> list[pl.DataFrame]:
    """Ask the questions about some days, and read the answers."""
    return [api.read(each, whole_answer(api, each)) for each in questions(api, first, last)]
