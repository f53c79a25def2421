"""Land sources: ask their APIs, read their inboxes, fill the days that are missing."""
