"""What a user says of a file on the command line, checked."""

from collections.abc import Sequence
from typing import get_args

from wattlake.app.mapping_proposal.guessed import Given
from wattlake.lake.mapping.energy import Unit
from wattlake.lake.settings import Settings


def given_by(*, unit: str, meter: str, values: Sequence[str], production: Sequence[str]) -> Given:
    """Take what the user said, and the community's zone.

    Raises:
        ValueError: there is no such unit.
    """
    units = {known.casefold(): known for known in get_args(Unit)}
    if unit and unit.casefold() not in units:
        raise ValueError(f"`{unit}` is no unit of energy or power. Give one of {', '.join(units.values())}.")
    return Given(Settings().timezone, units.get(unit.casefold(), ""), meter, tuple(values), tuple(production))
