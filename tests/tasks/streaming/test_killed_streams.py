"""A stream whose consumer and broker are killed at every point loses and doubles nothing, and no window is wrong."""

import pytest

from benchmarks.torture.streams import killed_streams
from wattlake.lake.settings import Settings


@pytest.mark.timeout(300)
def test_kills_of_consumer_and_broker_lose_and_double_nothing(kafka, tmp_path):
    stream = {"broker": f"kafka://{kafka.bootstrap}", "batch_seconds": 0.2}
    came = killed_streams(Settings(data=str(tmp_path / "lake"), stream=stream), kafka, kills=7)
    assert (came.failures, came.missed) == ([], [])
    assert len(came.at) == 7
