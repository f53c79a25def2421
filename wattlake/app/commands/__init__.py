"""The commands: a module each, by its name, which is imported only when the command is run.

A new command is a new file here. ``x_y.py`` is the command ``x-y``: its function ``x_y`` is run, and the first line of
that function's docstring is its line on the help page. The literal ``SHOWN`` names the panel of that page and the
place among all commands of the panel. A command with commands below it is a Typer named ``commands`` whose callback is
the function ``x_y``. What several commands share stands in modules whose name starts with an underscore.
"""
