"""Feeds: what turns a source of public posts into Events, one adapter a file.

`registry.open_feed` is the way in. A feed yields `base.Batch`es: events, the records they came from, what could
not be read and why, and a cursor from which reading can go on.
"""
