"""A calendar of one year: with forty years of slots it takes longer to build than all other tables of a small lake."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from wattlake.lake.build import transaction
from wattlake.lake.models.graph import Model, models
from wattlake.lake.models.rewriting import only_where, with_literals

SLOTS = {"2000-01-01": "2012-12-31", "2040-12-31 23:59": "2014-01-01 23:59"}
YEARS = {"2000": "2013", "2041": "2014"}
WHOLE_DAYS = "year(local_slot.local_start) = 2013"


@contextmanager
def calendar_of_one_year() -> Iterator[None]:
    """Builds that fill the calendar for the year 2013 alone, which has all the clock changes a year has."""
    shorter = {name: _shortened(model) for name, model in models().items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction, "models", lambda: shorter)
        yield


def _shortened(model: Model) -> Model:
    match model.table:
        case "gold.calendar":
            sql = only_where(with_literals(model.sql, SLOTS), WHOLE_DAYS)
        case "gold.holiday":
            sql = with_literals(model.sql, YEARS)
        case _:
            return model
    return Model(model.table, sql, model.inputs)
