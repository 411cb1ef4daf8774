"""Where notifications go. One receiver a file; `jsonl.py` is the one to imitate."""
