"""The formulas of ``sql/macros.sql``, each against its definition, and that lakes have them as they are written."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from math import acos, cos, radians, sin

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattlake.lake.models import macros as macros_module
from wattlake.lake.models.graph import models
from wattlake.lake.models.macros import create_macros, has_macros, macros, macros_used
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

EUROS = st.decimals(-1000, 1000, places=6)


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    """A plain DuckDB with the macros."""
    with duckdb.connect() as connection:
        create_macros(connection)
        yield connection


def value(duck: duckdb.DuckDBPyConnection, sql: str, *parameters: object) -> object:
    return duck.execute(f"select {sql}", parameters).fetchall()[0][0]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("self_sufficiency(10.0, 2.5)", 0.75),
        ("self_sufficiency(0.0, 0.0)", None),
        ("self_consumption(8.0, 2.0)", 0.75),
        ("self_consumption(0.0, 0.0)", None),
        ("peer_to_grid(1.0, 2.0, 4.0, 2.0)", 0.5),
        ("peer_to_grid(1.0, 2.0, 0.0, 0.0)", None),
        ("is_provenance('estimated')", True),
        ("is_provenance('guessed')", False),
        ("is_provenance(null)", None),
        ("is_in_calendar(timestamp '1999-12-31 23:59')", False),
        ("is_in_calendar(timestamp '2000-01-01')", True),
        ("is_in_calendar(timestamp '2040-12-31 23:59')", True),
        ("is_in_calendar(timestamp '2041-01-01')", False),
        ("gini([0.0, 0.0]::decimal(18, 6)[])", None),
        ("gini([2.0, 2.0, 2.0]::decimal(18, 6)[])", 0.0),
    ],
)
def test_a_formula_gives(duck, sql, expected):
    assert value(duck, sql) == expected


@given(savings=st.lists(EUROS, min_size=1, max_size=9))
def test_gini_is_half_the_mean_difference_of_all_pairs_over_the_mean(duck, savings: list[Decimal]):
    found = value(duck, "gini(?::decimal(18, 6)[])", savings)

    total = sum(map(Fraction, savings))
    if total <= 0:
        assert found is None
    else:
        differences = sum(abs(Fraction(one) - Fraction(other)) for one in savings for other in savings)
        assert found == pytest.approx(float(differences / (2 * len(savings) * total)))


@given(
    places=st.lists(st.tuples(st.floats(-60, 60), st.floats(-170, 170)), min_size=2, max_size=2).filter(
        lambda places: abs(places[0][0] - places[1][0]) > 1
    )
)
def test_a_distance_is_the_arc_between_two_places(duck, places: list[tuple[float, float]]):
    (latitude, longitude), (other, further) = places
    north, south = radians(latitude), radians(other)
    arc = acos(sin(north) * sin(south) + cos(north) * cos(south) * cos(radians(further - longitude)))

    found = value(duck, "distance_km(?, ?, ?, ?)", latitude, longitude, other, further)
    assert found == pytest.approx(6371 * arc, rel=1e-6)


def test_every_macro_is_called_by_more_than_its_own_file():
    sql = [model.sql for model in models().values()]
    sql += [path.read_text() for path in macros_module.FILE.parent.glob("[sq]*/**/*.sql")]
    sql += [path.read_text() for path in macros_module.FILE.parents[1].rglob("*.py")]
    used = {statement for text in sql for statement in macros_used(text)}

    assert [name for name, statement in macros().items() if statement not in used] == []


def test_what_a_model_calls_is_part_of_what_makes_it(monkeypatch):
    model = models()["warehouse.kpi_group"]
    before = model.fingerprint(Settings())

    changed = macros() | {"placed": macros()["placed"].replace("saving * place", "saving * place * 2")}
    monkeypatch.setattr(macros_module, "macros", lambda: changed)

    assert model.fingerprint(Settings()) != before, "gini calls it"


def test_a_lake_has_the_macros_and_gets_the_new_ones(lake: Lake):
    lake.create()
    assert has_macros(lake.reader(), "lake")

    lake.write(lambda connection: connection.execute("create or replace macro gini(savings) as 0"))
    assert not has_macros(lake.reader(), "lake")
    lake.create()

    assert has_macros(lake.reader(), "lake")
    assert lake.reader().execute("select gini([1.0, 3.0])").fetchall() == [(0.25,)]
