"""What people see."""

import pytest

from flocon.show import defang


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://t.me/zz_promo", "hxxps://t[.]me/zz_promo"),
        ("voir shop.example.com ce soir", "voir shop.example[.]com ce soir"),
        ("0.5 g. Merci", "0.5 g. Merci"),
        ("fin.com", "fin[.]com"),
    ],
)
def test_links_cannot_be_clicked_by_mistake(text: str, shown: str) -> None:
    assert defang(text) == shown
