"""Land sources: ask their APIs over HTTP, read their inboxes, fill the days that are missing."""
