"""Kafka, and Azure Event Hubs, which speaks its protocol: a transport of streams."""
