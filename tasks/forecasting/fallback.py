"""The chain of fallbacks: every slot is filled by the best that is there, and it is told which that was."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from tasks.forecasting.days import Floats
from tasks.forecasting.past import mean

OTHERS, NOTHING = "others", "nothing"
"""The last two tiers: the mean of the other series, and zero where none has anything."""


Names = npt.NDArray[np.object_]


def filled(tiers: Mapping[str, Floats]) -> tuple[Floats, Names]:
    """The values of the first tier that has one in each slot, and the tier's name: both series × slots.

    Args:
        tiers: from the best to the plainest, series × slots, NaN where a tier knows nothing.

    Raises:
        ValueError: there is no tier.
    """
    if not tiers:
        raise ValueError("There is no tier to fall back to. Give the baselines at least.")
    values = np.full_like(next(iter(tiers.values())), np.nan)
    names = np.full(values.shape, NOTHING, dtype=object)
    for name, tier in tiers.items():
        _fill(values, names, name, np.where(np.isfinite(tier), tier, np.nan))
    _fill(values, names, OTHERS, np.broadcast_to(mean(values, 0), values.shape))
    _fill(values, names, NOTHING, np.zeros_like(values))
    return values, names


def like_others(values: Floats, kinds: Sequence[str]) -> Floats:
    """For each series the mean of those of its kind, a name for each series; NaN where none of them has a value."""
    found = np.full_like(values, np.nan)
    for kind in set(kinds):
        of_kind = np.array([one == kind for one in kinds])
        found[of_kind] = mean(values[of_kind], 0)
    return found


def _fill(values: Floats, names: Names, name: str, tier: Floats) -> None:
    is_gap = np.isnan(values) & ~np.isnan(tier)
    values[is_gap] = tier[is_gap]
    names[is_gap] = name
