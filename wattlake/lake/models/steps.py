"""The SELECTs of ``sql/steps``, which make no table of their own, by room and name."""

from functools import cache

from wattlake import PACKAGE


@cache
def step_of(room: str, name: str) -> str:
    """Read the SELECT of a step, such as ``market`` and ``slot``."""
    return (PACKAGE / "sql" / "steps" / room / f"{name}.sql").read_text(encoding="utf-8")
