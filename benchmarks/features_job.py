"""Look up what was known at a time of the next 24 hours of every member, once."""

import sys
from datetime import UTC, datetime

from app.render import say
from lake.catalog import Lake
from lake.settings import Settings
from tasks.features import features_as_of


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
