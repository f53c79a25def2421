"""Look up what was known at a time of the next 24 hours of every member, once."""

import sys
from datetime import UTC, datetime

from wattlake.app.render import say
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.forecasts.features_as_of import features_as_of


def look_up(at: datetime) -> int:
    """Look the features up; gives the rows."""
    lake = Lake(Settings(), read_only=True)
    reader = lake.reader()
    members = [member for (member,) in reader.execute("select distinct member_id from gold.member_version").fetchall()]
    rows = features_as_of(reader, members, at, lake.settings).height
    lake.close()
    return rows


if __name__ == "__main__":
    say(f"{look_up(datetime.fromisoformat(sys.argv[1]).replace(tzinfo=UTC)):,} rows")
