"""The terms of the market: the settings that a day is settled by.

A day that is settled again keeps the terms of its first settlement.
"""

import json
from typing import Any

from wattlake.lake.settings import Settings

Terms = dict[str, Any]

TERMS = (
    "market_mechanism",
    "community_fee_eur_per_kwh",
    "shared_price_eur_per_kwh",
    "bidding_zone",
    "retail_eur_per_kwh",
    "retail_markup_eur_per_kwh",
    "retail_levies_eur_per_kwh",
    "vat_ratio",
    "feed_in_eur_per_kwh",
    "feed_in_deduction_eur_per_kwh",
    "feed_in_floor_eur_per_kwh",
    "peak_eur_per_kwh",
    "peak_hours",
    "slot_minutes",
    "timezone",
    "holidays",
)
FIXED = ("slot_minutes", "timezone", "holidays")
"""The terms that tables below the ledger are built by; a day cannot be settled by others than those of today."""


def terms_of(settings: Settings) -> Terms:
    """Pick the terms from the settings."""
    return settings.model_dump(include=set(TERMS))


def written(terms: Terms) -> str:
    """Write terms as JSON, always in the same words; money as the text it was given in."""
    return json.dumps({name: terms[name] for name in TERMS}, default=str, ensure_ascii=False)


def read(text: str) -> Terms:
    """Read terms from the JSON that they were written as."""
    return Settings(**json.loads(text)).model_dump(include=set(TERMS))
