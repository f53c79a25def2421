"""Days whose profile is unlike the month before: an isolation forest over all members' days.

The forest is grown here, from raw random bits: scikit-learn's takes two seconds of processor time to load, and another
release of it may flag other days.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

SEED = 20_130_901
TREES = 100
DEPTH = 8
DAYS_OF_A_TREE = 256
LEAST_DAYS = 100  # A month with fewer days of all members together teaches nothing.
MOST_DAYS = 2_000
"""So many days, evenly drawn, are learned from and tell how rare a score is."""
RARE, FEWEST_RARE = 0.002, 3
"""The share of the days before that may be as far out as a flagged day's least, and how many at least."""
SHIFTS = ("0–4 h", "4–8 h", "8–12 h", "12–16 h", "16–20 h", "20–24 h")
FEATURES = ("level", *SHIFTS, "peak", "base")
DRAWN = np.array([0, 0, 0, *range(1, len(FEATURES))])  # Level is one of nine, and is drawn three times as often.

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class Level(NamedTuple):
    """The nodes at one depth, trees × nodes: how they are split, and what is far out of them."""

    features: Integers
    splits: Floats
    floors: Floats
    ceilings: Floats


class Forest(NamedTuple):
    """The levels of all trees, how far it is to each last node, and how many days a tree has."""

    levels: list[Level]
    lengths: Floats
    days: int


def produce(profiles: pl.DataFrame) -> pl.DataFrame:
    """Flag the days of each month that a forest over the month before isolates soonest.

    Liu, Ting and Zhou (2008), Isolation Forest. The forest and its threshold follow from the month before alone, in a
    fixed order and with a fixed seed, so it does not matter which days are judged together.

    Args:
        profiles: rows of ``sql/gold/unusual_day.sql``; each day by what it differs in from the member's own usual one.

    Returns:
        Rows of ``gold.unusual_day``.
    """
    nothing = _rows(profiles.clear(), np.empty((0, len(FEATURES))), np.empty(0), 0.0)
    return pl.concat([nothing, *(_flagged(month) for month in profiles.partition_by("judged_month_utc"))])


def _flagged(month: pl.DataFrame) -> pl.DataFrame:
    """Judge the days of one month by those of the month before."""
    month = month.sort("member_id", "period_start_utc")
    judged, before = month.filter("is_judged"), month.filter(~pl.col("is_judged"))
    if judged.is_empty() or before.height < LEAST_DAYS:
        return _rows(judged.clear(), np.empty((0, len(FEATURES))), np.empty(0), 0.0)
    drawn = np.unique(np.linspace(0, before.height - 1, min(before.height, MOST_DAYS)).astype(np.int64))
    known, table = _table(before)[drawn], _table(judged)
    forest = _forest(known)
    threshold = float(np.sort(_scores(forest, known))[-max(FEWEST_RARE, round(RARE * len(known)))])
    middle, scale = np.median(known, axis=0), np.maximum(known.std(axis=0), 1e-9)
    rows = _rows(judged, (table - middle) / scale, _scores(forest, table), threshold)
    return rows.filter(pl.col("score") > pl.col("threshold_score"))


def _table(days: pl.DataFrame) -> Floats:
    """Make the table of features, days × ``FEATURES``."""
    shifts = np.array(days["shifts"].to_list(), dtype=np.float64).reshape(-1, len(SHIFTS))
    return np.column_stack([days["level"].to_numpy(), shifts, days["peak"].to_numpy(), days["base"].to_numpy()])


def _forest(known: Floats) -> Forest:
    """Grow the trees: of some days each, split at random by a random feature."""
    bits = np.random.PCG64(SEED)
    drawn = np.argsort(_random(bits, TREES, len(known)), axis=1, kind="stable")[:, :DAYS_OF_A_TREE]
    tree, node, depths = np.arange(TREES)[:, None], np.zeros_like(drawn), np.full(drawn.shape, DEPTH)
    levels = []
    for depth, width in enumerate(2**level for level in range(DEPTH)):
        numbered = tree * width + node
        depths = np.where(np.bincount(numbered.ravel())[numbered] == 1, np.minimum(depths, depth), depths)
        draws = _random(bits, 2, TREES * width)
        feature = DRAWN[(draws[0] * len(DRAWN)).astype(np.int64)]
        values = known.ravel()[drawn * len(FEATURES) + feature[numbered]]
        least, most = np.full(len(feature), np.inf), np.full(len(feature), -np.inf)
        np.minimum.at(least, numbered.ravel(), values.ravel())
        np.maximum.at(most, numbered.ravel(), values.ravel())
        span = most - least
        # What the feature does not tell apart goes on together, to the left.
        split = np.where(span > 0, least, np.inf)
        split[span > 0] += (draws[1] * span)[span > 0]
        node = 2 * node + (values > split[numbered])
        levels.append(Level(*(part.reshape(TREES, width) for part in (feature, split, least - span, most + span))))
    last = tree * 2**DEPTH + node
    lengths = np.zeros(TREES * 2**DEPTH)
    lengths[last] = depths + _mean_length(np.bincount(last.ravel())[last])
    return Forest(levels, lengths.reshape(TREES, -1), drawn.shape[1])


def _scores(forest: Forest, days: Floats) -> Floats:
    """Score days, of 0 to 1: the sooner they are isolated the higher.

    A day further out of a node's days than these are apart is isolated there, not taken for the outermost of them.
    """
    total, first = np.zeros(len(days)), np.arange(len(days)) * len(FEATURES)
    flat = days.ravel()
    for tree, lengths in enumerate(forest.lengths):
        node, length = np.zeros(len(days), dtype=np.int64), np.full(len(days), np.inf)
        for depth, level in enumerate(forest.levels, 1):
            values = flat[first + level.features[tree][node]]
            is_out = (values < level.floors[tree][node]) | (values > level.ceilings[tree][node])
            length[is_out] = np.minimum(length[is_out], depth)
            node = 2 * node + (values > level.splits[tree][node])
        total += np.minimum(length, lengths[node])
    return np.round(2 ** -(total / len(forest.lengths) / _mean_length(np.array([forest.days]))[0]), 6)


def _random(bits: np.random.PCG64, rows: int, count: int) -> Floats:
    """Draw rows of numbers from 0 to below 1, from bits that no release of numpy changes."""
    return np.ldexp((bits.random_raw(rows * count) >> np.uint64(11)).astype(np.float64), -53).reshape(rows, count)


def _mean_length(days: Integers) -> Floats:
    """Give the mean number of splits that isolate one of so many days (the paper's equation 1)."""
    more = np.maximum(days, 3) - 1
    return np.select([days > 2, days == 2], [2 * (np.log(more) + np.euler_gamma) - 2 * more / (more + 1), 1.0], 0.0)


def _rows(days: pl.DataFrame, away: Floats, scores: Floats, threshold: float) -> pl.DataFrame:
    """Add to days their scores and what is furthest out, in deviations of the month before."""
    furthest = np.abs(away).argmax(axis=1) if len(away) else np.empty(0, dtype=np.int64)
    outermost = away[np.arange(len(away)), furthest]
    return days.select(
        *("member_id", "period_start_utc", "consumption_kwh", "usual_kwh"),
        score=pl.Series(scores, dtype=pl.Float64),
        threshold_score=pl.lit(threshold, dtype=pl.Float64),
        stands_out=pl.Series([FEATURES[number] for number in furthest], dtype=pl.String),
        deviations=pl.Series(outermost.round(3), dtype=pl.Float64),
    )
