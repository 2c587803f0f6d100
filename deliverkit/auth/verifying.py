"""One signature over one message: RFC 6376 sections 6.1.1 and 6.1.3. DKIM and ARC stand on it alike."""

from __future__ import annotations

from collections.abc import Sequence

from deliverkit.auth import keys
from deliverkit.auth.keys import Key, Verdict
from deliverkit.auth.material import Material
from deliverkit.auth.results import DkimResult, Reason, Result
from deliverkit.model.answer import Answer
from deliverkit.records.dkim_signature import Kind, Signature


def void(signature: Signature, now: int) -> Verdict | None:
    """What ends the evaluation before any key is asked for (RFC 6376 section 6.1.1)."""
    if fault := signature.fault:
        # PERMFAIL (signature syntax error) and its kin. RFC 8601 section 2.7.1 has neutral for syntax errors too;
        # permerror says besides that no later attempt can end otherwise.
        return Verdict(Result.PERMERROR, Reason(f"dkim.{fault.key}", fault.data))
    if signature.expires is not None and signature.expires < now:
        # The section names PERMFAIL (signature expired) for this. There is no allowance for clocks that differ:
        # the caller gives the time.
        data = {"expires": signature.expires, "now": now}
        return Verdict(Result.PERMERROR, Reason("dkim.expired", data))
    return None


def verify(material: Material, own: int, signature: Signature, answer: Answer, now: int) -> DkimResult:
    """The signature in the field at ``own``, which is not `void`, with the answer at its key name."""
    trace = first_steps(signature, answer, now)
    key = keys.select(answer, signature)
    if isinstance(key, Verdict):
        return ended(signature, key, trace, answer)
    trace.append(key_step(key))
    verdict = _body_verdict(material, signature, trace)
    found, absent = material.select(signature.headers, own)
    trace.append(Reason("dkim.step.headers", {"count": len(found), "method": signature.header_method}))
    if absent:
        trace.append(Reason("dkim.step.headers-absent", {"names": tuple(dict.fromkeys(absent))}))
    if 0 < signature.headers.count("from") < (count := len(material.places(b"from"))):
        # A second From above the signed one does not break the signature (RFC 6376 section 8.15).
        trace.append(Reason("dkim.step.more-from", {"count": count}))
    if verdict is None:
        verdict = tested(signature, key, material.header_hash(found, own, signature.header_method))
    length = len(material.body(signature.body_method))
    return ended(
        signature,
        verdict,
        trace,
        answer,
        key=key,
        unsigned_body=0 if signature.length is None else max(length - signature.length, 0),
    )


def first_steps(signature: Signature, answer: Answer, now: int) -> list[Reason]:
    trace = []
    if signature.timestamp is not None and signature.timestamp > now:
        # Section 3.5 lets a verifier ignore such a signature. Clocks differ, so it is noted and not held against
        # the mail.
        data = {"timestamp": signature.timestamp, "now": now}
        trace.append(Reason("dkim.step.future", data))
    trace.append(Reason("dkim.step.asked", {"name": answer.question.name, "status": answer.status}))
    return trace


def key_step(key: Key) -> Reason:
    step = "dkim.step.key-testing" if key.record.testing else "dkim.step.key"
    return Reason(step, {"kind": key.kind, "bits": key.bits})


def _body_verdict(material: Material, signature: Signature, trace: list[Reason]) -> Verdict | None:
    """What the body alone decides: None where it is as it was signed."""
    method = signature.body_method
    octets = len(material.body(method))
    length = octets if signature.length is None else signature.length
    if length > octets:
        # "MUST NOT be larger than the actual number of octets" (section 3.5, l=).
        data = {"length": length, "octets": octets}
        return Verdict(Result.PERMERROR, Reason("dkim.body-short", data))
    trace.append(Reason("dkim.step.body", {"octets": length, "method": method}))
    if length < octets:
        trace.append(Reason("dkim.step.body-rest", {"octets": octets - length}))
    if material.body_hash(method, signature.length) != signature.body_hash:
        return Verdict(Result.FAIL, Reason("dkim.body-differs", {"domain": signature.domain}))
    return None


def tested(signature: Signature, key: Key, digest: bytes) -> Verdict:
    """Whether ``b=`` is a signature of this digest with this key."""
    data = {"domain": signature.domain}
    if key.verifies(digest, signature.signature):
        return Verdict(Result.PASS, Reason("dkim.pass", data))
    return Verdict(Result.FAIL, Reason("dkim.signature-differs", data))


def ended(
    signature: Signature,
    verdict: Verdict,
    trace: Sequence[Reason] = (),
    answer: Answer | None = None,
    *,
    key: Key | None = None,
    unsigned_body: int = 0,
) -> DkimResult:
    """The result, with everything that the header field says of itself."""
    methods = "" if signature.kind is Kind.SEAL else f"{signature.header_method}/{signature.body_method}"
    return DkimResult(
        result=verdict.result,
        reason=verdict.reason,
        domain=signature.domain,
        selector=signature.selector,
        identity=signature.identity,
        algorithm=signature.algorithm,
        key_bits=verdict.bits if key is None else key.bits,
        canonicalization=methods,
        signed_headers=signature.headers,
        body_length=signature.length,
        unsigned_body=unsigned_body,
        timestamp=signature.timestamp,
        expires=signature.expires,
        testing=key is not None and key.record.testing,
        trace=tuple(trace) or (verdict.reason,),
        answers=() if answer is None else (answer,),
    )
