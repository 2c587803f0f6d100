"""ARC: the validation of a chain, RFC 8617 section 5.2. What it consists of is read in `arcsets`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from deliverkit.auth import arcsets, keys, verifying
from deliverkit.auth._clock import clock
from deliverkit.auth.arcsets import MESSAGE_SIGNATURE, SEAL, Part, Set
from deliverkit.auth.keys import Verdict
from deliverkit.auth.material import Material
from deliverkit.auth.message import split
from deliverkit.auth.results import ArcResult, ArcSet, DkimResult, Reason, Result
from deliverkit.model.answer import Answer
from deliverkit.model.rule import Value
from deliverkit.records.dkim_signature import Signature
from deliverkit.resolver import Resolver


async def arc(message: bytes, resolver: Resolver, now: float | None = None) -> ArcResult:
    """Validate the chain of ``message``; ``none`` where it has no ARC header field at all.

    ``message``: the octets as received, lines ended by CRLF or LF. ``now``: Unix seconds, None for the present.
    Keys are asked for at the same time, each name once. Never raises for what stands in a message or in the DNS.
    """
    at = clock(now)
    material = Material(split(message))
    chain = arcsets.read(material)
    if chain is None:
        return _without_test(Result.NONE, Reason("arc.none"))
    if chain.fault:
        return _without_test(Result.FAIL, chain.fault, chain.sets)
    # The signatures of older sets do not decide, but they tell who changed the message (step 5).
    parts = [part for one in chain.sets for part in (one.message_signature, one.seal)]
    voids = {part.place: void for part in parts if (void := verifying.void(part.signature, at))}
    names = (part.signature.key_name for part in parts if part.place not in voids)
    answers = await keys.ask(resolver, names)
    digests = arcsets.seal_digests(material, chain.sets)
    results: dict[int, DkimResult] = {}
    for part in parts:
        signature = part.signature
        if part.place in voids:
            results[part.place] = verifying.ended(signature, voids[part.place])
        elif part.place in digests:
            answer = answers[signature.key_name]
            results[part.place] = _seal(signature, digests[part.place], answer, at)
        else:
            results[part.place] = _message_signature(material, part, answers[signature.key_name], at)
    return _judged(chain.sets, results, tuple(answers.values()))


def _without_test(result: Result, reason: Reason, sets: Sequence[Set] = ()) -> ArcResult:
    return ArcResult(result, reason, tuple(_shown(one, {}) for one in sets), trace=(reason,))


def _message_signature(material: Material, part: Part, answer: Answer, now: int) -> DkimResult:
    result = verifying.verify(material, part.place, part.signature, answer, now)
    if result.result is not Result.FAIL or part.signature.methods_given:
        return result
    # Without c=, RFC 6376 section 3.5 means simple/simple, and RFC 8617 section 4.1.2 takes that over. The drafts
    # before it meant relaxed/relaxed, and so does the suite that ARC verifiers are tested with.
    relaxed = replace(part.signature, header_method="relaxed", body_method="relaxed")
    other = verifying.verify(material, part.place, relaxed, answer, now)
    if other.result is not Result.PASS:
        return result
    return replace(other, trace=(*other.trace, Reason("arc.step.draft-default")))


def _seal(signature: Signature, digest: bytes, answer: Answer, now: int) -> DkimResult:
    trace = verifying.first_steps(signature, answer, now)
    key = keys.select(answer, signature)
    if isinstance(key, Verdict):
        return verifying.ended(signature, key, trace, answer)
    trace.append(verifying.key_step(key))
    return verifying.ended(signature, verifying.tested(signature, key, digest), trace, answer, key=key)


def _judged(sets: Sequence[Set], results: Mapping[int, DkimResult], answers: tuple[Answer, ...]) -> ArcResult:
    """Steps 4 to 7: the newest message signature, then all seals from the newest to the oldest."""
    trace = []
    deciding = [(MESSAGE_SIGNATURE, sets[-1].instance, sets[-1].message_signature)]
    deciding += [(SEAL, one.instance, one.seal) for one in reversed(sets)]
    bad: dict[Result, Reason] = {}
    for name, number, part in deciding:
        result = results[part.place]
        data: dict[str, Value] = {"name": name, "instance": number, "domain": result.domain}
        trace.append(Reason("arc.step.part", {**data, "result": result.result}))
        if result.result is Result.PASS:
            continue
        trace.append(result.reason)
        # One signature that cannot be tested now leaves the chain open; one that is bad closes it.
        open_ = result.result is Result.TEMPERROR
        end = Result.TEMPERROR if open_ else Result.FAIL
        bad.setdefault(end, Reason("arc.part-untested" if open_ else "arc.part-failed", data))
    shown = tuple(_shown(one, results) for one in sets)
    for end in (Result.FAIL, Result.TEMPERROR):
        if end in bad:
            return ArcResult(end, bad[end], shown, None, tuple(trace), answers)
    reason = Reason("arc.pass", {"sets": len(sets)})
    return ArcResult(Result.PASS, reason, shown, _oldest_pass(sets, results), tuple(trace), answers)


def _oldest_pass(sets: Sequence[Set], results: Mapping[int, DkimResult]) -> int | None:
    """Step 5: the lowest instance down to which the message signatures verify without a break."""
    for one in reversed(sets):
        match results[one.message_signature.place].result:
            case Result.PASS:
                continue
            case Result.TEMPERROR:
                return None
            case _:
                return one.instance + 1
    return 0


def _shown(one: Set, results: Mapping[int, DkimResult]) -> ArcSet:
    return ArcSet(
        one.instance,
        one.seal.signature.cv,
        results.get(one.seal.place),
        results.get(one.message_signature.place),
        one.payload,
    )
