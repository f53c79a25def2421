"""Streams: a batch of messages, its offsets, rows, windows and alerts are one commit."""
