"""Files of prices: a utility's tariff sheet, or day-ahead prices of an exchange.

In the own layout they need no mapping; a ``mapping.toml`` beside them describes any other.
"""

from wattlake.tasks.sources.base import Inbox

LAYOUTS = (("bidding_zone", "start", "price", "unit"),)

SOURCE = Inbox(
    name="prices",
    licence="The community's own",
    layouts=LAYOUTS,
    registers=LAYOUTS,
    takes_mappings=True,
)
