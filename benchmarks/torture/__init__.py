"""Torture: kills, crowds and readers at sizes no test has time for; ``make torture`` writes docs/reliability.md."""
