"""The content of the lake that the settings name: a hash of every table, as JSON. Run in a process of its own."""

import json
import sys

from wattlake.lake.contracts import contracts
from wattlake.lake.reports.status import content_hash
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake


def main() -> None:
    """Print the hashes by table."""
    reader = Lake(Settings(), read_only=True).reader()
    json.dump({table: content_hash(reader, table) for table in contracts()}, sys.stdout)


if __name__ == "__main__":
    main()
