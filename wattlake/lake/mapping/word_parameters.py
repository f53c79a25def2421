"""The words in rows of meter files, as parameters of ``sql/steps/mapping``."""

from collections.abc import Mapping as Table
from decimal import Decimal

from wattlake.lake.mapping.meters import Mapping
from wattlake.lake.mapping.units import KW_PER_UNIT, KWH_PER_UNIT, minutes_by_text
from wattlake.lake.settings import timezones


def word_parameters(mapping: Mapping) -> dict[str, object]:
    """Give the parameters of what the words in rows mean."""
    factor = Decimal(mapping.energy.factor)
    units = {unit.lower(): size * factor for unit, size in {**KWH_PER_UNIT, **KW_PER_UNIT}.items()}
    return {
        "directions": _entries(mapping.directions, ""),
        "qualities": _entries(mapping.qualities, ""),
        "units": _entries(units, Decimal(1)),
        "periods": _entries(minutes_by_text(), 0),
        "zones": sorted(timezones()) if mapping.columns.zone else [""],
        "has_where": bool(mapping.where or mapping.where_not),
        "rules": _rules(mapping),
    }


def _rules(mapping: Mapping) -> list[dict[str, object]]:
    """List the texts by which rows hold readings, or hold none."""
    tables = ((mapping.where, True), (mapping.where_not, False))
    rules = [
        {"column_name": name, "texts": texts, "is_kept": is_kept}
        for table, is_kept in tables
        for name, texts in table.items()
    ]
    return rules or [{"column_name": "", "texts": [""], "is_kept": True}]


def _entries(table: Table[str, object], value: object) -> list[dict[str, object]]:
    """List the entries of a map; where there are none, one that no text has.

    SQL asks for the types of keys and values.
    """
    return [{"k": key, "v": item} for key, item in table.items()] or [{"k": " ", "v": value}]
