"""Shelly of the second generation and later: ``<device>/events/rpc`` and ``<device>/status/<component>``.

Source: shelly-api-docs.shelly.cloud, "Notifications", "MQTT" and the components EM, EMData, EM1, EM1Data, Switch, PM1,
Cover and Light. Powers are W, totals Wh; ``params.ts`` is seconds since 1970. A component of another number than 0 is a
meter of its own, called ``<device>:<number>``; the phases of an EM are one meter.
"""

import re
from typing import Any

from wattlake.lake.streaming.messages import Event, Message
from wattlake.tasks.streaming.forms._fields import number, since_1970, text, written
from wattlake.tasks.streaming.forms._meter import Fields, added, both_ways, power_of, values
from wattlake.tasks.streaming.refusals import refused

PHASES = ("a", "b", "c")
_COMPONENT = re.compile(r"(em|em1|emdata|em1data|switch|pm1|cover|light):([0-9]{1,4})")
_STATUS = re.compile(r"(?:(.+)/)?status/([a-z0-9_]+(?::[0-9]+)?)")
EM: Fields = {"consumed": ("total", "Wh", "consumption"), "produced": ("total", "Wh", "production")}


def recognises(message: Message, content: Any) -> bool:  # noqa: ANN401
    """Say whether a message is a notification, or the status of a component that can measure."""
    if not isinstance(content, dict):
        return False
    status = _STATUS.fullmatch(message.topic)
    return str(content.get("method")).startswith("Notify") or bool(status and _COMPONENT.fullmatch(status[2]))


def read(message: Message, content: Any, *, meter_id: str | None = None) -> list[Event]:  # noqa: ANN401
    """Read the powers and totals of all components; none of a message about something else.

    Raises:
        UnreadableMessageError: it is neither a notification nor a status, or a value is no number.
    """
    if not isinstance(content, dict):
        raise refused(
            "It is {}", written(content), expected="a record with method or a component's status was expected"
        )
    if status := _STATUS.fullmatch(message.topic):
        time = message.received_at_utc.isoformat()
        return _component(meter_id or status[1] or message.topic, time, name=status[2], status=content)
    params = content.get("params")
    if not str(content.get("method")).startswith("Notify") or not isinstance(params, dict):
        raise refused("method is {}", written(content.get("method")), expected="NotifyStatus with params was expected")
    meter_id = meter_id or text(content, "src") or message.topic.partition("/")[0]
    # A device that has not yet heard what time it is sends none.
    time = message.received_at_utc.isoformat() if params.get("ts") is None else since_1970(params["ts"], "ts")
    return [
        event
        for name, status in params.items()
        if isinstance(status, dict)
        for event in _component(meter_id, time, name=name, status=status)
    ]


def _component(meter_id: str, time: str, *, name: str, status: dict[str, Any]) -> list[Event]:
    component = _COMPONENT.fullmatch(name)
    if component is None:
        return []
    if component[2] != "0":
        meter_id = f"{meter_id}:{component[2]}"
    if component[1] in ("em", "em1"):
        power = _total(status, "total_act_power", "act_power")
        return both_ways(meter_id, time, power=power) if power else []
    if component[1] in ("emdata", "em1data"):
        totals = {
            "consumed": _total(status, "total_act", "total_act_energy"),
            "produced": _total(status, "total_act_ret", "total_act_ret_energy"),
        }
        return values(meter_id, time, totals, fields=EM)
    return _channel(meter_id, time, status=status)


def _total(status: dict[str, Any], of_all: str, of_a_phase: str) -> str | None:
    """Give the value of all phases: as sent, of a meter with one, or added up."""
    name = next((name for name in (of_all, of_a_phase) if status.get(name) is not None), None)
    if name:
        return number(status, name)
    return added((status.get(f"{phase}_{of_a_phase}") for phase in PHASES), of_a_phase)


def _channel(meter_id: str, time: str, *, status: dict[str, Any]) -> list[Event]:
    """Read a relay, dimmer or plain meter: it measures one way, unless it counts what comes back."""
    consumed, produced = (_counter(status, name) for name in ("aenergy", "ret_aenergy"))
    power = None if status.get("apower") is None else number(status, "apower")
    direction = None if produced is None else "consumption"
    totals = {"consumed": consumed, "produced": produced}
    events = values(meter_id, time, totals, fields=EM | {"consumed": ("total", "Wh", direction)})
    return events + power_of(meter_id, time, power=power, is_both_ways=produced is not None)


def _counter(status: dict[str, Any], name: str) -> str | None:
    counter = status.get(name)
    if counter is None:
        return None
    if not isinstance(counter, dict):
        raise refused(f"{name} is {{}}", written(counter), expected="a record with total was expected")
    return None if counter.get("total") is None else number(counter, "total")
