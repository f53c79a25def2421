"""The market: what members trade is computed by SQL, booked in a ledger that only grows, and can be checked.

``terms`` are what a day is settled by, ``clearing`` runs the models of ``sql/steps/market`` on some days,
``resettlement`` finds the slots that differ from what is booked, ``ledger`` books them, ``chain`` links it by hashes,
``settlement`` finds the days, ``verification`` checks all of it anew, and ``replay`` settles again from what had been
fetched by a time.
"""
