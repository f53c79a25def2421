"""The settings of the page on gateways are Mosquitto's, and the tests' broker has the same but for its places."""

import re

from harness.mosquitto import SETTINGS
from tests.support.gateway_messages import PAGE
from tests.support.guides import blocks

OF_A_PLACE = ("listener", "certfile", "keyfile", "password_file", "persistence_location")


def test_the_tests_broker_is_set_up_as_the_page_says() -> None:
    (shown,) = [block for name, block in blocks("text", PAGE.read_text("utf-8")) if name == "mosquitto.conf"]
    lines = [line for line in shown.splitlines() if not line.startswith(OF_A_PLACE)]
    assert len(lines) == 5
    assert set(lines) <= set(SETTINGS.splitlines())
    names = {line.split()[0] for line in shown.splitlines()}
    assert names <= set(re.findall(r"^(\w+)", SETTINGS, re.M))
