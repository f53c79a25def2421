"""The layers of a lake: each is a schema of the catalog, and two of them hold views alone."""

SCHEMAS = ("bronze", "silver", "quarantine", "gold", "warehouse", "star", "ops")
"""Every layer, in the order in which one is made of the other."""

VIEWS = ("warehouse", "star")
"""The layers whose tables are all views: they store no row."""

VIEWS_OF_GOLD = frozenset({"gold.energy_flow_enriched", "gold.energy_rolling_daily", "gold.user_profile"})
"""The views among gold's tables: for analysts; no other table of gold reads them."""

NAMED_ALONE = "star"
"""The layer whose tables need not be named with it: what analysts paste runs as it is."""

READ_BY_PEOPLE = (*VIEWS, "ops")
"""The layers that whoever only reads may ask."""

MADE_BY_MODELS = ("silver", "gold", *VIEWS)
"""The layers whose tables are made by one SELECT each, ``sql/<layer>/<table>.sql``."""


def layer_of(table: str) -> str:
    """Give the layer of ``layer.table``."""
    return table.partition(".")[0]


def is_view(table: str) -> bool:
    """Say whether ``layer.table`` is a view."""
    return layer_of(table) in VIEWS or table in VIEWS_OF_GOLD
