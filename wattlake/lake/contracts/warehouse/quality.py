"""Scores of the data, made from the checks of every build."""

from datetime import date
from typing import Any

from wattlake.lake.contracts.base import Contract, column, table


def score(meaning: str) -> Any:  # noqa: ANN401
    """Make a column of a score; empty where nothing was checked."""
    return column(f"{meaning}: the part of what was checked that was in order; empty where nothing was checked",
                  ge=0, le=1, nullable=True)  # fmt: skip


class QualityScoreDaily(Contract):
    """One table's scores of one UTC day on which it was checked, also by builds that were rolled back."""

    table_name: str = column("Table or view")
    checked_on: date = column("Day of the checks, in UTC")
    checks: int = column("Checks that ran on the day, each counted as often as it ran", ge=1)
    checks_failed: int = column("Checks that found something, whether it rolled the build back or not", ge=0)
    completeness_ratio: float = score("Whether all is there")
    validity_ratio: float = score("Whether values can be what they say")
    uniqueness_ratio: float = score("Whether nothing is there twice")
    timeliness_ratio: float = score("Whether it is new enough")
    consistency_ratio: float = score("Whether numbers agree with each other")

    class Config:
        metadata = table("warehouse.quality_score_daily", key=("table_name", "checked_on"))
