"""The settings that say between what readings and temperatures usually lie, by zone."""

from typing import Annotated

from annotated_types import Predicate
from pydantic import Field
from pydantic_settings import BaseSettings

EVERY_ZONE = "*"
"""Stands for the zones that are not named."""


def _are_of_every_zone(by_zone: dict[str, list[float]]) -> bool:
    return EVERY_ZONE in by_zone and all(least <= most for least, most in by_zone.values())


Pair = Annotated[list[Annotated[float, Field(allow_inf_nan=False)]], Field(min_length=2, max_length=2)]
ByZone = Annotated[dict[str, Pair], Predicate(_are_of_every_zone)]
"""The least and the most, by zone."""


class UsualBounds(BaseSettings):
    """The bounds beyond which a value is remarked on; none of them sets anything aside."""

    usual_kwh: ByZone = Field(
        {EVERY_ZONE: [0, 50]}, description="Between what a reading usually is, kWh: by zone, `*` for all others"
    )
    usual_celsius: ByZone = Field(
        {EVERY_ZONE: [-20, 45]}, description="Between what a temperature usually is, °C: by zone, `*` for all others"
    )
