"""Names of "coffees": a shop word of the scene beside a city, a department number or another shop word.

`Coffee Verlaine 75`, `cali93`, `weed_store_lyon`, `Le Coffee du 13`. A café without such an ending is a café:
the brand counts only beside other evidence.
"""

import re
from collections.abc import Iterator
from typing import Final

from flocon_detectors.signals.view import Span, View

_SHOP: Final = r"(?:coffee(?:[ _\-]?shop)?|cali|weed|beuh|kush|haze|hash|420|drive|farm|plug|frost)"
_PLACE: Final = r"(?:0[1-9]|[1-8]\d|9[0-5]|idf|paris|lyon|marseille|lille|nantes|toulouse|bordeaux|nice|rennes|strasbourg)"
_BRAND: Final = re.compile(
    rf"(?<![a-z0-9@_.])(?:le |la |the )?{_SHOP}[ _\-.]?(?:[a-z][a-z'\-]{{2,15}}[ _\-.]){{0,2}}(?:du |de |of )?{_PLACE}(?![a-z0-9€])"
    rf"|(?<![a-z0-9@_.]){_SHOP}[_\-. ]?(?:store|market|express|house|club|land|city|queen|king|boys|gang)(?![a-z])"
)


def detect(view: View) -> Iterator[Span]:
    """Each such name, as `listing.brand`."""
    for match in _BRAND.finditer(view.text):
        yield Span("listing.brand", "M", match.start(), match.end())
