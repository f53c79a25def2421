"""The outside world on localhost: the APIs as they answer, and a simulated community.

Everything made here carries `simulated` as its provenance. This package imports nothing else of Wattlake.
"""

PROVENANCE = "simulated"
