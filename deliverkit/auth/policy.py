"""DMARC for one message: RFC 9989 section 5.3, with the policy discovery of 4.10.1 and the alignment of 4.10.2."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from deliverkit.auth._identifiers import LOWER, Identifier, identifiers
from deliverkit.auth.author import a_labels
from deliverkit.auth.legacy import legacy_dmarc
from deliverkit.auth.results import Alignment, DkimResult, DmarcResult, LegacyDmarc, Reason, Result, SpfResult
from deliverkit.auth.tree_walk import Step, Walk, Walker, same_organisation
from deliverkit.model.answer import Status
from deliverkit.records.dmarc import DmarcRecord
from deliverkit.resolver import Resolver
from deliverkit.resolver.names import is_within

Verdict = tuple[Result, Reason]


async def dmarc(
    from_domain: str, spf: SpfResult | None, dkim: Sequence[DkimResult], resolver: Resolver
) -> DmarcResult:
    """Evaluate DMARC for an author domain, in A-labels or U-labels, and what SPF and DKIM found.

    Questions are asked one after another and each once; let ``resolver`` be a cache where that is too slow.
    Never raises; ``permerror`` only where ``from_domain`` is no domain (RFC 9989 section 5.3.1).
    """
    author, fault = a_labels(from_domain)
    if fault:
        why = Reason(f"dmarc.from.{fault}", {"domain": from_domain})
        return DmarcResult(Result.PERMERROR, why, "", trace=(why,))
    walker = Walker(resolver)
    found = identifiers(spf, dkim)
    case = _Case(author, found, walker)
    result, reason = await case.judge()
    walker.trace.append(reason)
    answers, trace = tuple(walker.answers), tuple(walker.trace)
    disposition = case.disposition if result is Result.FAIL else "none"
    legacy = await legacy_dmarc(author, found, walker)
    legacy = replace(legacy, answers=tuple(walker.answers[len(answers) :]))
    ours = (result, case.policy_domain, case.policy, disposition)
    return DmarcResult(
        result=result,
        reason=reason,
        from_domain=author,
        policy_domain=case.policy_domain,
        organisational_domain=case.organisational_domain,
        applied_tag=case.applied_tag,
        policy=case.policy,
        disposition=disposition,
        record=case.record,
        alignment=tuple(case.alignment),
        queries=tuple(answer.question for answer in answers),
        answers=answers,
        trace=trace,
        legacy=legacy if _differs(legacy, ours) else None,
    )


def _differs(legacy: LegacyDmarc, ours: tuple[Result, str, str, str]) -> bool:
    theirs = (legacy.result, legacy.policy_domain, legacy.policy, legacy.disposition)
    sampled = 0 < legacy.pct < 100 and legacy.disposition != "none"
    return theirs != ours or sampled


class _Case:
    """One evaluation on its way."""

    def __init__(self, author: str, found: tuple[Identifier, ...], walker: Walker) -> None:
        self.author = author
        self.found = found
        self.walker = walker
        self.walked: Walk | None = None
        self.policy_domain = ""
        self.organisational_domain = ""
        self.applied_tag = ""
        self.policy = ""
        self.disposition = ""
        self.record: DmarcRecord | None = None
        self.alignment: list[Alignment] = []

    async def judge(self) -> Verdict:
        own = await self.walker.step(self.author)
        if own.decided == "unanswered":
            return self._unanswered(own)
        at = own
        if own.record is None:
            walked = await self._walk_author()
            if walked.unanswered:
                return self._unanswered(walked.unanswered[0])
            at = self.walker.steps[walked.policy_domain or self.author]
        if at.record is None:
            return Result.NONE, Reason("dmarc.no-record", {"domain": self.author})
        self.policy_domain, self.record = at.domain, at.record
        for key, tag, value in at.record.faults:
            self._note(f"dmarc.fault.{key}", name=at.domain, tag=tag, value=value)
        if not at.record.applies:
            return Result.NONE, Reason("dmarc.no-effect", {"name": at.domain})
        await self._choose_policy(at.record, own)
        await self._align(at.record)
        return self._conclude()

    def _unanswered(self, step: Step) -> Verdict:
        data = {"domain": self.author, "name": step.domain, "status": str(step.answer.status)}
        return Result.TEMPERROR, Reason("dmarc.record-unanswered", data)

    def _note(self, key: str, **data: str) -> None:
        self.walker.trace.append(Reason(key, data))

    async def _walk_author(self) -> Walk:
        self.walked = walked = await self.walker.walk(self.author)
        self.organisational_domain = walked.organisational_domain
        if walked.organisational_domain:
            self._note("dmarc.organisation", domain=self.author, organisation=walked.organisational_domain)
        return walked

    async def _choose_policy(self, record: DmarcRecord, own: Step) -> None:
        """Section 4.10.1: p at the author domain, else np or sp. ``applied_tag`` stays '' where nobody could
        tell whether the author domain exists, and ``policy`` and ``disposition`` too unless both ask for the same."""
        if self.policy_domain == self.author:
            self.applied_tag = "p"
        else:
            exists = await self._exists(own) if "np" in record.given else True
            if exists is None:
                self.policy = record.sp if record.sp == record.np else ""
                dispositions = {self._asks(record, record.sp), self._asks(record, record.np)}
                self.disposition = dispositions.pop() if len(dispositions) == 1 else ""
                return
            subdomain_tag = "sp" if "sp" in record.given else "p"
            self.applied_tag = subdomain_tag if exists else "np"
        self.policy = getattr(record, self.applied_tag)
        self.disposition = self._asks(record, self.policy)
        data = {
            "domain": self.author,
            "name": self.policy_domain,
            "tag": self.applied_tag,
            "policy": self.policy,
        }
        self._note("dmarc.policy", **data)
        if self.disposition != self.policy:
            self._note("dmarc.test-mode", disposition=self.disposition)

    @staticmethod
    def _asks(record: DmarcRecord, policy: str) -> str:
        return LOWER.get(policy, policy) if record.t == "y" else policy

    async def _exists(self, own: Step) -> bool | None:
        """Section 3.2.13 and appendix A.4: a name exists unless it is denied. So does every name above one that
        exists, and a name with a CNAME whose target is denied (RFC 8020 section 2, RFC 6604)."""
        answer = own.answer
        if answer.status is Status.NXDOMAIN and not answer.aliases:
            answer = await self.walker.ask(self.author, "A")
        if not answer.settled:
            self._note("dmarc.existence.open", domain=self.author, status=str(answer.status))
            return None
        exists = answer.status is not Status.NXDOMAIN or bool(answer.aliases)
        self._note(f"dmarc.existence.{'yes' if exists else 'no'}", domain=self.author)
        return exists

    async def _align(self, record: DmarcRecord) -> None:
        passing = [i for i in self.found if i.result is Result.PASS]
        if self.walked is None:
            # Section 4.10.2 names what needs no walk: all the same domain, with a record there; strict mode.
            if passing and all(i.domain == self.author for i in passing):
                self.organisational_domain = self.author
            elif "r" in {record.adkim, record.aspf}:
                await self._walk_author()
        known = [await self._compare(i, record, may_ask=True) for i in passing]
        passes = any(aligned for aligned, _ in known)
        of_passing = iter(known)
        for i in self.found:
            if i.result is Result.PASS:
                aligned, org = next(of_passing)
            else:
                # What could still come out as a pass has to be known; of the rest no walk is needed.
                may_ask = i.result is Result.TEMPERROR and not passes
                aligned, org = await self._compare(i, record, may_ask=may_ask)
            mode = i.mode(record)
            self.alignment.append(
                Alignment(i.method, i.domain, mode, i.result, aligned, org, i.unsigned_body)
            )
            word = "open" if aligned is None else "yes" if aligned else f"no-{mode}"
            self._note(f"dmarc.alignment.{word}", identifier=i.name, result=str(i.result), domain=self.author)

    async def _compare(
        self, identifier: Identifier, record: DmarcRecord, *, may_ask: bool
    ) -> tuple[bool | None, str]:
        """Whether the identifier aligns, and its organisational domain where that had to be known."""
        if identifier.domain == self.author:
            return True, ""
        if identifier.mode(record) == "s":
            return False, ""
        author = self.walked or self.walker.known(self.author)
        if author is None:
            return None, ""
        if author.organisational_domain and not is_within(identifier.domain, author.organisational_domain):
            return False, ""  # its organisational domain is itself or stands above it, so it is another one
        walker = self.walker
        other = await walker.walk(identifier.domain) if may_ask else walker.known(identifier.domain)
        if other is None:
            return None, ""
        return same_organisation(author, other), other.organisational_domain

    def _conclude(self) -> Verdict:
        """Sections 5.3.5 and 5.3.6: one aligned pass is enough, whatever else stayed open; without it a question
        that got no answer forbids to say fail, in the walks as in SPF and DKIM below."""
        passed = tuple(a for a in self.alignment if a.result is Result.PASS)
        aligned = _names(a for a in passed if a.aligned)
        domain = self.author
        if aligned:
            return Result.PASS, Reason("dmarc.pass", {"domain": domain, "identifiers": aligned})
        undecided = _names(a for a in passed if a.aligned is None)
        if undecided:
            return Result.TEMPERROR, Reason(
                "dmarc.alignment-unanswered", {"domain": domain, "identifiers": undecided}
            )
        hoped = _names(a for a in self.alignment if a.result is Result.TEMPERROR and a.aligned is not False)
        if hoped:
            return Result.TEMPERROR, Reason(
                "dmarc.method-temperror", {"domain": domain, "identifiers": hoped}
            )
        if not self.disposition:
            return Result.TEMPERROR, Reason("dmarc.existence-unanswered", {"domain": domain})
        if passed:
            return Result.FAIL, Reason("dmarc.not-aligned", {"domain": domain, "identifiers": _names(passed)})
        return Result.FAIL, Reason("dmarc.nothing-passed", {"domain": domain})


def _names(alignments: Iterable[Alignment]) -> tuple[str, ...]:
    return tuple(f"{a.method.upper()} {a.domain}" for a in alignments)
