"""Champion against challenger: tests whether one is better, and not by luck of the days."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wattlake.tasks.forecasting.days import Floats

BLOCK_DAYS = 7
DRAWS = 2000
SURE = 0.9
"""A challenger is better where it is in at least this share of the draws."""
PROMISED_PCT, WITHIN_POINTS = 95.0, 4.0


@dataclass(frozen=True)
class Verdict:
    """The decision whether a challenger is promoted, and why, in a sentence."""

    is_promoted: bool
    why: str


def chance_of_being_better(challenger: Floats, champion: Floats) -> float:
    """Return the share of draws in which the challenger's mean error is the smaller one.

    It is 0 to 1; a draw in which they are equal counts half.

    Args:
        challenger: its error of each day.
        champion: the other's of the same days.

    Raises:
        ValueError: the days are not the same ones, or there are none.
    """
    if challenger.shape != champion.shape or not challenger.size:
        raise ValueError(f"There are errors of {challenger.size} and {champion.size} days; expected the same days.")
    means = drawn_means(challenger - champion)
    return float(np.mean(np.where(means == 0, 0.5, means < 0)))


def drawn_means(daily: Floats, seed: int = 2013) -> Floats:
    """Draw days again and again, and return the mean of each draw.

    The draws are of blocks of a week with replacement, for days in a row are alike.

    The moving-block bootstrap: Künsch (1989), The Jackknife and the Bootstrap for General Stationary Observations.
    """
    length = min(BLOCK_DAYS, daily.size)
    blocks = -(-daily.size // length)
    starts = np.random.default_rng(seed).integers(0, daily.size - length + 1, (DRAWS, blocks))
    days = (starts[:, :, None] + np.arange(length)).reshape(DRAWS, -1)[:, : daily.size]
    return np.asarray(daily[days].mean(axis=1), dtype=np.float64)


def judged(duels: Mapping[str, tuple[Floats, Floats]], coverage_pct: Floats) -> Verdict:
    """Promote a challenger that is better than all others and whose 95 % intervals hold.

    Both are judged as far as the luck of the days tells.

    Args:
        duels: by who the other is, the challenger's error of each day and the other's of the same days and slots.
        coverage_pct: how much of each day was within the challenger's 95 % intervals.
    """
    chances = {other: chance_of_being_better(*errors) for other, errors in duels.items()}
    of_whom = min(chances, key=lambda other: (chances[other], duels[other][1].mean()))
    chance, (challenger, champion) = chances[of_whom], duels[of_whom]
    low, high = np.quantile(drawn_means(coverage_pct), ((1 - SURE) / 2, (1 + SURE) / 2))
    is_honest = high >= PROMISED_PCT - WITHIN_POINTS and low <= PROMISED_PCT + WITHIN_POINTS
    sentence = (
        f"mean error {challenger.mean():.4g} against {champion.mean():.4g} of {of_whom}, "
        f"better in {100 * chance:.0f} % of draws; 95 % interval holds {coverage_pct.mean():.1f} %"
    )
    return Verdict(chance >= SURE and bool(is_honest), sentence if is_honest else f"{sentence}, which is not by chance")
