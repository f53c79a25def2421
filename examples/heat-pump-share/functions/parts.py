"""Parts of a whole."""

from wattlake import function


@function
def part_of(part: float, whole: float) -> float | None:
    """The part as a ratio of the whole; nothing where it is more than that, or the whole is nothing."""
    return part / whole if 0 <= part <= whole and whole > 0 else None
