"""Exit statuses, and the errors that lead to them.

0   done
1   failed: the store or the disk
2   wrong use or configuration
3   done, but some input could not be read
130, 143   ended by SIGINT, SIGTERM
"""

from typing import Final

DONE: Final = 0
FAILED: Final = 1
USAGE: Final = 2
UNREADABLE: Final = 3
INTERRUPTED: Final = 130
TERMINATED: Final = 143
