"""Ways to run the flow. `local.py` runs it in one process on one store."""
