"""Runs: what each did is recorded, and which are at work is known."""
