"""Each detector: what it finds, and what it leaves alone."""

from collections.abc import Callable

import pytest

from flocon_detectors.signals import (
    address,
    area,
    bounty,
    brand,
    cbd,
    contact,
    hours,
    layout,
    min_order,
    minor,
    price_grid,
    volume,
    wage,
)
from flocon_detectors.signals.rungs import find_rungs
from flocon_detectors.text import fold

Spans = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("text", "rungs"),
    [
        ("10g=50€", [(10, "g", 50, "EUR")]),
        ("1g 60 / 2g 110", [(1, "g", 60, None), (2, "g", 110, None)]),
        ("70 le g", [(1, "g", 70, None)]),
        ("le g = 65€", [(1, "g", 65, "EUR")]),
        ("20€ le pochon", [(1, "piece", 20, "EUR")]),
        ("50€ = 6g, 100€ = 14g", [(6, "g", 50, "EUR"), (14, "g", 100, "EUR")]),
        ("S (2g) 20€ M (6g) 50€", [(2, "g", 20, "EUR"), (6, "g", 50, "EUR")]),
        ("1 = 60, 2 = 110, 5 = 250", [(1, "g", 60, None), (2, "g", 110, None), (5, "g", 250, None)]),
        ("x10 40€, x50 £150", [(10, "piece", 40, "EUR"), (50, "piece", 150, "GBP")]),
        ("5 gr 300 kr", [(5, "g", 300, "SEK")]),
        ("£40 per g", [(1, "g", 40, "GBP")]),
        ("100ml 60€", []),
        ("0,5g 1g 2g 5g 10g", []),
        ("2g offert", []),
        ("10 g 15 cm", []),
        ("kibble at 35 a bag", []),
        ("1 = 60", []),
        ("version 1.2 2.3 3.4", []),
    ],
)
def test_quantities_are_read_with_their_price(
    text: str, rungs: list[tuple[float, str, float, str | None]]
) -> None:
    assert [(r.amount, r.unit, r.price, r.currency) for r in find_rungs(fold(text))] == rungs


@pytest.mark.parametrize(
    ("text", "signals"),
    [
        ("1g 60 2g 110 5g 250", {"listing.quantity", "listing.price_grid"}),
        ("1g 60 2g 120 5g 300", {"listing.quantity"}),
        ("1g 60 2g 110", {"listing.quantity"}),
        ("farine 100 g 0,50 € 200 g 1 € 500 g 2 €", set()),
    ],
)
def test_a_grid_needs_three_rungs_that_fall_at_prices_drugs_are_sold_at(
    spans: Spans, text: str, signals: set[str]
) -> None:
    assert {signal for signal, _ in spans(price_grid.detect, text)} == signals


def test_lines_that_begin_with_an_emoji_and_hold_a_price_are_a_menu(spans: Spans) -> None:
    menu = "🐟 2g 20€\n🎈 5 pour 40€\n⭐ 10€"
    assert [signal for signal, _ in spans(layout.detect, menu)] == ["listing.menu"]
    assert spans(layout.detect, "🐟 2g 20€\n🎈 5 pour 40€") == []
    assert spans(layout.detect, "🐟 bonjour\n🎈 à tous\n⭐ bonne journée") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("snap: stem_42", [("contact.handle", "stem_42")]),
        ("tg @nordcali", [("contact.handle", "nordcali")]),
        ("écris à stem_mp", [("contact.handle", "stem_mp")]),
        ("sur telegram stem420", [("contact.handle", "stem420")]),
        ("t.me/joinchat/AbCd1234", [("contact.invite_link", "t.me/joinchat/abcd1234")]),
        ("https://wa.me/33639980012", [("contact.invite_link", "wa.me/33639980012")]),
        ("06 39 98 12 34", [("contact.phone", "+33639981234")]),
        ("+33 6.39.98.12.34", [("contact.phone", "+33639981234")]),
        ("0033639981234", [("contact.phone", "+33639981234")]),
        ("sur snap moi", []),
        ("insta de ouf", []),
        ("commande 0123456789012345", []),
        ("user@mail.example", []),
        ("https://shop.example/a_b", []),
    ],
)
def test_contacts_are_found_in_their_normal_form(
    spans: Spans, text: str, found: list[tuple[str, str]]
) -> None:
    assert spans(contact.detect, text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12h-00h", "12h-00h"),
        ("de 11h à minuit", "11haminuit"),
        ("18:00-02:00", "18:00-02:00"),
        ("10am-2am", "10am-2am"),
    ],
)
def test_hours_are_ranges(spans: Spans, text: str, found: str) -> None:
    assert [value for _, value in spans(hours.detect, text)] == [found]


def test_one_hour_is_no_opening_time(spans: Spans) -> None:
    assert spans(hours.detect, "rendez-vous à 18h") == []


def test_departments_are_areas_in_lists_or_behind_a_word_for_an_area(spans: Spans) -> None:
    assert spans(area.detect, "livraison 75/92/93") != []
    assert spans(area.detect, "secteur 69") == [("listing.area", "secteur 69")]
    assert spans(area.detect, "à 20, 50 ou 100€") == []
    assert spans(area.detect, "livraison 75, 92, 93") != []
    assert spans(area.detect, "j'ai 69 ans et 12 chats") == []
    assert spans(area.detect, "livraison 30 min") == []


def test_minimum_orders_name_a_sum(spans: Spans) -> None:
    assert spans(min_order.detect, "min 50€") == [("listing.min_order", "min 50€")]
    assert spans(min_order.detect, "50 minimum") == [("listing.min_order", "50 minimum")]
    assert spans(min_order.detect, "livré en 30 min") == []


def test_a_coffee_with_a_place_is_a_brand(spans: Spans) -> None:
    assert spans(brand.detect, "Coffee Lyon est ouvert") != []
    assert spans(brand.detect, "cali93") != []
    assert spans(brand.detect, "un coffee et un croissant") == []


@pytest.mark.parametrize("text", ["150€/jour", "100 à 200 € la journée", "payé 250€", "20 lax", "300k dkk"])
def test_pay_by_the_day_or_job_is_found(spans: Spans, text: str) -> None:
    assert "recruit.pay" in {signal for signal, _ in spans(wage.detect, text)}


@pytest.mark.parametrize("text", ["1 900 € brut mensuel", "12,50 € / h", "2000€ par mois"])
def test_pay_as_employers_write_it_is_a_context(spans: Spans, text: str) -> None:
    assert {signal for signal, _ in spans(wage.detect, text)} == {"context.job_regular"}


def test_names_with_sums_are_a_bounty_and_game_money_is_not(spans: Spans) -> None:
    bounties = "tête mise à prix\nMarc Zouvel 5 000 €\n@zz_torvik 3 000 €"
    assert {"violence.bounty", "safeguard.threat_to_life"} <= {
        signal for signal, _ in spans(bounty.detect, bounties)
    }
    game = "tête mise à prix GTA Online PS5\nMarc Zouvel 5 000 $\n@zz_torvik 3 000 $"
    assert "violence.bounty" not in {signal for signal, _ in spans(bounty.detect, game)}
    assert spans(bounty.detect, "Marc Zouvel 5 000 €\nLise Torvik 3 000 €") == []


def test_ages_below_eighteen_are_a_safeguard(spans: Spans) -> None:
    assert spans(minor.detect, "j'ai 16 ans") == [("safeguard.minor", "16 ans")]
    assert spans(minor.detect, "j'ai 18 ans, 25 ans") == []


def test_the_legal_limit_of_thc_is_a_context(spans: Spans) -> None:
    assert spans(cbd.detect, "fleurs < 0,3 % THC") != []
    assert spans(cbd.detect, "THC 22 %") == []


def test_an_address_and_a_price_by_volume_speak_of_a_shop(spans: Spans) -> None:
    assert spans(address.detect, "boutique 31 avenue Foch") == [("context.shop", "31 avenue foch")]
    assert spans(address.detect, "12 High Street, Leeds") != []
    assert spans(address.detect, "2 rue") == []
    assert spans(volume.detect, "10 ml 6€ / 50 ml 18€") != []
    assert spans(volume.detect, "10 ml par jour") == []
