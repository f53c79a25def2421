"""What Prefect deploys, written where a person starts it from: the project folder."""

import shutil

from wattlake import PACKAGE
from wattlake.lake.settings import PROJECT

DEPLOYMENTS = PACKAGE / "prefect.yaml"


def write_deployments() -> str:
    """Write ``prefect.yaml`` to the project folder unless it has one; give a sentence on it."""
    file = PROJECT / DEPLOYMENTS.name
    if file.exists():
        return ""
    shutil.copyfile(DEPLOYMENTS, file)
    return f"{file} has the deployments: `prefect --no-prompt deploy --all` makes them."
