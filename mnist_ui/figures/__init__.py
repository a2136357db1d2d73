"""Data in, figure out: HTML for what changes with every stroke, Plotly for charts. Nothing here imports Streamlit."""
