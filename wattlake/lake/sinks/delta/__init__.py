"""Sinks in Delta Lake, by delta-rs: the months of a table are replaced in one commit."""
