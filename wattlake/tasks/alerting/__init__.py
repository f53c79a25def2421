"""Alerting: alerts of streams go to people, by the addresses of the settings."""
