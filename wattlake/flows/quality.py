"""What the checks of a build said, where Prefect shows it."""

from datetime import datetime

from prefect.artifacts import create_link_artifact

from wattlake.lake.quality.report import Finding, findings
from wattlake.lake.reports.quality_page import write_page
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

FINDINGS_TOLD = 20


def show_quality(now_utc: datetime) -> None:
    """Write the page of all checks beside the lake, and an artifact that links it and tells what needs a look."""
    lake = Lake(Settings(), read_only=True)
    page = write_page(lake, now_utc)
    wrong = [finding for finding in findings(lake.reader()) if finding.is_wrong or finding.is_unlikely]
    sentences = (
        "\n".join(_told(finding) for finding in wrong[:FINDINGS_TOLD]) or "Every check that ran found all in order."
    )
    create_link_artifact(page.as_uri(), "The page of all checks", key="wattlake-quality", description=sentences)


def _told(finding: Finding) -> str:
    counts = f"{finding.check_name}: {finding.rows_failing:,} of {finding.rows_seen:,}"
    return f"- **{finding.severity}** `{finding.table_name}` {counts}"
