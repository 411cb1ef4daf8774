"""The languages flocon speaks to people."""

from typing import Literal

Lang = Literal["en", "fr"]
