"""The shipped code book is complete and readable, and mistakes in one are named where they stand."""

import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from flocon_detectors import emojis
from flocon_detectors.codebook import Codebook, CodebookError, Entry, load

FOLDER = Path(__file__).resolve().parents[2] / "config" / "codebook"
FILES = sorted(FOLDER.rglob("*.yaml"))
BOOK = load(FOLDER)


def words(*rows: str) -> list[str]:
    return " ".join(rows).split()


PRODUCT_EMOJIS = words(
    "❄️ ⛄ 🌨️ ⛷️ 🎱 🔑 🐡 😛 💎 🐟 ⛽ 👃 🌴 🌲 🍀 💨 🔥 😮 ☁️ 🥦 🍃 🌿 🍁 🍓 🍒 🍋 🍇 🍉 🍍 🍰 🍦 🐶 🦍",
    "🍫 🎩 ❤️ ⚡ ❌ 🍬 👽 😷 🐬 🥂 🤎 🐉 🔮 💙 🧪 🍄 🍼 💜 🔵 🅿️ 🍌 🚗 🛒 💊 🚌 🚆 🐴 🐎 🎈",
)
SELLING_EMOJIS = words("🔌 👑 💰 💵 🤑 👀 🚀 💣 💥 👊 🍪 💯")
VIOLENCE_EMOJIS = words("💣 🔫 🥷")
DAILY_EMOJIS = words("🔥 ❤️ 💯 👀 😛 🚗 🛒 💎 🔑 ⚡ ❌ 😮 ☁️ 🐶 🔌 👑 💰 💵 🤑 🚀 👊 🍪")
EVERYDAY_WORDS = words(
    "MD cc jaune olive static frozen filtré frappe cali wit sos kola meta esso speed crack pot bars snow ket"
)
REPORTED_WORDS = words(
    "shit beuh weed cali cannabis résine herbe beldi amnesia caro caroline hélène pochon caillou lean teuch hash",
    "mousseux haze C coke taz D kéta 3MMC proto ballon héro brune subu lyrica tramadol xan PTC pot crack 420 exotics",
    "shrooms trippy pharmacy molly mandy bud loud za percs xans edibles carts grönt brunt koks subben braj tjack ladd",
    "tram benzo hasj plantasjen godtebutikken snø sne skunk piller kukka budi poltto amfe pami pilvi nappi wiet poes",
    "miauw paddo xtc pillen lachgas Gras Ott Schnee Teile Pepp Emma Bubatz Kokstaxi Hashibo chitapi nutellash",
    "carambach keladrox partoutashit caliweed deliverooland ubershit",
)
CONTEXTS = {
    f"context.{name}"
    for name in words(
        "news police prevention harm_reduction recovery lyrics gaming job_regular cbd_legal pharmacy food travel sport",
        "academic satire scam_warning shop",
    )
}
LETTER_OF = {
    "code.term": "P",
    "code.first_name": "P",
    "code.brand_pun": "P",
    "code.emoji_sequence": "P",
    "code.hashtag": "P",
    "recruit.role": "J",
    "recruit.agency_parody": "J",
    "recruit.self_offer": "J",
    "recruit.pay": "W",
    "recruit.easy_money": "W",
    "recruit.solicitation": "S",
    "violence.act": "V",
    "violence.target": "T",
    "violence.bounty": "T",
}
PHONE = re.compile(r"\+?\d(?:[ .-]?\d){8,}")
NOT_A_WORD = re.compile(r"\W")
FICTITIOUS = re.compile(r"(?:\+33|0033|0)63998\d{4}")


def ident(entry: Entry) -> str:
    return f"{entry.signal} {entry.code}"


def folded(text: str) -> str:
    """Case, accents and punctuation removed, framed by blanks: how words are compared."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return f" {' '.join(NOT_A_WORD.sub(' ', plain).split())} "


def holds(post: str, entry: Entry) -> bool:
    if entry.kind in ("emoji", "emoji_sequence"):
        row = emojis.key(post).replace(" ", "")
        return any(emojis.key(spelling) in row for spelling in entry.spellings)
    return any(folded(spelling) in folded(post) for spelling in entry.spellings)


def emoji_entries(signal: str | None = None) -> set[str]:
    return {emojis.key(e.code) for e in BOOK.entries if e.kind == "emoji" and signal in (None, e.signal)}


def test_every_reported_product_emoji_is_a_code() -> None:
    assert [char for char in PRODUCT_EMOJIS if emojis.key(char) not in emoji_entries("code.emoji")] == []


def test_every_reported_selling_and_violence_emoji_is_present() -> None:
    assert [char for char in SELLING_EMOJIS if emojis.key(char) not in emoji_entries()] == []
    assert [c for c in VIOLENCE_EMOJIS if emojis.key(c) not in emoji_entries("violence.act")] == []


def test_the_batch_sequence_is_a_product_code_that_needs_nothing_else() -> None:
    (sequence,) = [e for e in BOOK.entries if e.kind == "emoji_sequence" and "🪂" in e.code]
    assert (emojis.key(sequence.code), sequence.group, sequence.needs) == ("🍪⛄📦🪂", "P", ())


def test_emojis_of_daily_life_count_only_beside_a_quantity_with_a_price() -> None:
    daily = {emojis.key(char) for char in DAILY_EMOJIS}
    found = [e for e in BOOK.entries if e.kind == "emoji" and e.group != "V" and emojis.key(e.code) in daily]
    assert {emojis.key(e.code) for e in found} == daily
    assert [ident(e) for e in found if "Q" not in e.needs] == []


def test_emojis_of_violence_count_only_beside_a_violent_act() -> None:
    acts = [e for e in BOOK.entries if e.kind == "emoji" and e.signal == "violence.act"]
    assert [ident(e) for e in acts if e.needs != ("V",)] == []


def test_every_emoji_of_the_code_book_is_an_emoji() -> None:
    unknown = [e.code for e in BOOK.entries if e.kind == "emoji" and emojis.key(e.code) not in emojis.table()]
    assert unknown == []


def test_no_emoji_of_the_code_book_is_changed_by_compatibility_normalisation() -> None:
    changed = [
        e.code for e in BOOK.entries if "emoji" in e.kind and unicodedata.normalize("NFKC", e.code) != e.code
    ]
    assert changed == []


def test_every_reported_word_is_a_product_code() -> None:
    words = {folded(s).strip() for e in BOOK.entries if e.group == "P" for s in e.spellings}
    assert [word for word in REPORTED_WORDS if folded(word).strip() not in words] == []


def test_everyday_words_count_only_beside_a_quantity_with_a_price() -> None:
    loose = {folded(s).strip() for e in BOOK.entries if e.group == "P" and not e.needs for s in e.spellings}
    assert [word for word in EVERYDAY_WORDS if folded(word).strip() in loose] == []


def test_every_context_has_words() -> None:
    assert {e.signal for e in BOOK.entries if e.signal.startswith("context.")} == CONTEXTS


def test_every_benign_context_named_is_a_context() -> None:
    assert {f"context.{name}" for e in BOOK.entries for name in e.benign} <= CONTEXTS


def test_a_signal_stands_in_its_group() -> None:
    assert [ident(e) for e in BOOK.entries if e.group != LETTER_OF.get(e.signal, e.group)] == []
    silent = ("context.", "safeguard.", "restricted.")
    assert [ident(e) for e in BOOK.entries if (e.group == "-") != e.signal.startswith(silent)] == []


def test_every_entry_names_its_source() -> None:
    assert [ident(e) for e in BOOK.entries if len(e.source.strip()) < 3] == []


def test_product_codes_say_what_they_mean() -> None:
    assert [ident(e) for e in BOOK.entries if e.group == "P" and not e.meanings] == []


def test_a_code_that_means_different_things_by_place_is_disputed() -> None:
    (chocolate,) = [e for e in BOOK.entries if e.code == "🍫"]
    assert chocolate.status == "disputed"
    assert {meaning.locale for meaning in chocolate.meanings} >= {"NO", "US"}


def test_every_entry_has_a_post_that_must_match() -> None:
    assert [ident(e) for e in BOOK.entries if not e.match] == []


def test_products_jobs_and_violent_acts_have_a_post_that_must_not_become_a_candidate() -> None:
    assert [ident(e) for e in BOOK.entries if e.group in "PJV" and not e.no_match] == []


def test_every_match_post_holds_its_code() -> None:
    assert [(ident(e), post) for e in BOOK.entries for post in e.match if not holds(post, e)] == []


def test_no_spelling_stands_twice_for_one_signal_once_case_and_accents_are_gone() -> None:
    count = Counter(
        (emojis.key(s) if "emoji" in e.kind else folded(s), e.signal)
        for e in BOOK.entries
        for s in e.spellings
    )
    assert [found for found, times in count.items() if times > 1] == []


def test_word_spellings_have_something_left_once_punctuation_is_gone() -> None:
    words = [e for e in BOOK.entries if "emoji" not in e.kind]
    assert [(ident(e), s) for e in words for s in e.spellings if not folded(s).strip()] == []


def test_the_only_restricted_code_is_the_published_one() -> None:
    restricted = [e for e in BOOK.entries if e.restricted or e.signal.startswith("restricted.")]
    assert [(e.code, e.signal, e.group, e.restricted, e.meanings) for e in restricted] == [
        ("🍕", "restricted.child_abuse_code", "-", True, ())
    ]


def test_phone_numbers_in_posts_are_fictitious() -> None:
    posts = [post for e in BOOK.entries for post in (*e.match, *e.no_match)]
    numbers = [re.sub(r"[ .-]", "", found) for post in posts for found in PHONE.findall(post)]
    assert numbers
    assert [number for number in numbers if not FICTITIOUS.fullmatch(number)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_is_composed_utf8_with_short_lines(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")
    assert text.startswith("# ")
    assert text.endswith("\n")
    assert unicodedata.is_normalized("NFC", text)
    assert [line for line in text.splitlines() if len(line) > 120 or line != line.rstrip()] == []


# How mistakes are reported.

GOOD = """\
- code: "❄️"
  kind: emoji
  signal: code.emoji
  group: P
  source: a test
  confidence: high
  match: ["❄️ 1g 60€"]
"""


def book(tmp_path: Path, **files: str) -> Path:
    folder = tmp_path / "codebook"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return folder


def refused(folder: Path) -> str:
    with pytest.raises(CodebookError) as caught:
        load(folder)
    return str(caught.value)


def test_a_good_file_is_loaded_with_a_version_that_follows_its_content(tmp_path: Path) -> None:
    folder = book(tmp_path, good=GOOD)
    first: Codebook = load(folder)
    assert [e.code for e in first.entries] == ["❄️"]
    assert load(folder).version == first.version
    (folder / "good.yaml").write_text(GOOD.replace("60€", "70€"), "utf-8")
    assert load(folder).version != first.version


def test_an_unknown_key_is_named_with_the_nearest_right_one(tmp_path: Path) -> None:
    message = refused(book(tmp_path, bad=GOOD.replace("confidence:", "confidense:")))
    assert message == "codebook/bad.yaml: entry 1 ('❄️'): unknown key 'confidense'; did you mean 'confidence'?"


def test_an_unknown_group_is_named_with_those_that_exist(tmp_path: Path) -> None:
    message = refused(book(tmp_path, bad=GOOD.replace("group: P", "group: Z")))
    assert message.startswith("codebook/bad.yaml: entry 1 ('❄️'): unknown group 'Z'; one of P Q C")


def test_an_unknown_group_among_the_needs_is_refused_too(tmp_path: Path) -> None:
    assert "unknown group 'Z'" in refused(book(tmp_path, bad=GOOD + "  needs: [Q, Z]\n"))


def test_a_line_that_is_not_yaml_is_named_by_its_number(tmp_path: Path) -> None:
    message = refused(book(tmp_path, bad=GOOD + "  benign: [travel\n- code: x\n"))
    assert re.match(r"codebook/bad\.yaml:9: not YAML: ", message)


def test_a_code_that_stands_twice_is_named_with_both_files(tmp_path: Path) -> None:
    message = refused(book(tmp_path, first=GOOD, second=GOOD))
    assert message == "codebook/second.yaml: '❄️': '❄️' already stands in codebook/first.yaml: '❄️'"


def test_the_same_spelling_may_stand_for_another_signal(tmp_path: Path) -> None:
    other = GOOD.replace("code.emoji", "listing.quality_claim")
    assert len(load(book(tmp_path, first=GOOD, second=other)).entries) == 2


def test_a_value_of_the_wrong_kind_is_refused_by_name(tmp_path: Path) -> None:
    message = refused(book(tmp_path, bad=GOOD.replace("confidence: high", "confidence: sure")))
    assert message.startswith("codebook/bad.yaml: entry 1 ('❄️'): ")
    assert "sure" in message


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    assert "`source`" in refused(book(tmp_path, bad=GOOD.replace("  source: a test\n", "")))


def test_a_signal_without_a_family_is_refused(tmp_path: Path) -> None:
    assert "'emoji' is not of the form family.name" in refused(
        book(tmp_path, bad=GOOD.replace("signal: code.emoji", "signal: emoji"))
    )


def test_a_document_that_is_no_list_is_refused(tmp_path: Path) -> None:
    assert "a list of entries is expected" in refused(book(tmp_path, bad="code: x\n"))


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    folder = book(tmp_path)
    (folder / "bad.yaml").write_bytes(b"- code: \xff\n")
    assert refused(folder).startswith("codebook/bad.yaml: cannot be read: ")


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert refused(book(tmp_path)).endswith("no code-book files (*.yaml)")
