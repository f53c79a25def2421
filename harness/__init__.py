"""Real services, small communities and steps of a lake, for tests and benchmarks alike."""
