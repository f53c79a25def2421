"""The pages of the dashboard: one module each, found in this folder and drawn below the header of ``main``."""
