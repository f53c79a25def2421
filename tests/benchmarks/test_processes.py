"""Processes of the torture bench that several threads start and await at once."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.torture.processes import await_end, start, warm


def exit_codes(number: int) -> list[int | None]:
    """Start processes that end at once, one after the other."""
    codes = []
    for _ in range(number):
        process = warm().Process(target=os.getpid)
        start(process)
        codes.append(await_end(process, 60))
    return codes


@pytest.mark.long
def test_each_of_many_threads_is_told_how_its_processes_ended():
    with ThreadPoolExecutor(4) as threads:
        codes = [code for codes in threads.map(exit_codes, [100] * 4) for code in codes]
    assert codes == [0] * 400
