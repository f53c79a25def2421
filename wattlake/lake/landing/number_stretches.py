"""Stretches of the numbers of landings: from a first to a last, with both ends included."""

from collections.abc import Iterable, Sequence
from itertools import pairwise


def stretches(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Split ascending numbers into stretches without a gap."""
    gaps = [0, *(at for at in range(1, len(numbers)) if numbers[at] > numbers[at - 1] + 1), len(numbers)]
    return [(numbers[begin], numbers[end - 1]) for begin, end in pairwise(gaps) if end > begin]


def joined(parts: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join stretches that overlap or follow each other without a gap."""
    longest: list[tuple[int, int]] = []
    for first, last in sorted(parts):
        if longest and first <= longest[-1][1] + 1:
            longest[-1] = (longest[-1][0], max(last, longest[-1][1]))
        else:
            longest.append((first, last))
    return longest
