"""Messages that are read by the pattern of an earlier one are read as field by field, whatever they hold."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.full import IS_FULL
from tests.support.stream_messages import message
from wattlake.lake.streaming.messages import Event
from wattlake.tasks.streaming.reading import Reader, UnreadableMessageError
from wattlake.tasks.streaming.shapes import Shapes

PLAIN = {
    "meter_id": "MAC1",
    "period_start_utc": "2026-11-30T10:00:00Z",
    "period_seconds": 60,
    "energy_kwh": "0.012",
    "direction": "consumption",
    "quality": "measured",
}
RECORDS_READ: dict[str, dict[str, Any]] = {
    "energy": PLAIN,
    "power": {"meter_id": "MAC1", "at_utc": "2026-11-30T10:00:00.250Z", "power_w": 5, "more": 1, "note": "x"},
    "total": {"member_id": "anna", "at_utc": "2026-11-30T10:00:00Z", "total_kwh": 1.5, "power_w": 0.5},
}
TIMES = (
    *("2026-11-30T10:00:00Z", "2026-02-29T10:00:00Z", "2028-02-29T23:59:59Z", "2026-04-31T00:00:00Z"),
    *("2026-01-31T24:00:00Z", "2026-01-30T10:00:60Z", "2026-01-30T10:00:00.1Z", "2026-01-30T10:00:00.123Z"),
    *("2026-01-30T10:00:00.123456Z", "2026-01-30T10:00:00.1234567Z", "2026-01-30 10:00Z", "2026-01-30T10:00:00"),
    *("2026-01-30T10:00:00+01:00", "0001-01-01T00:00:00Z", "２026-01-30T10:00:00Z"),
)
NUMBERS = (
    *("0", "-0", "1.50", "007", "+1", "1e3", "1E-3", "1.", ".5", "NaN", "-12.000000000000000000", "99999999999"),
    *("999999999999", "1000000000000", "0.0000000000000000001", "1_000", "true", "null", '"0.25"', '" 1"', '"007"'),
    *('"1e3"', "[]", "{}", "60", "0.0", "2678400", "2678401", "999999"),
)
TEXTS = st.one_of(
    st.sampled_from(["", " ", "MAC1", "a\\b", 'a"b', "é", "\u200b", "\t", "x" * 200, "x" * 201, "consumption"]),
    st.text(max_size=5),
)
WRITTEN_TEXTS = st.builds(lambda text, escaped: json.dumps(text, ensure_ascii=escaped), TEXTS, st.booleans())
CELLS = st.one_of(
    WRITTEN_TEXTS,
    st.sampled_from(NUMBERS),
    st.sampled_from(TIMES).map(lambda time: json.dumps(time, ensure_ascii=False)),
    st.sampled_from(['"consumption"', '"production"', "null"]),
)
NAMES = ("meter_id", "member_id", "period_start_utc", "at_utc", "period_seconds", "energy_kwh", "power_w", "total_kwh")
OTHERS = ("direction", "quality", "more", "bidding_zone", "electricity_delivered_1", "linkquality")
LIKELY = {
    "period_start_utc": st.sampled_from(TIMES).map(lambda time: json.dumps(time, ensure_ascii=False)),
    "at_utc": st.sampled_from(TIMES).map(lambda time: json.dumps(time, ensure_ascii=False)),
    "period_seconds": st.sampled_from(NUMBERS),
    "energy_kwh": st.sampled_from(NUMBERS),
    "power_w": st.sampled_from(NUMBERS),
    "total_kwh": st.sampled_from(NUMBERS),
    "direction": st.sampled_from(['"consumption"', '"production"', "null", '"up"']),
}
FIELDS = st.sampled_from([*NAMES, *OTHERS]).flatmap(
    lambda name: st.tuples(st.just(name), st.one_of(LIKELY.get(name, CELLS), LIKELY.get(name, CELLS), CELLS))
)
USUAL = st.tuples(
    *(st.tuples(st.just(name), LIKELY.get(name, WRITTEN_TEXTS)) for name in ("meter_id", "at_utc", "power_w"))
)
RECORDS = st.one_of(st.lists(FIELDS, max_size=7), USUAL.map(list))
TOPICS = st.sampled_from(["energy-meters", "homes/MAC7/energy", "set"])


def payload_of(fields: list[tuple[str, str]], blank: str) -> str:
    """Write fields as JSON, each as given, also where a name comes twice."""
    return "{" + f",{blank}".join(f'"{name}":{blank}{cell}' for name, cell in fields) + "}"


def reader() -> Reader:
    """Make a reader whose topics name a meter, or a form, or neither."""
    return Reader(["homes/{meter_id}/+"], form_by_topic={"set": "energy-meters"}, timezone="Europe/Berlin")


def outcome(of_reader: Reader, payload: str, topic: str) -> list[Event] | str:
    """Give the events of a message, or why it is refused."""
    try:
        return of_reader.read(message(payload, topic))
    except UnreadableMessageError as refusal:
        return str(refusal)


@settings(max_examples=3000 if IS_FULL else 300, derandomize=not IS_FULL, deadline=None)
@given(st.lists(st.tuples(RECORDS, st.sampled_from(["", " "]), TOPICS), min_size=2, max_size=8))
def test_a_message_is_read_the_same_whatever_was_read_before(coming: list[tuple[list[tuple[str, str]], str, str]]):
    used = reader()
    for fields, blank, topic in coming:
        payload = payload_of(fields, blank)
        assert outcome(used, payload, topic) == outcome(reader(), payload, topic), payload


@pytest.mark.parametrize("own", ["energy", "power", "total"])
def test_a_message_that_differs_in_one_field_is_read_as_field_by_field(own: str):
    used = reader()
    used.read(message(RECORDS_READ[own]))
    written = {name: json.dumps(value) for name, value in RECORDS_READ[own].items()}
    texts = ["", " ", "MAC1", "a\\b", 'a"b', "é", "\u200b", "\t", "\x7f", "x" * 200, "x" * 201, "consumption", "up"]
    cells = [*NUMBERS, *map(json.dumps, texts), *(json.dumps(time, ensure_ascii=False) for time in TIMES)]
    for name in written:
        for cell in cells:
            payload = payload_of(list((written | {name: cell}).items()), " ")
            assert outcome(used, payload, "energy-meters") == outcome(reader(), payload, "energy-meters"), payload


def test_the_second_message_of_a_shape_is_read_by_its_pattern():
    shapes = Shapes()
    payload = json.dumps(PLAIN).encode()
    assert shapes.read(payload, meter_id=None) is None
    used = reader()
    events = used.read(message(PLAIN))
    assert used._shapes.read(payload, meter_id=None) == events
    assert used._shapes.read(json.dumps(PLAIN | {"energy_kwh": "0.5"}).encode(), meter_id=None) != events


def test_a_shape_without_a_meter_is_of_no_use_where_the_topic_names_none():
    used, nameless = reader(), {"at_utc": "2026-11-30T10:00:00Z", "power_w": 5}
    assert used.read(message(nameless, "homes/MAC7/energy"))[0].meter_id == "MAC7"
    assert outcome(used, json.dumps(nameless), "energy-meters") == (
        "meter_id and member_id are missing; one of them was expected."
    )
