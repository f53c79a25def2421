"""What goes wrong with a Kafka broker, as sentences: what it is, and what to do."""

from confluent_kafka import KafkaError

from wattlake.tasks.streaming.transports import BrokerError, LostMessagesError, begin_anew

AUTHENTICATION = (KafkaError._AUTHENTICATION, KafkaError.SASL_AUTHENTICATION_FAILED)
FORBIDDEN = (
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
)
UNKNOWN_TOPIC = (KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC, KafkaError.UNKNOWN_TOPIC_ID)


def lasting(error: KafkaError | None, broker: str) -> BrokerError | None:
    """Make the error of what does not pass by itself; none where waiting may help."""
    if error is None:
        return None
    if error.code() in AUTHENTICATION:
        return BrokerError(
            f"The broker {broker} does not take this user and password ({reason(error)}). Check "
            "WATTLAKE_STREAM__BROKER, WATTLAKE_STREAM__SASL or WATTLAKE_STREAM__EVENT_HUBS."
        )
    if error.code() == KafkaError._SSL:
        return BrokerError(
            f"TLS with the broker {broker} fails ({reason(error)}). Name the authority that signed its certificate "
            "in WATTLAKE_STREAM__CA, and write its address as the certificate does."
        )
    if error.code() in FORBIDDEN:
        return BrokerError(f"The broker {broker} does not let us read ({reason(error)}). Ask for the right to.")
    return None


def no_answer(broker: str, seconds: float, last: KafkaError | None) -> BrokerError:
    """Make the error of a broker that does not answer."""
    words = f" ({reason(last)})" if last else ""
    since = f", and {seconds:.0f} s were waited" if seconds else ""
    return BrokerError(
        f"No broker answers at {broker}{since}{words}. Start it, or check WATTLAKE_STREAM__BROKER: "
        "kafka:// is without TLS, kafkas:// with it."
    )


def missing_topic(topic: str, broker: str) -> BrokerError:
    """Make the error of a topic that is not there."""
    return BrokerError(
        f"The broker {broker} has no topic {topic}. Make it, or name others in WATTLAKE_STREAM__TOPICS__…."
    )


def shrunk(topic: str, partition: int, ours: int, oldest: int) -> LostMessagesError:
    """Make the error of messages that the broker let go before they were read."""
    return LostMessagesError(
        f"Of {topic}, partition {partition}, message {ours} comes next, and the broker's oldest is {oldest}: "
        f"{oldest - ours:,} messages went before they were read. Bring them by another way if they are needed, and "
        f"lengthen the topic's retention. {begin_anew(topic)}"
    )


def reason(error: KafkaError) -> str:
    """Write the library's words: one line, without its own addresses."""
    words = " ".join(error.str().split())
    return words.rpartition("]: ")[2][:200].rstrip(".")
