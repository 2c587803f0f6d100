"""Taming text: harmless, visible, and not longer than wanted."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliverkit.texts.clean import clean, to_ascii, visible, visible_json
from tests.render.builds import POISONS

ANY_TEXT = st.text(st.characters())  # with surrogates


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("v=spf1 -all", "v=spf1 -all"),
        ("", ""),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\nb\r\tc\x00", "a\\x0ab\\x0d\\x09c\\x00"),
        ("\x7f\x80\x9b\x9f", "\\x7f\\x80\\x9b\\x9f"),
        ("\u202eevil\u2066\u200f", "\\u202eevil\\u2066\\u200f"),
        ("a\u200bb\ufeffc\u00adc", "a\\u200bb\\ufeffc\\xadc"),
        ("\u2028\u2029", "\\u2028\\u2029"),
        ("\udc80", "\\udc80"),
        ("\u00a0\u3000", "\\xa0\\u3000"),
        ("e\u0301\ufe0f", "e\\u0301\\ufe0f"),
        ("\u3164\u2800", "\\u3164\\u2800"),
        ("\U000e0041", "\\U000e0041"),
        ("[bold]x[/bold]", "[bold]x[/bold]"),
        ("Straße 漢字", "Straße 漢字"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert clean(text) == shown


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_poison_is_harmless_and_bounded(poison: str) -> None:
    shown = clean(poison)
    assert all(c.isprintable() for c in shown)
    assert len(shown) <= 10 * 300 + 50


@given(ANY_TEXT)
def test_any_text_is_harmless(text: str) -> None:
    shown = clean(text)
    assert shown.isprintable()
    assert clean(shown, limit=len(shown)) == shown
    assert to_ascii(shown).isascii()


def test_the_middle_is_left_out_and_counted() -> None:
    text = "a" * 400 + "b" * 400
    shown = clean(text, limit=300)
    head, _, rest = shown.partition(" ...[")
    count, _, tail = rest.partition(" characters left out]... ")
    assert (head, tail) == ("a" * 200, "b" * 100)
    assert int(count) == len(text) - len(head) - len(tail)


def test_the_limit_is_the_last_length_that_is_kept() -> None:
    assert clean("a" * 300) == "a" * 300
    assert "[1 characters" in clean("a" * 301)


def test_typographic_characters_in_ascii() -> None:
    assert to_ascii("“a” – ‘b’…→é漢") == "\"a\" - 'b'...->\\xe9\\u6f22"


@given(st.dictionaries(ANY_TEXT, ANY_TEXT))
def test_json_keeps_its_meaning(data: dict[str, str]) -> None:
    document = json.dumps(data, ensure_ascii=False, indent=2)
    shown = visible_json(document)
    assert json.loads(shown) == json.loads(document)
    assert all(c == "\n" or c.isprintable() for c in shown)
    shown.encode("utf-8")


def test_json_escapes_what_cannot_be_seen_and_nothing_else() -> None:
    document = json.dumps("漢é\x9b\u202e\U000e0041\x7f😀", ensure_ascii=False)
    assert visible_json(document) == '"漢é\\u009b\\u202e\\udb40\\udc41\\u007f😀"'
