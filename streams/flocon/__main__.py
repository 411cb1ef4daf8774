"""`python -m flocon`: the same as the command `flocon`."""

import sys

from flocon.cli import main

sys.exit(main())
