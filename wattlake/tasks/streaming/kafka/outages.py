"""Outages of a Kafka broker: the library tries again by itself, and says why it failed."""

import logging

from confluent_kafka import KafkaError

from wattlake.tasks.streaming.kafka import errors
from wattlake.tasks.streaming.transports import BrokerError

logger = logging.getLogger("wattlake.stream")


class Outages:
    """What went wrong with a connection; each outage is logged when it begins and ends."""

    def __init__(self, broker: str) -> None:
        """Begin with nothing wrong."""
        self.broker, self.last, self._is_silent = broker, None, False

    last: KafkaError | None

    def remember(self, error: KafkaError) -> None:
        """Keep an error, but not that all brokers are down: the one before it says why."""
        if error.code() != KafkaError._ALL_BROKERS_DOWN:
            self.last = error
        elif not self._is_silent:
            self._is_silent = True
            logger.warning("%s The stream waits.", errors.lasting(self.last, self.broker) or self.no_answer(0))

    def is_over(self) -> None:
        """Take note that the broker answers."""
        if self._is_silent:
            self._is_silent = False
            logger.warning("The broker %s answers again.", self.broker)

    def lasting(self) -> BrokerError | None:
        """Make the error of what does not pass by itself, if it is that."""
        return errors.lasting(self.last, self.broker)

    def no_answer(self, seconds: float) -> BrokerError:
        """Make the error of a broker that does not answer, with the reason that is known."""
        return errors.no_answer(self.broker, seconds, self.last)
