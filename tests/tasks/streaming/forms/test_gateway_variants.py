"""What else gateways send: other devices of a family, what says nothing of energy, and what is refused by name."""

from typing import Any

import pytest

from tests.support.gateway_messages import shown_messages
from tests.support.stream_messages import RECEIVED, message
from wattlake.tasks.streaming.forms._telegram import checksum
from wattlake.tasks.streaming.reading import Reader
from wattlake.tasks.streaming.refusals import UnreadableMessageError

READER = Reader(timezone="Europe/Berlin")
AT = "2026-11-30T11:05:00+01:00"
RECEIVED_TEXT = RECEIVED.isoformat()
TELEGRAM = shown_messages()["dsmr/raw"][0].decode().replace("\n", "\r\n").rpartition("!")[0] + "!"


def read(payload: Any, topic: str, reader: Reader = READER) -> list[tuple[str, str, str, str | None]]:
    """Meter, quantity, value with unit, and direction of each event."""
    return [
        (event.meter_id or "", event.quantity, f"{event.value} {event.unit}", event.direction)
        for event in reader.read(message(payload, topic))
    ]


def refusal(payload: Any, topic: str) -> str:
    with pytest.raises(UnreadableMessageError) as error:
        READER.read(message(payload, topic))
    return str(error.value)


def test_a_tasmota_plug_of_three_channels_is_one_meter() -> None:
    energy = {"Total": [1.1, 2.2, 3.3], "Power": [10, 20, 30.5], "Current": [0.1, 0.2, 0.3]}
    assert read({"Time": AT, "ENERGY": energy}, "home/plug/tele/SENSOR") == [
        ("home/plug", "total", "6.6 kWh", None),
        ("home/plug", "power", "60.5 W", None),
    ]


def test_a_tasmota_meter_that_counts_what_is_given_tells_both_directions() -> None:
    energy = {"Total": 10, "ExportActive": 4.5, "Power": -2000}
    assert read({"StatusSNS": {"Time": AT, "ENERGY": energy}}, "stat/pv/STATUS10") == [
        ("pv", "total", "10 kWh", "consumption"),
        ("pv", "total", "4.5 kWh", "production"),
        ("pv", "power", "0 W", "consumption"),
        ("pv", "power", "2000 W", "production"),
    ]


def test_a_reading_head_may_name_values_by_their_codes() -> None:
    block = {"1_8_0": "12.5", "2_8_0": None, "16_7_0": 250}
    assert read({"Time": AT, "MT175": block}, "tele/head/SENSOR") == [
        ("head", "total", "12.5 kWh", "consumption"),
        ("head", "power", "250 W", "consumption"),
        ("head", "power", "0 W", "production"),
    ]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"Time": AT, "AM2301": {"Temperature": 21}}, "It has no energy but AM2301.Temperature; ENERGY, or a block"),
        ({"Time": AT, "ENERGY": {"Power": [1, "x"]}}, "Power is x; a number was expected."),
        ({"Time": AT, "ENERGY": {"Power": [1, None]}}, "It has no energy but ENERGY.Power; ENERGY, or a block"),
        ({"Time": "noon", "ENERGY": {"Power": 1}}, "Time is noon; a time such as 2026-11-30T10:00:00Z was expected."),
        ({"Time": AT, "z": {"P": 1}}, "z has P; Ei, Eo, Pi and Po were expected."),
        ({"Time": AT, "z": {"Pi": "a lot"}}, "Pi is a lot; a number was expected."),
    ],
)
def test_what_tasmota_and_gplug_send_of_no_use_is_named(record: dict[str, Any], reason: str) -> None:
    assert refusal(record, "tele/x/SENSOR").startswith(reason)


def test_gplug_adds_up_tariffs_where_it_sends_no_total() -> None:
    assert read({"Time": AT, "z": {"Ei1": 1.25, "Ei2": 2.5, "Eo1": 0.5}}, "tele/gPlugD_0A/SENSOR") == [
        ("gPlugD_0A", "total", "3.75 kWh", "consumption"),
        ("gPlugD_0A", "total", "0.5 kWh", "production"),
    ]


@pytest.mark.parametrize(
    ("topic", "status", "expected"),
    [
        (
            "em3/status/em1:2",
            {"id": 2, "act_power": -332.2},
            [("em3:2", "power", "0 W", "consumption"), ("em3:2", "power", "332.2 W", "production")],
        ),
        (
            "em3/status/em1data:0",
            {"id": 0, "total_act_energy": 1264.15, "total_act_ret_energy": 144792.28},
            [("em3", "total", "1264.15 Wh", "consumption"), ("em3", "total", "144792.28 Wh", "production")],
        ),
        (
            "em3/status/em:0",
            {"a_act_power": 1.5, "b_act_power": 2, "c_act_power": -4},
            [("em3", "power", "0 W", "consumption"), ("em3", "power", "0.5 W", "production")],
        ),
        ("em3/status/em:0", {"a_act_power": 1.5, "b_act_power": 2}, []),
        ("em3/status/em:0", {"total_act_power": None, "errors": ["power_meter_failure"]}, []),
        (
            "garage/shelly/status/switch:1",
            {"apower": 0, "aenergy": {"total": 5}, "ret_aenergy": {"total": 7}},
            [
                ("garage/shelly:1", "total", "5 Wh", "consumption"),
                ("garage/shelly:1", "total", "7 Wh", "production"),
                ("garage/shelly:1", "power", "0 W", "consumption"),
                ("garage/shelly:1", "power", "0 W", "production"),
            ],
        ),
        ("s/status/light:0", {"output": True, "brightness": 50}, []),
    ],
)
def test_components_of_shelly_devices(topic: str, status: dict[str, Any], expected: list[Any]) -> None:
    assert read(status, topic) == expected


def test_a_shelly_without_the_time_of_day_and_one_that_tells_of_its_network() -> None:
    notification = {"src": "s-1", "method": "NotifyStatus", "params": {"ts": None, "pm1:0": {"apower": 5}}}
    assert [event.time for event in READER.read(message(notification, "s-1/events/rpc"))] == [RECEIVED_TEXT]
    notification["params"] = {"ts": 1796033100.5, "wifi": {"rssi": -60}, "sys": {"uptime": 5}}
    assert read(notification, "s-1/events/rpc") == []
    assert read({"src": "s-1", "method": "NotifyEvent", "params": {"events": []}}, "s-1/events/rpc") == []


def test_what_a_shelly_cannot_mean_is_named() -> None:
    assert refusal({"aenergy": 5}, "s/status/switch:0") == "aenergy is 5; a record with total was expected."
    notification = {"method": "NotifyStatus", "params": {"ts": "now", "em:0": {"total_act_power": 1}}}
    assert refusal(notification, "s/events/rpc") == "ts is now; seconds or milliseconds since 1970 were expected."


@pytest.mark.parametrize(
    ("last_seen", "time"),
    [
        (1796033100123, "1796033100123"),
        ("2026-11-30T11:05:00.941+01:00", "2026-11-30T11:05:00.941+01:00"),
        (None, RECEIVED_TEXT),
    ],
)
def test_zigbee2mqtt_tells_the_time_in_its_forms(last_seen: int | str | None, time: str) -> None:
    events = READER.read(message({"power": 5, "last_seen": last_seen}, "zigbee2mqtt/garage/plug"))
    assert [(event.meter_id, event.time) for event in events] == [("garage/plug", time)]


def test_zigbee_devices_that_measure_both_ways_or_nothing() -> None:
    assert read({"power": -50, "energy": 3, "produced_energy": 4}, "zigbee2mqtt/meter") == [
        ("meter", "total", "3 kWh", "consumption"),
        ("meter", "total", "4 kWh", "production"),
        ("meter", "power", "0 W", "consumption"),
        ("meter", "power", "50 W", "production"),
    ]
    assert read({"state": "ON", "power": None, "linkquality": 9}, "zigbee2mqtt/lamp") == []
    assert read({"power": 5, "linkquality": 9}, "homes/1/plug") == [("1/plug", "power", "5 W", None)]


def telegram(text: str) -> str:
    return text + checksum(text.encode())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (TELEGRAM, "The telegram's checksum is missing; 0F25 was expected."),
        (TELEGRAM + "0f26", "The telegram's checksum is 0F26; 0F25 was expected."),
        (TELEGRAM[:-1], "The telegram does not end with ! and its checksum; a whole one was expected."),
        (telegram(TELEGRAM.replace("110510W", "110560W")), "0-0:1.0.0 is 261130110560W; a time such as 261130110000W"),
        (telegram(TELEGRAM.replace("110510W", "110510")), "0-0:1.0.0 is 261130110510; a time such as 261130110000W"),
        (telegram(TELEGRAM.replace("004711.815*kWh", "004711.815*m3")), "1-0:1.8.1 is 004711.815*m3; numbers with"),
        (telegram(TELEGRAM.replace("004711.815*kWh", "4711815*Wh")), "1-0:1.8.1 is 4711815*Wh; numbers with the same"),
        ("/X\r\n\r\n1-0:32.7.0(230.1*V)\r\n!", "The telegram has no energy; 1-0:1.8.1 or 1-0:1.7.0 was expected."),
        ("/" + " " * 20_000, "The telegram has 20001 bytes; at most 20000 are read."),
    ],
)
def test_a_telegram_that_cannot_be_believed_is_refused(text: str, reason: str) -> None:
    assert refusal(text, "dsmr/raw").startswith(reason)


def test_summer_time_and_what_a_telegram_of_version_3_lacks() -> None:
    summer = telegram(TELEGRAM.replace("261130110510W", "260730110510S"))
    assert READER.read(message(summer, "p1"))[0].time == "2026-07-30T11:05:10+02:00"
    old = "/ISk5\r\n\r\n1-0:1.8.0(00012.5*kWh)\r\n1-0:1.7.0(0000.17*kW)\r\n!\r\n"
    assert read(old, "p1/home") == [
        ("p1", "total", "12.5 kWh", "consumption"),
        ("p1", "power", "0.17 kW", "consumption"),
    ]
    assert READER.read(message(old, "p1/home"))[0].time == RECEIVED_TEXT


def test_split_topics_of_dsmr_reader_give_powers_alone() -> None:
    assert read("0.193", "dsmr/reading/electricity_currently_delivered") == [
        ("dsmr", "power", "0.193 kW", "consumption")
    ]
    assert read("4711.815", "dsmr/reading/electricity_delivered_1") == []
    reason = "electricity_currently_returned is true; a number was expected."
    assert refusal("true", "dsmr/reading/electricity_currently_returned") == reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"conv_factor": 40}, "conv_factor is 40; 1 was expected, as whether readings behind a transformer contain it"),
        ({"energy": 5}, "energy is 5; a record was expected."),
        ({"energy": {}}, "The report has no energy.active and no power; totals of them were expected."),
        ({"date_time": "soon", "energy": {"active": {"positive": {"total": 1}}}}, "date_time is soon; a time such as"),
    ],
)
def test_what_a_whatwatt_report_cannot_mean_is_named(change: dict[str, Any], reason: str) -> None:
    assert refusal({"report": {"energy": {}} | change}, "whatwatt").startswith(reason)


@pytest.mark.parametrize(
    ("local", "received", "utc"),
    [
        ("2026-10-25T02:30:00", "2026-10-25T00:30:05+00:00", "2026-10-25T00:30:00+00:00"),
        ("2026-10-25T02:30:00", "2026-10-25T01:30:05+00:00", "2026-10-25T01:30:00+00:00"),
        ("2026-10-25T02:30:00", "2026-10-26T12:00:00+00:00", "2026-10-25T01:30:00+00:00"),
        ("2026-03-29T03:30:00", "2026-03-29T01:30:05+00:00", "2026-03-29T01:30:00+00:00"),
        ("2026-07-01T12:00:00", "2026-07-01T10:00:00+00:00", "2026-07-01T10:00:00+00:00"),
    ],
)
def test_a_clock_without_an_offset_shows_local_time(local: str, received: str, utc: str) -> None:
    received_at_utc = RECEIVED.fromisoformat(received)
    record = {"Time": local, "ENERGY": {"Power": 1}}
    (event,) = READER.read(message(record, "tele/x/SENSOR", received_at_utc=received_at_utc))
    assert event.time == utc


def test_a_form_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(
        ValueError, match=r"There is no form of messages called gplugg\. There are: dsmr, energy-meters"
    ):
        Reader(form_by_topic={"x": "gplugg"}, timezone="UTC")
