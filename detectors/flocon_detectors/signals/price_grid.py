"""Price grids and ladders: quantities with prices that drugs are sold at, cheaper by the gram the more one takes."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from flocon_detectors.signals.rungs import Rung
from flocon_detectors.signals.view import Span, View

_LADDER_RUNGS: Final = 3


def detect(view: View) -> Iterator[Span]:
    """Each plausible quantity with its price; and the whole grid where three rungs make a falling ladder."""
    rungs = [rung for rung in view.rungs if rung.plausible]
    for rung in rungs:
        yield Span("listing.quantity", "Q", rung.start, rung.end)
    if is_ladder(rungs):
        yield Span("listing.price_grid", "Q", rungs[0].start, rungs[-1].end)


def is_ladder(rungs: list[Rung]) -> bool:
    """Whether three or more rungs of one unit cost less by the unit as the quantity grows.

    Sellers round: one rung may cost a little more than the rung before it, but the largest quantity must be
    cheaper than the smallest.
    """
    for unit in ("g", "piece"):
        ladder = sorted({(rung.amount, rung.unit_price_eur) for rung in rungs if rung.unit == unit})
        if len({amount for amount, _ in ladder}) < _LADDER_RUNGS:
            continue
        falls = sum(after <= before * 1.001 for (_, before), (_, after) in pairwise(ladder))
        if ladder[-1][1] < ladder[0][1] and falls >= len(ladder) // 2:
            return True
    return False
