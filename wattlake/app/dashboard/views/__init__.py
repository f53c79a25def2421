"""The pages of the dashboard, one module each.

They are found in this folder and drawn below the header of ``main``.
"""
