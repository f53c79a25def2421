"""Means, spreads and quantiles that put up with gaps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattlake.tasks.forecasting.past import (
    decaying,
    earlier,
    lowest,
    mean,
    quantiles,
    running_mean,
    spread,
    trailing_mean,
)

GAP = np.nan


def clock(*values: float) -> np.ndarray:
    """One series, one slot a day."""
    return np.array(values)[None, :, None]


def test_gaps_have_no_weight_and_nothing_known_gives_nothing():
    known, unknown = clock(1.0, GAP, 5.0), clock(GAP, GAP)

    assert (mean(known, 1).item(), spread(known, 1).item()) == (3.0, 2.0)
    assert lowest(known, 1).item() == 1.0
    assert mean(known, 1, np.array([3.0, 9.0, 1.0])[None, :, None]).item() == 2.0
    assert all(np.isnan(of(unknown, 1)).all() for of in (mean, spread, lowest))


def test_quantiles_are_the_first_values_that_reach_the_share():
    even = np.ones((1, 1, 1))

    assert [found.item() for found in quantiles(clock(4.0, 1.0, GAP, 3.0, 2.0), even, (0.25, 0.5, 0.75, 1.0))] == [
        1,
        2,
        3,
        4,
    ]
    heavy = np.array([1.0, 1.0, 1.0, 7.0])[None, :, None]
    assert quantiles(clock(1.0, 2.0, 3.0, 9.0), heavy, (0.5,))[0].item() == 9.0
    assert np.isnan(quantiles(clock(GAP), even, (0.5,))[0]).all()


def test_weights_halve_every_half_life_with_the_newest_the_heaviest():
    assert decaying(3, 1.0)[0, :, 0] == pytest.approx([0.125, 0.25, 0.5])


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(1.0, 20.0), st.sampled_from([0.0, 0.1, 1.0]))
def test_running_means_are_weighted_means_of_the_days_before(seed, half_life, other):
    draw = np.random.default_rng(seed)
    values = np.where(draw.random((2, 12, 3)) < 0.2, GAP, draw.random((2, 12, 3)))
    kinds = draw.random((12, 3)) < 0.4

    found = running_mean(values, half_life, kinds, other)

    for day in range(12):
        weights = decaying(day, half_life) * np.where(kinds[:day] == kinds[day], 1.0, other)[None]
        expected = mean(values[:, :day], 1, weights)
        assert found[:, day] == pytest.approx(expected, nan_ok=True)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 9))
def test_trailing_means_are_means_of_so_many_days_before(seed, window):
    draw = np.random.default_rng(seed)
    values = np.where(draw.random((2, 12, 3)) < 0.3, GAP, draw.random((2, 12, 3)))

    found = trailing_mean(values, window)

    for day in range(12):
        assert found[:, day] == pytest.approx(mean(values[:, max(day - window, 0) : day], 1), nan_ok=True)


def test_earlier_values_are_moved_and_begin_with_nothing():
    assert earlier(clock(1.0, 2.0, 3.0), 2)[0, :, 0] == pytest.approx([GAP, GAP, 1.0], nan_ok=True)
    assert np.isnan(earlier(clock(1.0, 2.0), 7)).all()
