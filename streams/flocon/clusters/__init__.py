"""Campaigns: posts joined by what a seller cannot change at no cost. `engine.py` holds the flow."""
