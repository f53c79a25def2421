"""Errors of sinks, as sentences that hold no credentials."""


class SinkError(RuntimeError):
    """A sink is described wrongly, or cannot be loaded; nothing of the load is in it."""
