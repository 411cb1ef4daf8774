"""The garbage collector, told what flocon knows: what is loaded stays, and what a batch makes dies with the batch.

Records are trees, freed by their counts of references as soon as a batch is done. The collector only ever finds
cycles, of which the hot path makes none; with its usual thresholds it looks for them several times a batch.
"""

import gc
from typing import Final

_YOUNG: Final = 50_000
"""Objects more than before at which the collector looks; a batch makes fewer, and they are gone when it is done."""


def settle() -> None:
    """Leave alone all that was loaded so far, and look for cycles only where objects really pile up."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)
