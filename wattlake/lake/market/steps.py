"""The SELECTs of ``sql/steps/market``."""

from wattlake.lake.models.steps import step_of


def step_sql(name: str) -> str:
    """Read the SELECT of a step."""
    return step_of("market", name)
