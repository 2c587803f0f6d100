"""Any records, any domains, any trouble: no exception, always a reason, and trouble never becomes a verdict."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import lru_cache

from hypothesis import given
from hypothesis import strategies as st

from deliverkit.auth.policy import dmarc
from deliverkit.auth.reporting import report_authorised
from deliverkit.auth.results import DkimResult, DmarcResult, Result, SpfResult
from deliverkit.auth.tree_walk import walk
from deliverkit.model.answer import Answer, Question, Status, Txt
from deliverkit.records import dmarc as grammar
from tests.auth.dmarc_worlds import SAID

LABELS = ("a", "b", "mail")
DOMAINS = st.builds(
    lambda below, above: ".".join([*below, above]),
    st.lists(st.sampled_from(LABELS), max_size=9),
    st.sampled_from(["example.com", "com", "example.co.uk", "example.net"]),
)
TAGS = st.lists(
    st.sampled_from(
        "p=none p=quarantine p=reject p=bad sp=none sp=reject sp=bad np=reject np=none psd=y psd=n psd=u psd=x t=y "
        "adkim=s aspf=s rua=mailto:a@example.com rua=bad pct=0 pct=50 fo=1 x ;".split()
    ),
    max_size=5,
)
TEXTS = (
    TAGS.map(lambda tags: "; ".join(["v=DMARC1", *tags]))
    | st.text(st.characters(max_codepoint=0xFF), max_size=40).map(lambda t: f"v=DMARC1;{t}")
    | st.text(st.characters(max_codepoint=0xFF), max_size=40)
)
TROUBLE = st.sampled_from([Status.SERVFAIL, Status.REFUSED, Status.TIMEOUT, Status.UNRECORDED])
RESULTS = st.sampled_from(list(Result))


class World:
    """Holds whatever its answers hold; every other name is denied."""

    def __init__(self, answers: Mapping[str, tuple[str, ...] | Status]) -> None:
        self.answers = answers
        self.asked: list[Question] = []

    async def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        found = self.answers.get(question.name, Status.NXDOMAIN)
        if isinstance(found, Status):
            return Answer(question, found)
        return Answer(question, Status.OK, tuple(Txt.of(text) for text in found))


@lru_cache(maxsize=512)
def above(domain: str) -> tuple[str, ...]:
    labels = domain.split(".")
    return tuple(".".join(labels[i:]) for i in range(len(labels)))


@st.composite
def cases(
    draw: st.DrawFn,
) -> tuple[str, SpfResult | None, tuple[DkimResult, ...], dict[str, tuple[str, ...]]]:
    author = draw(DOMAINS)
    near = st.sampled_from(above(author)) | DOMAINS | DOMAINS.map(lambda d: f"x.{d}") | st.just(f"x.{author}")
    said = draw(st.lists(st.tuples(RESULTS, near), max_size=4))
    spf = SpfResult(said[0][0], SAID, "192.0.2.1", "mailfrom", said[0][1], "") if said else None
    signed = tuple(DkimResult(result, SAID, domain) for result, domain in said[1:])
    names = sorted({name for domain in (author, *(d for _, d in said)) for name in above(domain)})
    records = draw(
        st.dictionaries(st.sampled_from(names), st.lists(TEXTS, min_size=1, max_size=2).map(tuple))
    )
    return author, spf, signed, {f"_dmarc.{name}": texts for name, texts in records.items()}


def evaluate(
    domain: str,
    spf: SpfResult | None,
    signed: tuple[DkimResult, ...],
    answers: Mapping[str, tuple[str, ...] | Status],
) -> DmarcResult:
    world = World(answers)
    result = asyncio.run(dmarc(domain, spf, signed, world))
    assert str(result.reason).isprintable()
    assert all(str(step).isprintable() for step in result.trace)
    assert len(world.asked) == len(set(world.asked))
    assert len(result.alignment) <= 1 + len(signed)
    assert result.result in {Result.PASS, Result.FAIL, Result.NONE, Result.TEMPERROR, Result.PERMERROR}
    assert result.disposition == "none" or result.result is Result.FAIL
    return result


@given(cases(), st.data())
def test_trouble_is_never_a_verdict(
    case: tuple[str, SpfResult | None, tuple[DkimResult, ...], dict[str, tuple[str, ...]]],
    data: st.DataObject,
) -> None:
    author, spf, signed, records = case
    whole = evaluate(author, spf, signed, records)
    names = [question.name for question in whole.queries]
    broken = data.draw(st.dictionaries(st.sampled_from(names), TROUBLE, min_size=1))
    hurt = evaluate(author, spf, signed, {**records, **broken})
    if hurt.result is not Result.TEMPERROR:
        settled = (whole.result, whole.policy_domain, whole.disposition)
        assert (hurt.result, hurt.policy_domain, hurt.disposition) == settled
    assert whole.result is not Result.TEMPERROR or hurt.result is Result.TEMPERROR


@given(cases())
def test_a_pass_needs_an_aligned_pass(
    case: tuple[str, SpfResult | None, tuple[DkimResult, ...], dict[str, tuple[str, ...]]],
) -> None:
    result = evaluate(*case)
    counts = [a for a in result.alignment if a.result is Result.PASS and a.aligned]
    if result.record is not None and result.record.applies and result.result is not Result.TEMPERROR:
        assert result.result is (Result.PASS if counts else Result.FAIL)
    else:
        assert result.result is not Result.PASS
    for alignment in result.alignment:
        shared = set(above(alignment.domain)) & set(above(result.from_domain))
        assert shared or not alignment.aligned
        assert alignment.mode == "r" or alignment.aligned is (alignment.domain == result.from_domain)


@given(
    DOMAINS | st.text(max_size=60),
    st.dictionaries(st.sampled_from(above("a.b.mail.example.com")), TEXTS | TROUBLE),
)
def test_a_walk_asks_eight_at_most(domain: str, held: dict[str, str | Status]) -> None:
    answers = {f"_dmarc.{n}": found if isinstance(found, Status) else (found,) for n, found in held.items()}
    world = World(answers)
    walked = asyncio.run(walk(domain, world))
    assert len(world.asked) == len(walked.steps) <= 8
    assert all(str(step.reason).isprintable() for step in walked.steps)
    if walked.steps:
        assert bool(walked.organisational_domain) is not bool(walked.unanswered)
        assert not walked.organisational_domain or walked.organisational_domain in above(walked.domain)


@given(st.text(max_size=40) | DOMAINS, st.binary(max_size=200), st.text(max_size=40), RESULTS)
def test_anything_else(domain: str, record: bytes, other: str, result: Result) -> None:
    world = World({f"_dmarc.{domain}": ("v=DMARC1;" + record.decode("latin-1"),)})
    spf = SpfResult(result, SAID, "", "helo", other, other)
    verdict = asyncio.run(dmarc(domain, spf, (DkimResult(result, SAID, other),), world))
    assert str(verdict.reason).isprintable()


@given(
    TEXTS | st.text(max_size=60),
    DOMAINS | st.text(max_size=60),
    st.lists(TEXTS, max_size=3),
    TROUBLE | st.none(),
)
def test_reports(uri: str, domain: str, texts: list[str], trouble: Status | None) -> None:
    class Anywhere:
        async def ask(self, question: Question) -> Answer:
            if trouble:
                return Answer(question, trouble)
            return Answer(question, Status.OK, tuple(Txt.of(text) for text in texts))

    for address in (uri, f"mailto:{uri}", f"mailto:a@{domain}"):
        result = asyncio.run(report_authorised(domain, address, Anywhere()))
        assert str(result.reason).isprintable()
        assert result.outcome in {"yes", "no", "not-needed", "temperror"}
        assert result.outcome != "yes" or (not trouble and any(map(grammar.is_dmarc, texts)))


@given(TEXTS)
def test_records(text: str) -> None:
    if grammar.is_dmarc(text):
        record, legacy = grammar.parse(text), grammar.parse_legacy(text)
        assert record.p in {"", "none", "quarantine", "reject"}
        assert 0 <= legacy.pct <= 100
        assert record.applies or not record.rua
