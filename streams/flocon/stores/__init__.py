"""Where findings, campaigns and alerts are kept. `sqlite.py` is the store of one machine."""
