"""How near estimates of missing readings are to what was read, method by method."""
