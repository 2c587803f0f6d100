"""What an evaluation ends with: frozen, in the words of RFC 8601 section 2.7, with its reason and its trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from deliverkit.model.answer import Answer, Question
from deliverkit.model.rule import Value
from deliverkit.records.dmarc import DmarcRecord
from deliverkit.texts import say
from deliverkit.texts.clean import clean


class Result(StrEnum):
    """The result words of all methods (RFC 8601 sections 2.7.1 and 2.7.2, RFC 8617 section 4.4, RFC 9989
    section 10.1); each method uses those that its RFC gives it."""

    NONE = "none"  # nothing published, or nothing to evaluate
    PASS = "pass"  # noqa: S105 - a result, not a password
    FAIL = "fail"
    SOFTFAIL = "softfail"
    NEUTRAL = "neutral"
    POLICY = "policy"  # verified, but not acceptable to the evaluator
    TEMPERROR = "temperror"  # an answer did not come; a later attempt may end otherwise
    PERMERROR = "permerror"  # what is published or signed cannot be interpreted


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as ``key`` into ``texts/en/auth.toml`` and the data that fill it; ``str()`` gives the sentence.

    Data come from mail and DNS as they are; only the sentence is tamed. Reasons are shared between results, so the
    data cannot be changed.
    """

    key: str
    data: Mapping[str, Value] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", MappingProxyType(dict(self.data)))

    def __str__(self) -> str:
        return say(self.key, file="auth", **{name: _shown(value) for name, value in self.data.items()})


def _shown(value: Value) -> str:
    return clean(", ".join(value) if isinstance(value, tuple) else str(value))


@dataclass(frozen=True, slots=True)
class SpfStep:
    """One term as evaluation met it, in order.

    ``depth``: 0 in the record of the checked domain, one more in each include or redirect. ``domain``: whose
    record. ``term``: as published. ``outcome``: ``match``, ``no-match``, ``error``, ``ignored`` (a modifier, a
    redirect that was not needed) or ``used`` (an explanation). ``lookups``/``voids``: what this term cost with
    everything below it (RFC 7208 section 4.6.4). ``asked``: its own questions, in order. ``note``: what is worth
    saying of it, or None.
    """

    depth: int
    domain: str
    term: str
    outcome: str
    lookups: int = 0
    voids: int = 0
    asked: tuple[Question, ...] = ()
    note: Reason | None = None


_BESIDE = frozenset({"ignored", "used"})  # steps that the result does not hang on


@dataclass(frozen=True, slots=True)
class SpfResult:
    """check_host() of RFC 7208 section 4.

    ``identity``: ``mailfrom``, or ``helo`` where MAIL FROM is empty (section 2.4); ``domain`` and ``sender``:
    what was checked. ``matched``: the step of the top record that decided, None where none did.
    ``lookups``/``voids``: totals as far as evaluation went (limits 10 and 2). ``limit``: ``lookups``,
    ``voids``, ``mx`` where one of the limits ended it, else ''. ``explanation``: the text of ``exp=`` on fail
    (section 6.2), None without. ``answers``: everything asked, in order.
    """

    result: Result
    reason: Reason
    ip: str
    identity: str
    domain: str
    sender: str
    trace: tuple[SpfStep, ...] = ()
    matched: SpfStep | None = None
    lookups: int = 0
    voids: int = 0
    limit: str = ""
    explanation: str | None = None
    answers: tuple[Answer, ...] = ()

    @property
    def decisive(self) -> tuple[Answer, ...]:
        """The answers that the result rests on: all but those that only an explanation needed."""
        asked = {question for step in self.trace if step.outcome not in _BESIDE for question in step.asked}
        return tuple(a for i, a in enumerate(self.answers) if i == 0 or a.question in asked)


@dataclass(frozen=True, slots=True)
class DkimResult:
    """One signature (RFC 6376 section 6.1), in message order (topmost first).

    ``domain``/``selector``/``identity``: ``d= s= i=`` in A-label form as far as they can be read, else ''.
    ``algorithm``: ``a=``. ``key_bits``: RSA modulus, 256 for Ed25519, 0 where no key was read.
    ``canonicalization``: ``relaxed/simple`` ... ``signed_headers``: ``h=`` in lower case. ``body_length``:
    ``l=`` in octets, None without. ``unsigned_body``: octets of the canonical body beyond ``l=``.
    ``timestamp``/``expires``: ``t= x=`` in Unix seconds. ``testing``: the key says ``t=y``.
    ``trace``: the steps taken, in order. ``answers``: the key's answer, if it was asked for.
    """

    result: Result
    reason: Reason
    domain: str = ""
    selector: str = ""
    identity: str = ""
    algorithm: str = ""
    key_bits: int = 0
    canonicalization: str = ""
    signed_headers: tuple[str, ...] = ()
    body_length: int | None = None
    unsigned_body: int = 0
    timestamp: int | None = None
    expires: int | None = None
    testing: bool = False
    trace: tuple[Reason, ...] = ()
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class ArcSet:
    """One instance of a chain (RFC 8617 section 4.2). ``cv``: what its seal says of the chain before it.
    ``seal`` and ``message_signature``: their own verdicts; None where evaluation did not get to them."""

    instance: int
    cv: str
    seal: DkimResult | None
    message_signature: DkimResult | None
    authentication_results: str


@dataclass(frozen=True, slots=True)
class ArcResult:
    """The chain (RFC 8617 section 5.2): ``none``, ``pass``, ``fail``, or ``temperror`` where a key did not come.

    ``sets``: by instance, the oldest first. ``oldest_pass``: the lowest instance whose message signature and
    all later ones verify, 0 where all do (section 5.2 step 5); None where the chain does not pass, or where the
    key of an older signature did not come.
    """

    result: Result
    reason: Reason
    sets: tuple[ArcSet, ...] = ()
    oldest_pass: int | None = None
    trace: tuple[Reason, ...] = ()
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Alignment:
    """One identifier beside the author domain (RFC 9989 section 4.4); it counts only where its ``result`` is pass.

    ``method``: ``spf`` or ``dkim``. ``mode``: ``r`` or ``s``. ``result``: of that method. ``aligned``: None
    where a walk got no answer, or was not needed because the identifier did not pass. ``organisational_domain``:
    '' where it was not needed. ``unsigned_body``: octets of the body that the signature leaves unsigned.
    """

    method: str
    domain: str
    mode: str
    result: Result
    aligned: bool | None
    organisational_domain: str
    unsigned_body: int = 0


@dataclass(frozen=True, slots=True)
class LegacyDmarc:
    """What a receiver says that still follows RFC 7489: record of the author domain, else of the
    organisational domain by the public suffix list; ``pct`` in percent. ``answers``: those that only this view
    asked for, beyond the walk's."""

    result: Result
    policy_domain: str
    organisational_domain: str
    policy: str
    disposition: str
    pct: int
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class DmarcResult:
    """RFC 9989 section 5.3 for one message: ``pass``, ``fail``, ``none``, ``temperror`` or ``permerror``.

    ``policy_domain``: where the record that applies was found, '' without. ``organisational_domain``: of the
    author domain; '' where no walk was needed or one got no answer. ``applied_tag``: ``p``, ``sp`` or ``np``.
    ``policy``: its value as published; both are '' without a record, with one that has no effect, and where it
    is open whether the author domain exists. ``disposition``: what the domain owner asks for this message:
    ``none`` unless the result is fail; one level lower under ``t=y``. ``record``: the parsed record, its faults
    included. ``queries``: the names and types asked, in order, each once; ``answers`` in the same order.
    ``legacy``: given only where a receiver that follows RFC 7489 would come to something else.
    """

    result: Result
    reason: Reason
    from_domain: str
    policy_domain: str = ""
    organisational_domain: str = ""
    applied_tag: str = ""
    policy: str = ""
    disposition: str = "none"
    record: DmarcRecord | None = None
    alignment: tuple[Alignment, ...] = ()
    queries: tuple[Question, ...] = ()
    answers: tuple[Answer, ...] = ()
    trace: tuple[Reason, ...] = ()
    legacy: LegacyDmarc | None = None


@dataclass(frozen=True, slots=True)
class ReportAuthorisation:
    """Whether reports about ``policy_domain`` may go to ``uri`` (RFC 9990 section 4).

    ``outcome``: ``yes``, ``no``, ``temperror``, or ``not-needed`` where both belong to one organisation.
    ``host``: the destination host of the URI in A-label form, '' where it has none. ``asked``: the name that has
    to confirm it, '' where it was not asked. ``rua``: the addresses that the confirming record puts in place of
    ``uri``, empty where it leaves it. ``answers``: everything asked, in order.
    """

    outcome: str
    reason: Reason
    policy_domain: str
    uri: str
    host: str = ""
    asked: str = ""
    rua: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Authentication:
    """A whole message. ``from_domain``: the author domain in A-label form, '' where the message has none that
    DMARC can use (RFC 9989 section 5.3.1); then ``dmarc`` is permerror."""

    from_domain: str
    spf: SpfResult
    dkim: tuple[DkimResult, ...]
    arc: ArcResult
    dmarc: DmarcResult
