"""What is wrong with a panel, in a sentence, and what to do about it."""

from typing import NamedTuple


class Advice(NamedTuple):
    """A kind of case in words.

    Attributes:
        meaning: what was seen.
        to_do: what to look at first, and then.
    """

    meaning: str
    to_do: str


ADVICE = {
    "dead": Advice(
        "No output by day, while its peers have some.",
        "Look at the inverter: is it on, does it show an error, has a fuse or a breaker fallen? Then at its line of "
        "panels, and at the connection that sends the readings.",
    ),
    "stuck reading": Advice(
        "The reading stands still while the peers' move: it is not what the panel gives.",
        "Start the logger or the inverter's communication anew. The energy since then is not known; the counter of "
        "the inverter may have it.",
    ),
    "swapped units": Advice(
        "Ten, a hundred or a thousand times what its peers give, or as little of it: the unit is wrong.",
        "Say the right unit in the mapping of its files (W, kW or MW). The days are read anew by the next build.",
    ),
    "tripped": Advice(
        "It stopped by day and came back by itself.",
        "Read the inverter's own log at these times: grid voltage, insulation and temperature are the usual reasons. "
        "Voltage is for the grid's operator, heat for a cleaner filter or more air.",
    ),
    "gaps": Advice(
        "A part of the day was not read.",
        "Look at the connection of the logger. What it kept can be put into the inbox later, and fills the gap.",
    ),
    "clock offset": Advice(
        "Its day begins and ends early or late: its clock, or the time zone that its files are read in, is wrong.",
        "Set the logger's clock, or say the right time zone and label of times in the mapping.",
    ),
    "shaded afternoons": Advice(
        "Mornings are as those of its peers, afternoons are not: something shades it.",
        "Look towards the west in the afternoon: a tree, a chimney, a new building, or dirt along a lower edge.",
    ),
    "degraded": Advice(
        "It gives less than its peers at all times of the day.",
        "Clean it and compare the next sunny day; where that does not help, measure the strings: a string may be "
        "open, or panels may have aged.",
    ),
}
"""By the kind of case."""
