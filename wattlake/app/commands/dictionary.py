"""The command that prints the data dictionary: dictionary."""

from wattlake.app.render import say
from wattlake.lake.reports.dictionary import page

SHOWN = ("Look at it", 100)


def dictionary() -> None:
    """Print the data dictionary as Markdown: every table and column, what it means and what it may be."""
    say(page())
