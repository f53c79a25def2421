"""Topics as settings write them: ``{meter_id}`` names the meter, ``+`` and ``#`` as in MQTT."""

import re

METER_ID = "{meter_id}"


def matcher(topic: str) -> re.Pattern[str]:
    """Make the pattern of a topic's names, with the group ``meter_id`` where it names the meter.

    Raises:
        ValueError: the topic cannot be one.
    """
    check(topic)
    pattern = "/".join(map(_level, topic.split("/")))
    return re.compile(pattern.replace("/.*", "(/.*)?") if topic.endswith("/#") else pattern)


def subscription(topic: str) -> str:
    """Write a topic as MQTT's filter: a level that names the meter is any level.

    Raises:
        ValueError: the topic cannot be one.
    """
    check(topic)
    return "/".join("+" if METER_ID in level else level for level in topic.split("/"))


def check(topic: str) -> None:
    """Check that a topic can be one.

    Raises:
        ValueError: it is empty, or has a sign where it cannot stand.
    """
    levels = topic.split("/")
    if topic.count(METER_ID) > 1 or "{" in topic.replace(METER_ID, ""):
        raise ValueError(f"The topic {topic} has a brace too many. Write {METER_ID} once, where it names the meter.")
    if not topic:
        raise ValueError("A topic is empty. Name it as the broker does.")
    if any("#" in level and (level != "#" or level is not levels[-1]) for level in levels):
        raise ValueError(f"The topic {topic} cannot be one. # stands alone, at its end.")
    if any("+" in level and level != "+" for level in levels):
        raise ValueError(f"The topic {topic} cannot be one. + stands alone for a whole level.")


def _level(level: str) -> str:
    if level in ("+", "#"):
        return {"+": "[^/]+", "#": ".*"}[level]
    return re.escape(level).replace(re.escape(METER_ID), "(?P<meter_id>[^/]+)")
