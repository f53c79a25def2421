"""Every slot is filled, by the best tier that has it, and the tier is told."""

import numpy as np
import pytest

from tasks.forecasting.fallback import NOTHING, OTHERS, as_rows, filled
from tests.forecasting.histories import days

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


def test_rows_say_which_tier_filled_them():
    one = days(np.zeros((2, 1, 24)))
    tier = np.where(np.arange(24) < 12, 5.0, GAP) * np.ones((2, 1))

    rows = as_rows(one, 0, {"model": tier, "naive": np.full((2, 24), 7.0)}, "expected_wh")

    assert rows.columns == ["series", "period_start_utc", "expected_wh", "tier"]
    assert rows["tier"].to_list() == (["model"] * 12 + ["naive"] * 12) * 2
    assert rows["expected_wh"].to_list() == ([5.0] * 12 + [7.0] * 12) * 2


def test_no_tier_at_all_is_refused():
    with pytest.raises(ValueError, match="no tier to fall back to"):
        filled({})
