"""Intervals that hold what they promise: on wrong quantiles, through a drift, and for a series that is new."""

from itertools import pairwise

import numpy as np
import pytest

from wattlake.tasks.forecasting import conformal
from wattlake.tasks.forecasting.days import Floats
from wattlake.tasks.forecasting.misses import COVERAGES, around, outer_errors
from wattlake.tasks.forecasting.misses import LEVELS as OUTER

LEVELS = sorted({*OUTER, 0.5})
NORMAL = dict(zip(LEVELS, (-1.96, -1.2816, -0.6745, 0.0, 0.6745, 1.2816, 1.96), strict=True))


def rolled(actual: Floats, raw: dict[float, Floats], shown: tuple[Floats, Floats] | None = None) -> dict[float, Floats]:
    """Whether each value was inside each interval: series × days × slots, calibrated day by day."""
    shown = shown or (raw[0.5], raw[0.5])
    calibration = conformal.uncalibrated(actual.shape[0], actual.shape[2])
    inside: dict[float, list[Floats]] = {cover: [] for cover in COVERAGES}
    for day in range(actual.shape[1]):
        issued = conformal.bands(conformal.reach(calibration), shown, raw)
        assert all((low <= shown[0]).all() and (high >= shown[1]).all() for low, high in issued.values())
        for cover, (low, high) in issued.items():
            inside[cover].append((actual[:, day] >= low) & (actual[:, day] <= high))
        calibration = conformal.learned(calibration, shown, raw, issued, actual[:, day])
    return {cover: np.stack(parts, axis=1) for cover, parts in inside.items()}


def normal(series: int, spread: float) -> dict[float, Floats]:
    return {level: np.full((series, 24), 10 + spread * z) for level, z in NORMAL.items()}


@pytest.mark.parametrize("spread", [0.2, 1.0, 5.0], ids=["too narrow", "right", "too wide"])
def test_wrong_quantiles_are_made_to_hold_what_they_promise_for_each_series(spread):
    actual = 10 + np.random.default_rng(5).standard_normal((4, 150, 24))

    inside = rolled(actual, normal(4, spread))

    for cover, found in inside.items():
        assert found[:, 60:].mean((1, 2)) == pytest.approx(cover, abs=0.03)


def test_a_drift_is_followed_within_weeks():
    actual = 10 + np.random.default_rng(6).standard_normal((3, 200, 24))
    actual[:, 80:] *= 3

    inside = rolled(actual, normal(3, 1.0))

    assert inside[0.95][:, 80:84].mean() < 0.8
    assert 0.93 <= inside[0.95][:, 110:].mean() <= 0.99


def test_wider_intervals_hold_the_narrower_ones_and_all_that_is_shown():
    draw = np.random.default_rng(7)
    crossed = {level: draw.random((2, 24)) for level in LEVELS}
    shown = crossed[0.5], crossed[0.5] + draw.random((2, 24))

    issued = conformal.bands(conformal.plain_reach(2), shown, crossed)

    ends = [shown[0], *(issued[cover][0] for cover in (0.5, 0.8, 0.95))]
    assert all((wide <= narrow).all() for narrow, wide in pairwise(ends))
    ends = [shown[1], *(issued[cover][1] for cover in (0.5, 0.8, 0.95))]
    assert all((wide >= narrow).all() for narrow, wide in pairwise(ends))


def test_a_new_series_gets_the_width_of_all_together():
    actual = 10 + np.random.default_rng(8).standard_normal((5, 30, 24))
    actual[4] = np.nan
    calibration, raw = conformal.uncalibrated(5, 24), normal(5, 0.2)
    shown = raw[0.5], raw[0.5]
    for day in range(30):
        issued = conformal.bands(conformal.reach(calibration), shown, raw)
        calibration = conformal.learned(calibration, shown, raw, issued, actual[:, day])

    low, high = conformal.bands(conformal.reach(calibration), shown, raw)[0.95]
    assert (high - low)[4].mean() == pytest.approx((high - low)[:4].mean(), rel=0.1)
    assert (high - low)[4].mean() == pytest.approx(2 * 1.96, rel=0.15)


def test_past_errors_make_the_quantiles_of_a_forecaster_that_gives_none():
    errors = np.arange(-20.0, 21.0)[None, :, None]

    found = around(np.full((1, 1), 100.0), errors)

    assert {level: one.item() for level, one in found.items()} == pytest.approx(
        {0.5: 100, 0.25: 90, 0.75: 110, 0.1: 84, 0.9: 116, 0.025: 81, 0.975: 119}
    )


def test_what_is_certain_stays_so_and_nothing_is_below_the_floor():
    actual = np.random.default_rng(9).gamma(1.0, 1.0, (2, 40, 24))
    actual[:, :, :6] = 0.0
    raw = {level: np.full((2, 24), 1.0 + z) for level, z in NORMAL.items()}
    for part in raw.values():
        part[:, :6] = 0.0
    calibration, shown = conformal.uncalibrated(2, 24), (raw[0.5], raw[0.5])
    for day in range(40):
        issued = conformal.bands(conformal.reach(calibration), shown, raw, floor=0.0)
        calibration = conformal.learned(calibration, shown, raw, issued, actual[:, day])

    low, high = conformal.bands(conformal.reach(calibration), shown, raw, floor=0.0)[0.95]

    assert (low[:, :6] == high[:, :6]).all()
    assert low.min() == 0.0
    assert ((actual >= low[:, None]) & (actual <= high[:, None]))[:, :, 6:].mean() == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize("off", [-1.2, -0.6, 0.6, 1.2])
def test_a_forecast_that_is_off_lies_in_all_its_intervals_and_they_hold_no_more_than_they_promise(off):
    """The raw quantiles are another model's: what is shown lies on their edge or beyond."""
    actual = 10 + np.random.default_rng(10).standard_normal((4, 150, 24))
    shown = np.full((4, 24), 10 + off)

    inside = rolled(actual, normal(4, 1.0), (shown, shown))

    for cover, found in inside.items():
        assert found[:, 60:].mean((1, 2)) == pytest.approx(cover, abs=0.03)


def test_a_mean_far_from_the_median_is_held_and_so_is_what_is_promised():
    """Most hours are quiet and a few are not: four in five values lie below the mean."""
    actual = np.random.default_rng(11).lognormal(0.0, 1.7, (4, 150, 24))
    raw = {level: np.full((4, 24), np.exp(1.7 * z)) for level, z in NORMAL.items()}
    shown = np.full((4, 24), 1.0), np.full((4, 24), np.exp(1.7**2 / 2))
    assert (actual < shown[1][0, 0]).mean() > 0.75, "an upper end that a quarter misses would be below the mean"

    inside = rolled(actual, raw, shown)

    for cover, found in inside.items():
        assert found[:, 60:].mean((1, 2)) == pytest.approx(cover, abs=0.03)


def test_the_ends_around_a_sum_hold_a_share_of_its_errors_though_all_are_of_one_sign():
    errors = np.arange(1.0, 42.0)[None, :, None]

    for cover in COVERAGES:
        below, above = outer_errors(errors, cover)
        assert below.item() == 0.0
        assert ((errors <= above.item()).mean()) == pytest.approx(cover, abs=0.03)
