"""Reports for people: status, history, dictionary, footprint, quarantine, quality, bills."""
