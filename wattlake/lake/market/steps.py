"""The SELECTs of ``sql/steps/market``."""

from functools import cache

from wattlake import PACKAGE


@cache
def step_sql(name: str) -> str:
    """Read the SELECT of a step."""
    return (PACKAGE / "sql" / "steps" / "market" / f"{name}.sql").read_text(encoding="utf-8")
