"""Keep a lake in good order: housekeeping, compaction of small files, removal of files that nothing needs."""
