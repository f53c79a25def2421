"""The dashboard's charts: a frame in, a Plotly figure out; no Streamlit and no SQL."""
