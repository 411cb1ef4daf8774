"""Alerts: when a campaign is worth a person's attention, how much of it, and when it is over.

`engine.Alerts` is the way in. `model` holds the records, `rules` the decisions, `storm` the brake on many alerts at
once, `words` what is said to people. No clock, no store, no network: event time comes from outside.
"""
