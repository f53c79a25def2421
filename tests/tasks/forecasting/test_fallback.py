"""Every slot is filled, by the best tier that has it, and the tier is told."""

import numpy as np
import pytest

from wattlake.tasks.forecasting.fallback import NOTHING, OTHERS, filled, like_others

GAP = np.nan
BROKEN = np.array([[1.0, GAP, np.inf, GAP], [GAP, GAP, GAP, GAP]])
PLAIN = np.array([[9.0, 2.0, 3.0, GAP], [GAP, GAP, GAP, GAP]])


def test_each_slot_moves_down_the_ladder_until_something_is_known():
    values, tiers = filled({"model": BROKEN, "naive": PLAIN})

    assert values.tolist() == [[1.0, 2.0, 3.0, 0.0], [1.0, 2.0, 3.0, 0.0]]
    assert tiers.tolist() == [["model", "naive", "naive", NOTHING], [OTHERS, OTHERS, OTHERS, NOTHING]]


def test_a_broken_model_changes_nothing_of_what_the_rest_says():
    whole = np.arange(8.0).reshape(2, 4)

    values, tiers = filled({"model": np.full((2, 4), GAP), "naive": whole})

    assert values.tolist() == whole.tolist()
    assert set(tiers.reshape(-1)) == {"naive"}


def test_a_series_without_history_is_like_those_of_its_kind():
    values = np.array([[1.0, 2.0], [3.0, GAP], [GAP, GAP], [50.0, 60.0], [GAP, GAP]])

    alike = like_others(values, ("flat", "flat", "flat", "house", "farm"))

    assert np.array_equal(alike, [[2, 2], [2, 2], [2, 2], [50, 60], [GAP, GAP]], equal_nan=True)


def test_no_tier_at_all_is_refused():
    with pytest.raises(ValueError, match="no tier to fall back to"):
        filled({})
