"""Where the data is and how it is held to its word. Imports nothing else of Wattlake's."""
