"""The page about streams states the numbers by which alerts are found, as the code has them."""

import re

import pytest

from harness.services import PROJECT
from wattlake.lake.settings import Settings
from wattlake.lake.streaming import alert_numbers as numbers
from wattlake.lake.streaming.alert_messages import SENT_WITHIN
from wattlake.tasks.alerting.sender import PAUSES_SECONDS

PAGE = re.sub(r"\s+", " ", (PROJECT / "docs" / "streaming.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "sentence",
    [
        f"beyond {numbers.MOST_KWH} kWh a reading, and {numbers.MOST_KWH} kW at an instant",
        f"Power may be {numbers.LEAST_W} W below zero",
        f"more than {numbers.MISSING_RHYTHMS} times its rhythm, and for more than {numbers.MISSING_LEAST_SECONDS} s",
        f"the last {numbers.RHYTHM_STEPS} steps between its events, once there are {numbers.RHYTHM_LEAST_STEPS};",
        f"or after {numbers.GRACE_SECONDS} s.",
        f"the {Settings(_env_file=None).anomaly_quantile} quantile (`WATTLAKE_ANOMALY_QUANTILE`) of the "
        f"{numbers.USUAL_DAYS} days before the day",
        f"from {numbers.USUAL_WINDOWS} full windows on",
        f"from {numbers.USUAL_SLOT_DAYS} days of them on: {numbers.SLOT_FACTOR} times their mean power",
        f"the same in {numbers.FROZEN_EVENTS} events in a row, over {numbers.FROZEN_MINUTES} min or more",
        f"by the meter's power {numbers.UNMOVED_KWH} kWh flowed",
        f"more than {numbers.AHEAD_SECONDS} s after the broker had it, or more than "
        f"{numbers.BEHIND_SECONDS // 3600} h before",
        f"after {', '.join(map(str, PAUSES_SECONDS[:-1]))} and then every {PAUSES_SECONDS[-1]} s, for "
        f"{SENT_WITHIN.total_seconds() / 3600:.0f} hours",
    ],
)
def test_the_page_says_it(sentence):
    assert sentence in PAGE


def test_the_tolerance_of_a_connection_is_the_tenth_that_the_page_names():
    assert float(numbers.TOLERANCE) == 1.1
    assert "and a tenth more" in PAGE
