"""A build: landings become silver, changed days of gold are replaced, checked and committed."""
