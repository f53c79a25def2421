"""The kinds of sources that TOML describes: one module each, named as ``kind`` names it.

Each has ``describe(name, written, file)``: the source made of a file's keys, all but ``kind``. It raises an
``OwnSourceError`` with a sentence for each mistake, in which file and key are named. Nothing is registered.
"""
