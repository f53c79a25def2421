"""Files of weather stations, one station per zone.

In the own layout they need no mapping; a ``mapping.toml`` beside them describes any other.
"""

from wattlake.tasks.sources.base import Inbox

LAYOUTS = (("zone", "start", "minutes"),)

SOURCE = Inbox(
    name="weather",
    licence="The community's own",
    layouts=LAYOUTS,
    registers=LAYOUTS,
    takes_mappings=True,
)
