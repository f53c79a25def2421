"""A calendar of a few years: with forty years of slots it takes longer than all other tables of a small lake."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from wattlake.lake.build import transaction
from wattlake.lake.models.graph import Model, models
from wattlake.lake.models.rewriting import only_where, with_literals


@contextmanager
def calendar_of_one_year() -> Iterator[None]:
    """Builds that fill the calendar for the year 2013 alone, which has all the clock changes a year has."""
    with calendar_of_years(2013, 2013):
        yield


@contextmanager
def calendar_of_years(first: int, last: int) -> Iterator[None]:
    """Builds that fill the calendar for these years alone."""
    shorter = {name: _shortened(model, first, last) for name, model in models().items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction, "models", lambda: shorter)
        yield


def _shortened(model: Model, first: int, last: int) -> Model:
    match model.table:
        case "gold.calendar":
            slots = {"2000-01-01": f"{first - 1}-12-31", "2040-12-31 23:59": f"{last + 1}-01-01 23:59"}
            whole_days = f"year(local_slot.local_start) between {first} and {last}"
            sql = only_where(with_literals(model.sql, slots), whole_days)
        case "gold.holiday":
            sql = with_literals(model.sql, {"2000": f"{first}", "2041": f"{last + 1}"})
        case _:
            return model
    return Model(model.table, sql, model.inputs)
