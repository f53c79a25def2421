"""What people look at: status, history, dictionary, footprint, quarantine, the page of quality, bills."""
