"""One small detector a file. Each reads a `View` of one part of a post and yields the `Span`s it can show.

`area.py` is the one to imitate: patterns compiled once, one function `detect`, no state.
"""
