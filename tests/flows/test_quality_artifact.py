"""What Prefect shows of the checks of a build."""

import re
from pathlib import Path
from urllib.parse import unquote, urlparse

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey


def _linked(address: str) -> Path:
    return Path(unquote(urlparse(address).path))


def test_an_artifact_links_the_page_of_all_checks_and_tells_what_needs_a_look(built_folder: Path):
    named = ArtifactFilter(key=ArtifactFilterKey(any_=["wattlake-quality"]))
    with get_client(sync_client=True) as client:
        artifacts = client.read_artifacts(artifact_filter=named)
    page = (built_folder / "quality.html").resolve()
    (artifact, *_) = [one for one in artifacts if page in map(_linked, re.findall(r"\((file:.+)\)", one.data))]
    assert "<h1>Data quality</h1>" in page.read_text(encoding="utf-8")
    assert re.search(
        r"- \*\*warn\*\* `silver\.meter_reading` no reading is quarantined: \d+ of [\d,]+", artifact.description
    )
