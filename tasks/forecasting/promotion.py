"""Champion against challenger: whether one is better than the other, and not by luck of the days."""

from dataclasses import dataclass

import numpy as np

from tasks.forecasting.days import Floats

BLOCK_DAYS = 7
DRAWS = 2000
SURE = 0.9
"""A challenger is better where it is in so many of the draws."""
PROMISED_PCT, WITHIN_POINTS = 95.0, 4.0


@dataclass(frozen=True)
class Verdict:
    """Whether a challenger is promoted, and why, in a sentence."""

    is_promoted: bool
    why: str


def chance_of_being_better(challenger: Floats, champion: Floats, seed: int = 2013) -> float:
    """In how many draws of days the challenger's mean error is the smaller one: 0 to 1, by half where they are equal.

    A paired moving-block bootstrap: blocks of a week of both errors' differences are drawn with replacement, for days
    in a row are alike (Künsch, 1989, The Jackknife and the Bootstrap for General Stationary Observations).

    Args:
        challenger: its error of each day.
        champion: the other's of the same days.
        seed: of the draws.

    Raises:
        ValueError: the days are not the same ones, or there are none.
    """
    if challenger.shape != champion.shape or not challenger.size:
        raise ValueError(f"There are errors of {challenger.size} and {champion.size} days; expected the same days.")
    difference = challenger - champion
    length = min(BLOCK_DAYS, difference.size)
    starts = np.random.default_rng(seed).integers(
        0, difference.size - length + 1, (DRAWS, -(-difference.size // length))
    )
    days = (starts[:, :, None] + np.arange(length)).reshape(DRAWS, -1)[:, : difference.size]
    means = difference[days].mean(axis=1)
    return float(np.mean(np.where(means == 0, 0.5, means < 0)))


def judged(challenger: Floats, champion: Floats, of_whom: str, coverage_pct: float) -> Verdict:
    """Promote only what is better and whose 95 % intervals hold.

    Args:
        challenger: its error of each day.
        champion: the other's of the same days.
        of_whom: who the other is.
        coverage_pct: of the challenger's 95 % intervals.
    """
    chance = chance_of_being_better(challenger, champion)
    said = (
        f"mean error {challenger.mean():.4g} against {champion.mean():.4g} of {of_whom}, "
        f"better in {100 * chance:.0f} % of draws; 95 % interval holds {coverage_pct:.1f} %"
    )
    is_honest = abs(coverage_pct - PROMISED_PCT) <= WITHIN_POINTS
    return Verdict(chance >= SURE and is_honest, said)
