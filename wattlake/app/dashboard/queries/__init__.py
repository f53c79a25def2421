"""The dashboard's own queries, in SQL over ``warehouse`` and ``ops``.

There is one module for each page. Each is a function of a connection that gives a frame or a value. Instants in the
frames are UTC without a time zone, as in the warehouse; energy is kWh, money EUR, both as doubles, for drawing. What is
not known is left out of a sum; a sum of nothing is 0, a mean or ratio of nothing is empty. ``zones`` names the zones
that count; an empty one means all.
"""
