"""The market: what members trade is computed by SQL, booked in a ledger that only grows, and can be checked.

``terms`` are what a day is settled by, ``clearing`` runs the models of ``sql/steps/market`` on some days,
``ledger`` books what differs from what is booked, ``chain`` links it by hashes, ``settlement`` finds the days,
``verification`` checks all of it anew, and ``replay`` settles again from what had been fetched by a time.
"""
