"""A calendar of one year: with forty years of slots it takes longer to build than all other tables of a small lake."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from wattlake.lake.build import transaction
from wattlake.lake.models.graph import Model, models

SHORTER = {"2000-01-01": "2012-12-31", "2040-12-31": "2014-01-01", "range(2000, 2041)": "range(2013, 2014)"}
WHOLE_DAYS = "where year(local_slot.local_start) = 2013"


@contextmanager
def calendar_of_one_year() -> Iterator[None]:
    """Builds that fill the calendar for the year 2013 alone, which has all the clock changes a year has."""
    shorter = {name: _shortened(model) for name, model in models().items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction, "models", lambda: shorter)
        yield


def _shortened(model: Model) -> Model:
    if model.table not in {"gold.calendar", "gold.holiday"}:
        return model
    sql = model.sql
    for long, short in SHORTER.items():
        sql = sql.replace(long, short)
    return Model(model.table, f"{sql}\n{WHOLE_DAYS}" if model.table == "gold.calendar" else sql, model.inputs)
