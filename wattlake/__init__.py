"""Wattlake: an open-source lakehouse for energy communities, solar fleets and utility pilots."""
