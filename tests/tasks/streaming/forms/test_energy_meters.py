"""Our own form is read value for value, and what is wrong in a message is named."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.mutants import JSON, mutants
from tests.support.stream_messages import message
from wattlake.lake.streaming.messages import Event
from wattlake.tasks.streaming.reading import Reader
from wattlake.tasks.streaming.refusals import UnreadableMessageError

PERIOD = {
    "meter_id": "m-1",
    "period_start_utc": "2026-11-30T10:00:00Z",
    "period_seconds": 300,
    "energy_kwh": "0.123456",
    "direction": "consumption",
    "quality": "measured",
}
INSTANT = {"member_id": "h7", "at_utc": "2026-11-30T11:00:00.250+01:00", "power_w": -12.5, "total_kwh": 4711.000001}
READER = Reader(timezone="UTC")


def refusal(payload: Any, reader: Reader = READER) -> str:
    with pytest.raises(UnreadableMessageError) as error:
        reader.read(message(payload))
    return str(error.value)


def test_energy_of_a_period() -> None:
    expected = Event("m-1", None, "2026-11-30T10:00:00Z", "300", "energy", "0.123456", "kWh", "consumption", "measured")
    assert READER.read(message(PERIOD)) == [expected]


def test_power_and_a_running_total_at_an_instant_are_two_events() -> None:
    at = "2026-11-30T11:00:00.250+01:00"
    assert READER.read(message(INSTANT)) == [
        Event(None, "h7", at, None, "power", "-12.5", "W", None, None),
        Event(None, "h7", at, None, "total", "4711.000001", "kWh", None, None),
    ]


def test_a_list_of_records_is_read_as_they_stand() -> None:
    events = READER.read(message([PERIOD, INSTANT]))
    assert [(event.quantity, event.value) for event in events] == [
        ("energy", "0.123456"),
        ("power", "-12.5"),
        ("total", "4711.000001"),
    ]


def test_a_number_keeps_its_digits() -> None:
    text = json.dumps(PERIOD).replace('"0.123456"', "12345678901.1234567890123456")
    assert READER.read(message(text))[0].value == "12345678901.1234567890123456"


def test_what_a_newer_sender_adds_is_passed_over() -> None:
    assert READER.read(message(PERIOD | {"version": 9, "tariff": {"name": "night"}})) == READER.read(message(PERIOD))


def test_the_topic_names_the_meter_where_its_setting_says_so() -> None:
    reader = Reader(["homes/{meter_id}/+"], timezone="UTC")
    assert reader.read(message(INSTANT, "homes/h 7/live"))[0].meter_id == "h 7"
    assert reader.read(message(PERIOD, "homes/h7"))[0].meter_id == "m-1"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"meter_id": None}, "meter_id and member_id are missing; one of them was expected."),
        ({"meter_id": 12}, "meter_id is 12; a text of at most 200 printable signs was expected."),
        ({"meter_id": "a\x1bb"}, "meter_id is a\\x1bb; a text of at most 200 printable signs was expected."),
        ({"period_start_utc": None}, "period_start_utc is missing; a time such as 2026-11-30T10:00:00Z was expected."),
        (
            {"period_start_utc": "2026-11-30T10:00:00"},
            "period_start_utc is 2026-11-30T10:00:00; a time with Z or an offset from UTC was expected.",
        ),
        (
            {"period_start_utc": "2026-02-30T10:00:00Z"},
            "period_start_utc is 2026-02-30T10:00:00Z; a time such as 2026-11-30T10:00:00Z was expected.",
        ),
        (
            {"period_start_utc": 1796032800},
            "period_start_utc is 1796032800; a time such as 2026-11-30T10:00:00Z was expected.",
        ),
        ({"at_utc": "2026-11-30T10:00:00Z"}, "at_utc and period_start_utc stand together; one of them was expected."),
        ({"period_seconds": None}, "period_seconds is missing; a whole number was expected."),
        ({"period_seconds": 0}, "period_seconds is 0; 1 to 2678400 was expected."),
        ({"period_seconds": 2.5}, "period_seconds is 2.5; a whole number was expected."),
        ({"energy_kwh": None}, "energy_kwh is missing; a number was expected."),
        ({"energy_kwh": True}, "energy_kwh is true; a number was expected."),
        ({"energy_kwh": "1,5"}, "energy_kwh is 1,5; a number was expected."),
        ({"energy_kwh": "１"}, "energy_kwh is １; a number was expected."),
        ({"energy_kwh": [1]}, "energy_kwh is a list; a number was expected."),
        ({"energy_kwh": "1e999"}, "energy_kwh is 1e999; a number below 1000000000000 was expected."),
        ({"energy_kwh": 10**400}, f"energy_kwh is 1{'0' * 78}…; a number was expected."),
        ({"energy_kwh": "NaN"}, "energy_kwh is NaN; a number was expected."),
        ({"energy_kwh": float("nan")}, "NaN stands for a number; a finite number was expected."),
        ({"energy_kwh": float("-inf")}, "-Infinity stands for a number; a finite number was expected."),
        ({"direction": "import"}, "direction is import; consumption or production was expected."),
        ({"direction": ["consumption"]}, "direction is a list; consumption or production was expected."),
        ({"quality": {}}, "quality is a record; a text of at most 200 printable signs was expected."),
    ],
)
def test_a_field_that_is_wrong_is_named(change: dict[str, Any], reason: str) -> None:
    assert refusal(PERIOD | change) == reason


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "The message is empty, as one that deletes a key is; a reading was expected."),
        (b"\x00\x00\x00\x00\x2a" + json.dumps(PERIOD).encode(), "with schema 42; let its producer send JSON without"),
        (b'{"meter_id": "\xff"}', "Byte 14 is no UTF-8; JSON in UTF-8 was expected."),
        (b'{"meter_id": "a"', "It is no JSON: Expecting ',' delimiter at sign 16; JSON was expected."),
        (b"[" * 200_000, "The JSON is nested too deeply"),
        (b'{"a": 1, "a": 2}', "The name a stands twice; each name once was expected."),
        (b" " * 1_000_001, "The message has 1000001 bytes; at most 1000000 are read."),
        (b'{"at_utc": "2026-11-30T10:00:00Z", "meter_id": "m"}', "power_w and total_kwh are missing; one of them"),
        (
            b'{"temperature": 21.5}',
            "No form is known that has temperature; a message of one of these forms was expected",
        ),
        (b"[]", "No form is known that has a list; a message of one of these forms"),
        (b"21.5", "No form is known that has 21.5; a message of one of these forms"),
    ],
)
def test_what_is_no_reading_is_told(payload: bytes, reason: str) -> None:
    assert reason in refusal(payload)


def test_one_wrong_record_of_a_list_refuses_the_message() -> None:
    assert (
        refusal([PERIOD, INSTANT | {"power_w": "a lot"}]) == "Record 2 of 2: power_w is a lot; a number was expected."
    )
    assert refusal([PERIOD, 5]) == "Record 2 of 2: It is 5; a record was expected."


def test_a_topic_whose_form_is_set_is_not_guessed() -> None:
    reader = Reader(form_by_topic={"#": "energy-meters"}, timezone="UTC")
    assert refusal([], reader) == "It is a list; a record, or a list of records, was expected."
    assert refusal({"temperature": 1}, reader) == "meter_id and member_id are missing; one of them was expected."


NUMBERS = st.decimals(-999_999_999_999, 999_999_999_999, places=6, allow_nan=False)
IDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=200).filter(str.isprintable)
TIMES = st.datetimes(timezones=st.just(UTC))


@given(IDS, TIMES, st.integers(1, 2_678_400), NUMBERS, st.sampled_from(["consumption", "production"]), st.booleans())
def test_what_is_written_is_what_is_read(
    meter_id: str, start: datetime, seconds: int, energy: Decimal, direction: str, is_text: bool
) -> None:
    record = json.dumps(PERIOD | {"meter_id": meter_id, "period_seconds": seconds, "direction": direction})
    record = record.replace("2026-11-30T10:00:00Z", start.isoformat())
    record = record.replace('"0.123456"', f'"{energy}"' if is_text else str(energy))
    (event,) = READER.read(message(record))
    assert (event.meter_id, datetime.fromisoformat(event.time), event.period_seconds) == (meter_id, start, str(seconds))
    assert (Decimal(event.value), event.direction) == (energy, direction)


def test_spoiled_messages_are_read_or_refused_in_a_line() -> None:
    payloads = [json.dumps(record).encode() for record in (PERIOD, INSTANT, [PERIOD, INSTANT])] * 400
    refused = 0
    for mutant in mutants("energy-meters", payloads, JSON):
        try:
            events = READER.read(message(mutant.content))
        except UnreadableMessageError as error:
            refused += 1
            assert str(error).isprintable(), mutant
            assert len(str(error)) < 300, mutant
        else:
            assert all(abs(Decimal(event.value)) < 10**12 for event in events), mutant
            assert all(datetime.fromisoformat(event.time).tzinfo for event in events), mutant
    assert 300 < refused < len(payloads)
