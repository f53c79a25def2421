"""Each message of the page on gateways is read as its table says, and by no other form than its own."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from tests.support.gateway_messages import shown_messages
from tests.support.mutants import BYTES, JSON, mutants
from tests.support.stream_messages import message
from wattlake.tasks.streaming import reading
from wattlake.tasks.streaming.forms._fields import has_offset
from wattlake.tasks.streaming.reading import Reader
from wattlake.tasks.streaming.refusals import UnreadableMessageError

SHOWN = shown_messages()
READER = Reader(timezone="Europe/Berlin")
FORM_BY_TOPIC = {
    "energy-meters": "energy-meters",
    "tele/washing-machine/SENSOR": "tasmota",
    "tele/hichi/SENSOR": "tasmota",
    "shellypro3em-f4cfa2a1b2c3/events/rpc": "shelly",
    "shellyplus1pm-a8032ab1/status/switch:0": "shelly",
    "zigbee2mqtt/fridge": "zigbee2mqtt",
    "dsmr/raw": "dsmr",
    "dsmr/json": "dsmr",
    "tele/gPlugM_1A2B3C/SENSOR": "gplug",
    "whatwatt/live": "whatwatt",
}


def test_the_page_shows_a_message_of_every_form() -> None:
    assert SHOWN.keys() == FORM_BY_TOPIC.keys()
    assert set(FORM_BY_TOPIC.values()) == set(reading.form_names())


@pytest.mark.parametrize("topic", FORM_BY_TOPIC)
def test_a_message_is_read_as_the_page_says(topic: str) -> None:
    payload, events = SHOWN[topic]
    assert READER.read(message(payload, topic)) == events


@pytest.mark.parametrize("topic", FORM_BY_TOPIC)
def test_a_message_is_recognised_by_its_form_alone(topic: str) -> None:
    sent = message(SHOWN[topic][0], topic)
    content: Any = reading._content(sent.payload)
    names = [name for name in reading.form_names() if reading.form(name).recognises(sent, content)]
    assert names == [FORM_BY_TOPIC[topic]]


@pytest.mark.parametrize("topic", FORM_BY_TOPIC)
def test_the_topic_names_the_meter_where_its_setting_says_so(topic: str) -> None:
    reader = Reader(form_by_topic={"h-7/{meter_id}/#": FORM_BY_TOPIC[topic]}, timezone="Europe/Berlin")
    inside = topic.partition("/")[2]  # A status is known by its topic's end.
    events = reader.read(message(SHOWN[topic][0], f"h-7/mine/{inside}" if inside else "h-7/mine"))
    assert {event.meter_id for event in events} == {"mine"}
    assert [event.value for event in events] == [event.value for event in SHOWN[topic][1]]


@pytest.mark.parametrize("topic", FORM_BY_TOPIC)
def test_spoiled_messages_are_read_or_refused_in_a_line(topic: str) -> None:
    spoils = BYTES if topic == "dsmr/raw" else JSON
    outcomes = [_spoiled(topic, mutant.content) for mutant in mutants(topic, [SHOWN[topic][0]] * 200, spoils)]
    assert 20 < sum(outcomes) <= 200


def _spoiled(topic: str, payload: bytes) -> bool:
    """Whether a message is refused; what is read of it can be typed."""
    try:
        events = READER.read(message(payload, topic))
    except UnreadableMessageError as error:
        assert str(error).isprintable(), payload
        assert len(str(error)) < 350, payload
        return True
    for event in events:
        assert abs(Decimal(event.value)) < 10**12, payload
        assert has_offset(event.time) or Decimal(event.time).is_finite(), payload
        assert event.meter_id or event.member_id, payload
    return False


def test_a_telegram_that_is_spoiled_is_never_read_wrongly() -> None:
    payload, events = SHOWN["dsmr/raw"]
    for mutant in mutants("telegram", [payload] * 600, {name: BYTES[name] for name in BYTES if name != "encoded"}):
        with suppress(UnreadableMessageError):
            assert READER.read(message(mutant.content, "dsmr/raw")) == events, mutant
