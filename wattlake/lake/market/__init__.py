"""The market computes what members trade, books it in a ledger and verifies the ledger.

The computation is SQL, and the ledger only grows.

``terms`` are what a day is settled by, ``clearing`` runs the models of ``sql/steps/market`` on some days,
``resettlement`` finds the slots that differ from what is booked, ``ledger`` books them, ``chain`` links it by hashes,
``settlement`` finds the days, ``verification`` checks all of it anew, and ``replay`` settles again from what had been
fetched by a time.
"""
