"""The pages of the dashboard: one Streamlit script each, run below the header of ``main``."""
