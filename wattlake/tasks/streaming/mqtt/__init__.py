"""MQTT: a transport of streams, with a session that the broker keeps while we are away."""
