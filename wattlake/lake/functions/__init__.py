"""Functions of the project, for the SQL of its models and as producers of its tables.

They stand in ``functions/*.py``, marked by ``@function``.
"""
