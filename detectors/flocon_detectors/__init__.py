"""Screens public text for coded drug sales, criminal recruitment and shop listings, and explains each decision.

Pure: no network, no clock, no files beyond the code book and the decision rules. Begin at `screen.py`.
"""
