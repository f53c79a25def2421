"""Record what each run did, and tell which runs are at work."""
