"""Topics of settings match the broker's names, and say which meter a message is of."""

import pytest

from wattlake.tasks.streaming.topics import matcher, subscription


@pytest.mark.parametrize(
    ("topic", "name", "meter_id"),
    [
        ("tele/{meter_id}/SENSOR", "tele/plug-1/SENSOR", "plug-1"),
        ("shelly-{meter_id}/status/#", "shelly-7/status/em:0", "7"),
        ("shelly-{meter_id}/status/#", "shelly-7/status", "7"),
        ("{meter_id}", "a.b", "a.b"),
    ],
)
def test_a_topic_names_its_meter(topic: str, name: str, meter_id: str) -> None:
    match = matcher(topic).fullmatch(name)
    assert match is not None
    assert match["meter_id"] == meter_id


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("tele/{meter_id}/SENSOR", "tele/a/b/SENSOR"),
        ("tele/+/SENSOR", "tele//SENSOR"),
        ("a.b", "aXb"),
        ("a/#", "ab"),
        ("a", "a/b"),
    ],
)
def test_other_names_are_other_topics(topic: str, name: str) -> None:
    assert matcher(topic).fullmatch(name) is None


def test_what_a_broker_is_asked_for_has_a_plus_for_the_meter() -> None:
    assert subscription("shelly-{meter_id}/status/#") == "+/status/#"
    assert subscription("energy-meters") == "energy-meters"


@pytest.mark.parametrize(
    ("topic", "reason"),
    [
        ("", "A topic is empty"),
        ("a/#/b", "# stands alone, at its end"),
        ("a#", "# stands alone, at its end"),
        ("a+/b", r"\+ stands alone for a whole level"),
        ("{meter_id}/{meter_id}", "has a brace too many"),
        ("{meter}/x", "has a brace too many"),
    ],
)
def test_a_topic_that_cannot_be_is_refused(topic: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        subscription(topic)
