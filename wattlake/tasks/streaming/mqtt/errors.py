"""What goes wrong with an MQTT broker, as sentences: what it is, and what to do."""

import ssl

from paho.mqtt.reasoncodes import ReasonCode

from wattlake.lake.foreign_text import shown
from wattlake.tasks.streaming.transports import BrokerError

WRONG_LOGIN, FORBIDDEN, BANNED, WRONG_PROTOCOL, WRONG_NAME, TAKEN_OVER = 134, 135, 138, 132, 133, 142
"""Numbers of MQTT 5's reasons; paho writes those of 3.1.1 as these."""

NO_SESSION = (
    "The broker %s has no session of ours: what was sent since we were last connected is lost. docs/gateways.md says "
    "how brokers keep it."
)


def lasting(code: ReasonCode, broker: str, *, name: str) -> BrokerError | None:
    """Make the error of what does not pass by itself; none where waiting may help."""
    if code.value in (WRONG_LOGIN, FORBIDDEN, BANNED):
        return BrokerError(
            f"The broker {broker} does not take this user and password ({code}). Check WATTLAKE_STREAM__BROKER: "
            "mqtt://user:password@host:1883."
        )
    if code.value == WRONG_PROTOCOL:
        return BrokerError(f"The broker {broker} does not speak this MQTT. Set WATTLAKE_STREAM__MQTT_VERSION=3.1.1.")
    if code.value == TAKEN_OVER:
        return taken_over(broker, name)
    if code.value == WRONG_NAME:
        return BrokerError(f"The broker {broker} does not take the name {name}. Set another WATTLAKE_STREAM__NAME.")
    return None


def taken_over(broker: str, name: str) -> BrokerError:
    """Make the error of a session that another consumer has."""
    return BrokerError(
        f"The broker {broker} lets us go, as it does when another consumer connects as {name}. Stop one of them, or "
        "give one another name in WATTLAKE_STREAM__NAME."
    )


def no_connection(broker: str, error: OSError) -> BrokerError:
    """Make the error of a broker that cannot be connected to."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return BrokerError(
            f"The certificate of the broker {broker} is not trusted ({shown(error.verify_message)}). Name the "
            "authority that signed it in WATTLAKE_STREAM__CA, and write the broker's address as the certificate does."
        )
    if isinstance(error, ssl.SSLError):
        return BrokerError(
            f"TLS with the broker {broker} fails ({shown(error.reason or str(error))}). mqtts:// is with TLS, mqtt:// "
            "without; check WATTLAKE_STREAM__BROKER and the certificates."
        )
    return no_answer(broker, shown(error.strerror or str(error)))


def no_answer(broker: str, reason: str) -> BrokerError:
    """Make the error of a broker that does not answer as one."""
    return BrokerError(
        f"No MQTT broker answers at {broker} ({reason}). Start it, or check WATTLAKE_STREAM__BROKER: mqtt:// is "
        "without TLS, mqtts:// with it."
    )


def no_subscription(broker: str, topic: str, code: ReasonCode) -> BrokerError:
    """Make the error of a topic that we may not read."""
    return BrokerError(
        f"The broker {broker} does not let us read {topic} ({code}). Ask for the right to, or name other topics in "
        "WATTLAKE_STREAM__TOPICS__…."
    )
