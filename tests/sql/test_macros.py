"""The formulas of ``sql/macros``, each against its definition, and that lakes have them as they are written."""

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from math import acos, ceil, cos, floor, radians, sin

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattlake.lake.contracts.gold.gaps import LIKE_DAYS
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


def test_like_days_are_those_that_the_contract_names(duck):
    assert tuple(value(duck, "like_days()")) == LIKE_DAYS


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
        ("gini([null, 1.0, 1.0]::decimal(18, 6)[])", 0.0),
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


@given(number=st.integers(-(10**18) + 1, 10**18 - 1))
def test_whole_units_are_milliwatt_hours_and_micro_euros_and_lose_nothing(duck, number: int):
    amount = Decimal(number).scaleb(-6)

    assert value(duck, "units(?::decimal(18, 6))", amount) == number
    assert value(duck, "of_units(?)", number) == amount


@given(amount=st.integers(0, 10**9), start=st.integers(0, 59), data=st.data(), slot=st.sampled_from((1, 15, 30, 60)))
def test_what_lies_between_borders_is_even_to_a_unit_and_adds_up(duck, amount: int, start: int, data, slot: int):
    minutes = data.draw(st.integers(1, 60 - start))
    interval = f"timestamp '2013-01-01' + to_minutes({start}), {minutes}, begins, begins + {slot}"
    found = duck.execute(
        f"select minutes_between({interval}), units(amount_between(of_units({amount}), {interval})) "
        f"from range(0, 60, {slot}) as slot (begins) order by begins"
    ).fetchall()

    inside = [len(set(range(start, start + minutes)) & set(range(at, at + slot))) for at in range(0, 60, slot)]
    assert [covered for covered, _ in found] == inside
    assert sum(units for _, units in found) == amount
    assert all(abs(units - amount * covered / minutes) < 1 for covered, units in found)


@given(number=st.decimals(-1000, 1000, places=9) | st.integers(-(10**6), 10**6).map(lambda n: Decimal(n).scaleb(-7)))
def test_six_decimals_are_the_nearest_half_to_even(duck, number: Decimal):
    found = value(duck, "six_decimals(?::decimal(32, 20))", number)

    assert found == number.quantize(Decimal("0.000001"), ROUND_HALF_EVEN)


def test_a_number_too_large_for_a_column_has_no_six_decimals(duck):
    assert value(duck, "six_decimals(999999999999.9999999::decimal(32, 20))") is None


@given(energy=st.integers(0, 10**9), price=st.integers(-(10**6), 10**6))
def test_what_energy_costs_is_rounded_down_or_up_to_a_micro_euro_below_nothing_too(duck, energy: int, price: int):
    cost = Fraction(energy, 10**6) * price

    for macro, expected in (("eur_down", floor(cost)), ("eur_up", ceil(cost))):
        assert value(duck, f"units({macro}(of_units(?), of_units(?)))", energy, price) == expected


@given(energy=st.integers(0, 10**9), tenths=st.integers(0, 20_000))
def test_carbon_is_exact(duck, energy: int, tenths: int):
    kg = value(duck, "co2_kg(of_units(?), ?::decimal(6, 1))", energy, Decimal(tenths).scaleb(-1))

    assert Fraction(kg) == Fraction(energy, 10**6) * Fraction(tenths, 10) / 1000


@given(power=st.integers(0, 10**10), minutes=st.sampled_from((1, 5, 10, 15, 30, 60)))
def test_the_energy_of_a_power_is_exact_or_rounded_to_a_milliwatt_hour(duck, power: int, minutes: int):
    found = value(duck, "energy_of_power(?::bigint, ?::bigint)", power, minutes)

    assert abs(Fraction(found) - Fraction(power * minutes, 60_000)) <= Fraction(1, 2 * 10**6)


def test_every_macro_is_called_by_more_than_its_own_file():
    sql = [model.sql for model in models().values()]
    sql += [path.read_text() for path in macros_module.FOLDER.parent.glob("[sq]*/**/*.sql")]
    sql += [path.read_text() for path in macros_module.FOLDER.parents[1].rglob("*.py")]
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
