"""Sinks: tables of the lake in other databases and folders, as ``sinks/NAME.toml`` says."""
