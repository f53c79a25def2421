"""The chain of fallbacks: each slot has the best forecast there is, and the tier's name."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from wattlake.tasks.forecasting.baselines import MONTH_DAYS, Baseline
from wattlake.tasks.forecasting.days import Days, Floats
from wattlake.tasks.forecasting.misses import LEVELS
from wattlake.tasks.forecasting.past import mean, quantiles

MODEL, SIMILAR = "model", "similar"
OTHERS, NOTHING = "others", "nothing"
"""The last two tiers: the mean of the other series, and zero where none has anything."""


Names = npt.NDArray[np.object_]


def ladder_of(ladder: Mapping[str, Baseline], days: Days, number: int) -> dict[str, Floats]:
    """Forecast a day with every baseline, the best to fall back to first.

    The module ``baselines`` lists that one last.
    """
    past = days.until(number)
    return {name: baseline(past, number) for name, baseline in reversed(list(ladder.items()))}


def recent_errors(baseline: Baseline, days: Days, number: int) -> Floats:
    """Return a baseline's errors on the 28 days before a day: series × days × slots.

    An error is actual less expected.
    """
    past = range(max(number - MONTH_DAYS, 1), number)
    if not past:
        return np.full((len(days.series), 0, days.slots), np.nan)
    expected = np.stack([baseline(days.until(before), before) for before in past], axis=1)
    return days.until(number).values[:, past[0] :] - expected


def by_tier(of_model: Floats | None, kinds: Sequence[str], ladder: Mapping[str, Floats]) -> tuple[Floats, Names]:
    """Fill values from the model, the ladder and similar series; name the tier of each.

    The register tells which series are alike.
    """
    first = ladder if of_model is None else {MODEL: of_model, **ladder}
    alike = {SIMILAR: like_others(next(iter(first.values())), kinds)} if kinds else {}
    return filled({**first, **alike})


def quantiles_by_tier(
    of_model: Mapping[float, Floats], days: Days, number: int, kinds: Sequence[str], ladder: Mapping[str, Floats]
) -> dict[float, Floats]:
    """Return raw quantiles by level: the model's, else the clock's, else those of lower tiers."""
    by_level, clock = {}, _clock_quantiles(days, number)
    for level in LEVELS:
        own = of_model.get(level, clock[level])
        by_level[level], _ = by_tier(np.where(np.isnan(own), clock[level], own), kinds, ladder)
    return by_level


def filled(tiers: Mapping[str, Floats]) -> tuple[Floats, Names]:
    """Return the value of the first tier that has one, and its name: both series × slots.

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
    """Give each series the mean of those of its kind; NaN where none of them has a value.

    ``kinds`` has one name for each series.
    """
    means = np.full_like(values, np.nan)
    for kind in set(kinds):
        of_kind = np.array([name == kind for name in kinds])
        means[of_kind] = mean(values[of_kind], 0)
    return means


def _fill(values: Floats, names: Names, name: str, tier: Floats) -> None:
    is_gap = np.isnan(values) & ~np.isnan(tier)
    values[is_gap] = tier[is_gap]
    names[is_gap] = name


def _clock_quantiles(days: Days, number: int) -> dict[float, Floats]:
    """Return quantiles of the slot on the 28 days before, by level, for what has no model."""
    past = days.until(number).values[:, max(number - MONTH_DAYS, 0) :]
    if not past.shape[1]:
        return dict.fromkeys((*LEVELS, 0.5), np.full((len(days.series), days.slots), np.nan))
    levels = sorted({*LEVELS, 0.5})
    return dict(zip(levels, quantiles(past, np.ones((1, 1, 1)), levels), strict=True))
