"""Read what is new in somebody's database: at one snapshot, without writing to it.

``systems`` knows how each is asked, ``reading`` reads one landing's rows, ``landed_before`` leaves out what is known,
``fitting`` brings rows into the types of a table of their own, and ``land_database`` puts them together.
"""
