"""Whole posts: decisions, reasons, look-alikes."""

from collections.abc import Callable

import msgspec
import pytest

from flocon.settings import load_screener
from flocon_detectors.screen import NOTHING, Screener, Screening, empty_tail, line

Screen = Callable[..., Screening]

OFFERS = [
    ("❄️ 1g 60 / 2g 110, livraison 75/92/93, snap: stem_42", "listing.strong"),
    ("🍫 70 le g 🌴 2g 20€, en MP, dispo", "listing.strong"),
    ("Cali dispo, 3.5g £45, delivery Leeds, snap zz_leeds", "listing.strong"),
    ("On recrute guetteurs 150€/jour, logé nourri, snap zz_chouf", "recruit.strong"),
    (
        "On recrute livreurs discrets, fumette fournie, 200€ par jour, Marseille, tg zz_mis13",
        "recruit.generic",
    ),
    ("Mission dispo : livreur, mineur accepté, 200€ par jour, Marseille, tg zz_mis13", "recruit.posted"),
    ("Recherche shooter pour tirer sur une porte, 2000€, tg zz_porte", "violence.offer"),
    ("Cherche shooter pour une façade à Lille, 2000€, tg zz_facade", "violence.offer"),
    ("Tête mise à prix :\nMarc Zouvel 5 000 €\nLise Torvik 3 000 €", "violence.bounty"),
]

LOOKALIKES = [
    "❄️ -20 % forfaits ski, livraison des skis 7j/7, dès 70€",
    "🍫 tablette 100 g 4,50 €, livraison offerte",
    "🍕 menu, carte de fidélité 10 tampons, livraison 18h-23h",
    "Fleurs CBD <0,3 % THC, static filtré 10 g 50 €, Colissimo",
    "coffee shop, menu du jour, wifi, latte 3 €",
    "Livreur scooter CDI, salaire brut mensuel, permis AM",
    "Mission intérim 3 mois, préparateur de commandes",
    "Mission braquage GTA Online, 2 joueurs, gros loot",
    "Refrain : j'charbonne au four, j'suis chouf, nouveau clip vendredi",
    "3 kg de cocaïne saisis, deux interpellés, valeur 200 000 €, parquet de Lille",
    "Xanax détourné : parlez-en, Drogues Info Service 0 800 23 13 13",
    "Alerte : comprimés surdosés, faites analyser vos produits",
    "500 jours clean 💜",
    "Vacances 🌴☀️ vivement demain, qui est chaud pour la plage ?",
    "❄️ ❄️ ❄️ il neige à Lyon !!",
    "Cherche nourrice à Lyon 3 jours par semaine, 10 € / h, CESU",
    "Gâteau au 🍫 : 200 g de farine, 100 g de beurre, 50 g de sucre",
]


@pytest.mark.parametrize(("text", "rule"), OFFERS)
def test_an_offer_is_a_candidate_by_its_rule(screen: Screen, text: str, rule: str) -> None:
    found = screen(text)
    assert found.decision == "candidate"
    assert rule in found.verdict.rules


@pytest.mark.parametrize("text", LOOKALIKES)
def test_ordinary_life_is_no_candidate(screen: Screen, text: str) -> None:
    assert screen(text).decision != "candidate"


def test_a_single_code_never_raises_anything(screen: Screen) -> None:
    found = screen("vive la ❄️")
    assert found.verdict.rules == ("code.only",)
    assert found.decision == "none"


def test_a_post_without_evidence_is_the_shared_answer(screen: Screen) -> None:
    assert screen("rien du tout, on se voit demain") is NOTHING


def test_a_disclaimer_does_not_clear_a_full_offer(screen: Screen) -> None:
    found = screen("CBD <0,3% THC 😉 ❄️ 1g 60 2g 110 livraison 75/93 snap: stem_42")
    assert found.decision == "candidate"
    assert "cbd_legal" in found.contexts


def test_a_context_without_a_private_contact_lowers_a_candidate_and_is_shown(screen: Screen) -> None:
    found = screen("Saisie : ❄️ 1g 60€ livraison Lille, deux interpellés, dit le parquet")
    assert found.decision == "index"
    assert found.verdict.demoted
    assert "police" in found.contexts
    assert "police" in found.why("en")


def test_offsets_point_into_the_original(screen: Screen) -> None:
    text = "Été 👨‍👩‍👧 : ❄️ 1g 60€, livraison Évry, snap : stem_42"
    for item in screen(text).evidence:
        assert text[item.start : item.end] == item.original


def test_the_reason_speaks_english_and_french(screen: Screen) -> None:
    found = screen(OFFERS[0][0])
    assert found.why("en").startswith("Candidate (listing.strong")
    assert found.why("fr").startswith("Candidat (listing.strong")
    assert "❄️" in found.why("fr")


def test_the_listing_record_holds_what_is_offered(screen: Screen) -> None:
    listing = screen(
        "❄️ 1g 60€ 2g 110€, livraison 75/92 12h-00h, min 50€, espèces, carte de fidélité, snap: stem_42"
    ).listing
    assert listing is not None
    assert listing.products == ["❄"]
    assert [(price.amount, price.unit, price.price, price.currency) for price in listing.prices] == [
        (1.0, "g", 60.0, "EUR"),
        (2.0, "g", 110.0, "EUR"),
    ]
    assert listing.hours == ["12h-00h"]
    assert listing.delivery
    assert [contact.value for contact in listing.contacts] == ["stem_42"]
    assert listing.loyalty == ["card"]


def test_a_bio_completes_an_offer_but_does_not_make_one(screen: Screen) -> None:
    bio = [("bio", "❄️🍫 snap: stem_42")]
    assert screen("ce soir 1g 60 2g 110, livraison 75/93", bio).decision == "candidate"
    assert screen("il neige 🌨️", [("bio", "DMs open, livraison")]).decision == "none"


def test_the_named_target_of_a_bounty_is_masked_in_evidence(screen: Screen) -> None:
    found = screen(OFFERS[-1][0])
    assert found.verdict.immediate
    assert "threat_to_life" in found.safeguard
    assert "Zouvel" not in msgspec.json.encode(line("x:1", found)).decode()


def test_obfuscation_is_reported_and_never_stands_for_a_group(screen: Screen) -> None:
    found = screen("𝐜𝐨𝐤𝐞 1g 60 2g 110 livraison 75/93")
    assert found.obfuscations == ("styled_letters",)
    assert "O" in found.groups
    assert screen("𝐛𝐨𝐧𝐣𝐨𝐮𝐫 à tous").decision == "none"


def test_the_restricted_code_is_off_by_default_and_counts_in_names_only() -> None:
    name = [("author_name", "Promo 🍕")]
    assert load_screener().screen("bonjour", name) is NOTHING
    unit = load_screener(restricted=True)
    assert unit.screen("bonjour", name).is_restricted
    assert unit.screen("bonjour", name).evidence == ()
    assert not unit.screen("une bonne 🍕 ce soir").is_restricted


def test_every_output_line_has_the_contracted_keys_in_order(screen: Screen) -> None:
    keys = [
        "uid", "decision", "families", "rules", "groups", "confidence", "evidence", "contexts", "safeguard",
        "obfuscations", "listing", "why",
    ]  # fmt: skip
    assert list(line("x:1", screen(OFFERS[0][0]))) == keys
    assert list(msgspec.json.decode(b'{"uid":"x:1"' + empty_tail())) == keys


def test_every_code_is_found_in_its_own_posts(screener: Screener) -> None:
    missing = [
        (entry.code, post)
        for entry in screener.codebook.live
        if not entry.restricted and entry.group in {"P", "J", "V"} and entry.kind != "hashtag"
        for post in entry.match
        if entry.signal not in {item.signal for item in screener.screen(post).evidence}
    ]
    assert missing == []


def test_no_counterexample_of_any_code_is_a_candidate(screener: Screener) -> None:
    wrong = [
        (entry.code, post)
        for entry in screener.codebook.live
        for post in entry.no_match
        if screener.screen(post).decision == "candidate"
    ]
    assert wrong == []


def test_an_address_excuses_a_shop_and_never_a_threat(screen: Screen) -> None:
    shop = "Nouveaux e-liquides 🍓 💨 lot x5 14€, sur place, boutique 31 avenue Foch"
    assert screen(shop).decision != "candidate"
    threat = "Recherche équipe pour brûler une porte, 12 rue Haute, 3000€"
    assert screen(threat).decision == "candidate"
    assert "shop" in screen(threat).contexts
