"""The real homes are read by every core."""

from collections.abc import Iterator

import pytest

from tests.support.small_world import environment


@pytest.fixture(scope="module", autouse=True)
def _every_core() -> Iterator[None]:
    with environment({"WATTLAKE_THREADS": "0"}):
        yield
