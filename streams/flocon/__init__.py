"""flocon: watches public posts, groups coded offers into campaigns, alerts when one rises."""

__version__ = "0.1.0"
