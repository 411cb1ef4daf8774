"""One command of `flocon` a file: each has `run(args, say) -> int`, the exit status."""
