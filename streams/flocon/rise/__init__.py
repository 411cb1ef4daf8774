"""Rise: is a campaign louder than its own past and its platforms' week explain?

`engine.Rise` is the way in. `nbri` holds the test, `season` what is normal for a platform, `series` what is kept of
one campaign, `dispersion` how noisy campaigns are. No clock, no store, no network: event time comes from outside.
"""
