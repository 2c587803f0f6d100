"""The tree walk as a value: RFC 9989 section 4.10."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from deliverkit.auth.tree_walk import Walk, same_organisation, walk, walk_names
from tests.auth.dmarc_worlds import World


def walked(domain: str, world: World) -> Walk:
    return asyncio.run(walk(domain, world))


def test_the_example_of_the_rfc() -> None:
    """Section 4.10: eight questions for an author domain of 13 labels."""
    names = walk_names("a.b.c.d.e.f.g.h.i.j.mail.example.com")
    assert names == (
        "a.b.c.d.e.f.g.h.i.j.mail.example.com",
        "g.h.i.j.mail.example.com",
        "h.i.j.mail.example.com",
        "i.j.mail.example.com",
        "j.mail.example.com",
        "mail.example.com",
        "example.com",
        "com",
    )


@pytest.mark.parametrize("labels", range(1, 128))
def test_at_most_eight_names(labels: int) -> None:
    domain = ".".join("a" * labels)
    names = walk_names(domain)
    assert len(names) == min(labels, 8)
    assert names[0] == domain
    assert [name.count(".") + 1 for name in names[1:]] == list(range(min(labels - 1, 7), 0, -1))


def test_steps_tell_what_was_decided() -> None:
    world = World(
        {
            "b.c.d.example.com": ["v=DMARC1; p=none", "v=DMARC1; p=reject", "other"],
            "c.d.example.com": "v=DMARC1; p=quarantine",
            "example.com": "v=DMARC1; p=reject; psd=n",
            "com": "v=DMARC1; p=none; psd=y",
        },
        broken={"_dmarc.d.example.com": "REFUSED"},
    )
    found = walked("A.b.c.d.Example.com.", world)
    assert found.domain == "a.b.c.d.example.com"
    assert [(step.domain, step.decided) for step in found.steps] == [
        ("a.b.c.d.example.com", "nothing"),
        ("b.c.d.example.com", "several"),
        ("c.d.example.com", "record"),
        ("d.example.com", "unanswered"),
        ("example.com", "psd-n"),
    ]
    assert [len(step.texts) for step in found.steps] == [0, 2, 1, 0, 1]
    assert [step.record.p if step.record else "" for step in found.steps] == [
        "",
        "",
        "quarantine",
        "",
        "reject",
    ]
    assert [str(step.reason) for step in found.steps] == [
        "_dmarc.a.b.c.d.example.com has no DMARC record.",
        "_dmarc.b.c.d.example.com has 2 DMARC records. All of them are discarded.",
        "_dmarc.c.d.example.com has the record: v=DMARC1; p=quarantine",
        "The question for _dmarc.d.example.com got no answer (REFUSED).",
        "_dmarc.example.com has the record of an organisational domain (psd=n), where the search ends: "
        "v=DMARC1; p=reject; psd=n",
    ]
    assert (found.organisational_domain, found.policy_domain) == ("", "")
    assert [step.domain for step in found.unanswered] == ["d.example.com"]
    assert found.answers == tuple(step.answer for step in found.steps)


@pytest.mark.parametrize("domain", ["", ".", "a..b", "192.0.2.1", "a b.example"])
def test_what_is_no_domain_is_not_asked(domain: str) -> None:
    world = World({})
    assert walked(domain, world) == Walk(domain, (), "", "")
    assert world.asked == []


def test_policy_domain() -> None:
    """Section 4.10.1: the author domain, its organisational domain, the public suffix; in that order."""
    everywhere = dict.fromkeys(("a.b.example.com", "b.example.com", "example.com"), "v=DMARC1; p=none")
    suffix = {"com": "v=DMARC1; p=none; psd=y"}
    assert walked("a.b.example.com", World(everywhere | suffix)).policy_domain == "a.b.example.com"
    assert walked("x.b.example.com", World(everywhere | suffix)).policy_domain == "example.com"
    assert walked("x.b.example.com", World(suffix)).policy_domain == "com"
    assert walked("x.b.example.com", World({})).policy_domain == ""


def test_an_open_name_decides_only_what_it_can() -> None:
    """The answer where it is open, against every world that it may be."""
    names = ("a.example.com", "b.example.com", "example.com", "com")
    records = {
        "": None,
        "u": "v=DMARC1; p=none",
        "y": "v=DMARC1; p=none; psd=y",
        "n": "v=DMARC1; p=none; psd=n",
    }

    def world(held: tuple[str, ...], hidden: tuple[str, ...] = ()) -> World:
        texts = {name: text for name, psd in zip(names, held, strict=True) if (text := records[psd])}
        return World(texts, broken={f"_dmarc.{name}": "TIMEOUT" for name in hidden})

    def same(of: World) -> bool | None:
        return same_organisation(walked("a.example.com", of), walked("b.example.com", of))

    for held in itertools.product(records, repeat=len(names)):
        for hidden in (
            ("com",),
            ("b.example.com",),
            ("example.com",),
            ("a.example.com", "com"),
            ("b.example.com", "example.com"),
        ):
            possible = {
                same(
                    world(
                        tuple(
                            dict(zip(hidden, guess, strict=True)).get(n, h)
                            for n, h in zip(names, held, strict=True)
                        )
                    )
                )
                for guess in itertools.product(records, repeat=len(hidden))
            }
            expected = possible.pop() if len(possible) == 1 else None
            assert same(world(held, hidden)) is expected, (held, hidden)


def test_many_open_names_leave_it_open() -> None:
    names = ("a.example.com", "b.example.com", "example.com", "com")
    world = World({}, broken={f"_dmarc.{name}": "TIMEOUT" for name in names})
    one, two, other = (walked(d, world) for d in ("a.example.com", "b.example.com", "a.example.net"))
    assert same_organisation(one, two) is None
    assert same_organisation(one, other) is False
