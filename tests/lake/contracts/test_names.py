"""One column name has one meaning, unit and type in all contracts, and one thing has one name in each layer."""

import re
from collections import defaultdict

import pytest

from harness.services import PROJECT
from wattlake.lake.contracts import Column, columns, contracts
from wattlake.lake.contracts.units import Co2Kg, Eur, EurPerKwh, Kwh
from wattlake.lake.layers import VIEWS

OURS = [
    (table, column)
    for table in contracts()
    if not table.startswith(("bronze.", "quarantine."))
    for column in columns(table).values()
]
GLOSSARY = (PROJECT / "docs" / "names.md").read_text(encoding="utf-8")
STORED = {"kWh": Kwh, "EUR": Eur, "EUR/kWh": EurPerKwh, "kg": Co2Kg}
OTHER_TYPES = {
    "completeness_ratio": "of a table's quality a mean",
    "horizon_hours": "of the weather whole hours",
    "output_w_per_kwp": "of PVGIS as it is published",
    "panel_kwp": "of a member as the register has it, of one panel of the fleet in decimals",
    "pinball_kwh": "a loss",
    "mae_kwh": "an error",
    "rmse_kwh": "an error",
    "status": "of a model, a run or an answer",
    **dict.fromkeys(
        ("corrected_irradiation_kwh_per_m2", "irradiation_kwh_per_m2", "reference_kwh_per_kwp"),
        "of an interval narrower than the sum of a day",
    ),
}
"""Columns whose type is not the same in all tables or not that of their unit, and why; the list only shrinks."""

TWICE = {
    ("member_id", "user_id"),
    ("spot_eur_per_mwh", "spot_price_eur_per_mwh"),
    ("buy_eur_per_kwh", "grid_buy_price_eur_per_kwh"),
    ("sell_eur_per_kwh", "grid_sell_price_eur_per_kwh"),
    ("amount_eur", "transaction_amount_eur"),
}
"""Names of one thing below the warehouse and in it; the glossary has them."""


def by_name() -> dict[str, list[tuple[str, Column]]]:
    found = defaultdict(list)
    for table, column in OURS:
        found[column.name].append((table, column))
    return found


def test_one_name_has_one_unit_and_type_in_all_tables():
    units = {name: {column.unit for _, column in of_name} for name, of_name in by_name().items()}
    types = {name: {column.sql_type for _, column in of_name} for name, of_name in by_name().items()}

    assert {name: found for name, found in units.items() if len(found) > 1} == {}
    assert {name for name, found in types.items() if len(found) > 1} <= OTHER_TYPES.keys()


def test_a_quantity_is_stored_alike_in_all_tables():
    wrong = []
    for table, column in OURS:
        if column.unit in STORED and column.name not in OTHER_TYPES:
            precision, scale = STORED[column.unit].__metadata__
            if column.sql_type != f"decimal({precision},{scale})":
                wrong.append((f"{table}.{column.name}", column.sql_type))
    assert wrong == []


def test_no_unit_of_before_is_left():
    assert [f"{table}.{column.name}" for table, column in OURS if re.search(r"_wh(_|$)|_micro_", column.name)] == []


def test_what_is_drawn_from_the_grid_is_after_trades_and_what_the_meter_drew_has_its_own_name():
    crossing = {name: [table for table, _ in of_name] for name, of_name in by_name().items() if "import_kwh" in name}

    assert crossing["meter_import_kwh"] == ["warehouse.fact_energy_flow"]
    assert "warehouse.fact_energy_flow" not in crossing["grid_import_kwh"]
    after_trades = {column.meaning for _, column in by_name()["grid_import_kwh"]}
    assert [meaning for meaning in after_trades if "after what was bought" not in meaning] == []


@pytest.mark.parametrize(("name", "in_warehouse"), sorted(TWICE))
def test_where_one_thing_has_two_names_each_layer_has_one_and_the_glossary_both(name: str, in_warehouse: str):
    layers = {one: {table.partition(".")[0] for table, _ in by_name()[one]} for one in (name, in_warehouse)}

    assert not layers[name] & set(VIEWS)
    assert {"warehouse"} <= layers[in_warehouse] <= set(VIEWS)
    units = {(column.unit, column.sql_type) for one in (name, in_warehouse) for _, column in by_name()[one]}
    assert len(units) == 1
    row = next(line for line in GLOSSARY.splitlines() if f"`{name}`" in line and f"`{in_warehouse}`" in line)
    assert row.startswith("|")
