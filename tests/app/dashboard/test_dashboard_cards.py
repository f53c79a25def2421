"""The key figures: how a number and its change are written."""

import pytest

from wattlake.app.dashboard.cards import Card, energy, written

ENERGY = Card("Energy", "consumption_kwh")
RATIO = Card("Ratio", "self_sufficiency_ratio")
SAVING = Card("Saving", "saving_eur")
MEMBERS = Card("Members", "active_members")


@pytest.mark.parametrize(
    ("kwh", "written"),
    [(0.0, "0.0 kWh"), (9_999.94, "9,999.9 kWh"), (10_000.0, "10.0 MWh"), (2_626_500.0, "2,626.5 MWh")],
)
def test_energy_is_written_in_kwh_and_from_ten_thousand_on_in_mwh(kwh, written):
    assert energy(kwh) == written


@pytest.mark.parametrize(
    ("card", "number", "written"),
    [(ENERGY, 12.34, "12.3 kWh"), (RATIO, 0.1784, "17.8 %"), (RATIO, None, "–"), (MEMBERS, 1200, "1,200")],
)
def test_a_value_has_its_unit_and_a_dash_where_it_is_not_defined(card, number, written):
    assert card.value({card.column: number}) == written


@pytest.mark.parametrize(
    ("card", "now", "before", "written"),
    [
        (ENERGY, 110.0, 100.0, "+10.0 %"),
        (ENERGY, 90.0, 100.0, "-10.0 %"),
        (ENERGY, 0.0, 0.0, None),
        (ENERGY, 100.0, 100.0, "+0.0 %"),
        (ENERGY, 90.0, 0.0, "+90.0 kWh"),
        (ENERGY, 1005.4, 1.0, "+1,004.4 kWh"),
        (ENERGY, 10.0, 1.0, "+900.0 %"),
        (SAVING, 5.0, -10.0, "+15.00 EUR"),
        (SAVING, -5.0, 10.0, "-150.0 %"),
        (RATIO, 0.30, 0.25, "+5.0 points"),
        (RATIO, None, 0.25, None),
        (RATIO, 0.30, None, None),
        (MEMBERS, 3, 5, "-2"),
    ],
)
def test_a_change_is_per_cent_of_energy_points_of_a_ratio_and_a_number_of_members(card, now, before, written):
    assert card.change({card.column: now}, {card.column: before}) == written


def test_without_a_period_before_there_is_no_change():
    assert ENERGY.change({"consumption_kwh": 1.0}, None) is None


@pytest.mark.parametrize(
    ("column", "number", "text"),
    [
        ("saving_eur", 12.345, "12.35 EUR"),
        ("revenue_eur", 12_345.6, "12,346 EUR"),
        ("co2_saved_kg", 0.5, "0.50 kg"),
        ("co2_as_car_km", -1.0, "-1.00 km"),
        ("saving_gini", 0.41234, "0.412"),
        ("trades", 5323, "5,323"),
        ("self_sufficiency_ratio", None, "–"),
    ],
)
def test_a_number_is_written_with_the_unit_of_its_column(column, number, text):
    assert written(column, number) == text


def test_a_card_explains_itself_in_the_contracts_words_and_says_what_they_do_not():
    card = Card("Revenue", "revenue_eur", "warehouse.kpi_group.revenue_eur", "Of all.")
    assert card.help() == "Revenue: what neighbours and the grid paid for energy (EUR). Of all."
