"""The star schema by the names that analysts expect."""
