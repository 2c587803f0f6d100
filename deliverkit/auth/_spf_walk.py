"""The evaluation of SPF records (RFC 7208 sections 4.4 to 6): terms in order, the limits, a step for each term."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from deliverkit.auth._spf_asking import (
    Asker,
    Client,
    Stop,
    is_below,
    question,
    reverse_names,
    target_question,
)
from deliverkit.auth._spf_plan import Move, Plan, plan
from deliverkit.auth.macros import letters
from deliverkit.auth.results import Reason, Result, SpfStep
from deliverkit.model.answer import Answer, Mx, Question, Txt
from deliverkit.records import spf
from deliverkit.records.spf import MAX_LOOKUPS, MAX_MX, MAX_VOIDS
from deliverkit.resolver import Resolver

_PENDING = SpfStep(0, "", "", "error")  # keeps the place of a term while the terms below it are evaluated
_NOT_NEEDED = Reason("spf.note.not-needed")
_UNKNOWN_MODIFIER = Reason("spf.note.unknown-modifier")
_NO_SUCH_NAME = Reason("spf.note.no-such-name")
_LOCAL_PART = Reason("spf.note.local-part")
_NO_REVERSE = Reason("spf.note.no-reverse-answer")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``by``: the step that decided, None where no term matched. ``term`` and ``domain``: what matched and in whose
    record. ``inside``: for an include, the verdict of the other record. ``exp``: what may explain the result, and
    ``depth`` where it stands."""

    result: Result
    domain: str
    by: SpfStep | None = None
    term: str = ""
    inside: Verdict | None = None
    exp: Move | None = None
    depth: int = 0


_NO_OTHER_RECORD = Verdict(Result.NEUTRAL, "")


class Walk(Asker):
    """One run of check_host()."""

    def __init__(self, client: Client, values: dict[str, str], resolver: Resolver) -> None:
        super().__init__(client, values, resolver)
        self.lookups = 0
        self.voids = 0
        self.trace: list[SpfStep] = []
        self._local_is_ascii = values["l"].isascii()

    async def record(self, domain: str, asked: list[Question]) -> Plan | None:
        """Sections 4.4 and 4.5: the one record of ``domain``, None where it has none. Raises Stop."""
        answer = await self.settled(target_question(domain, "TXT"), asked)
        texts = [text for r in answer.records if isinstance(r, Txt) and spf.is_spf(text := r.text)]
        if not texts:
            return None
        if len(texts) > 1:
            raise Stop(Result.PERMERROR, "spf.several-records", domain=domain, count=len(texts))
        found = plan(texts[0])
        if found.error is not None:
            key = f"spf.syntax.{found.error.fault}"
            raise Stop(Result.PERMERROR, key, domain=domain, term=found.error.text)
        return found

    async def evaluate(self, found: Plan, domain: str, depth: int = 0, *, main: bool = True) -> Verdict:
        """Section 4.6: the terms of one record in order, then its modifiers. Raises Stop.

        ``main``: not inside an include, so that ``exp`` counts (section 6.2).
        """
        number, trace = self.client.number, self.trace
        is_v4 = self.client.bits == 32
        for move in found.moves:
            kind, inside = move.kind, None
            if kind in spf.QUERYING:
                step, other = await self._term(move, domain, depth)
                hit, inside = step.outcome == "match", other if other.by else None
            else:
                if kind == "ip4":
                    hit = is_v4 and number >> move.shift4 == move.network
                elif kind == "ip6":
                    hit = not is_v4 and number >> move.shift6 == move.network
                elif kind == "all":
                    hit = True
                else:
                    trace.append(SpfStep(depth, domain, move.text, "ignored", note=_UNKNOWN_MODIFIER))
                    continue
                step = SpfStep(depth, domain, move.text, "match" if hit else "no-match")
                trace.append(step)
            if hit:
                exp = found.exp if main and move.result is Result.FAIL else None
                self._leave_out(found.exp if exp is None else None, domain, depth)
                self._leave_out(found.redirect, domain, depth)
                return Verdict(move.result, domain, step, move.text, inside, exp, depth)
        self._leave_out(found.exp, domain, depth)
        if found.redirect is None:
            return Verdict(Result.NEUTRAL, domain)  # section 4.7
        step, verdict = await self._term(found.redirect, domain, depth, main=main)
        return verdict if verdict.by is None else replace(verdict, by=step)

    def _leave_out(self, modifier: Move | None, domain: str, depth: int) -> None:
        if modifier is not None:
            self.trace.append(SpfStep(depth, domain, modifier.text, "ignored", note=_NOT_NEEDED))

    async def _term(
        self, move: Move, domain: str, depth: int, *, main: bool = False
    ) -> tuple[SpfStep, Verdict]:
        """One of the terms that the limit of ten counts: its step, and what the other record says that it names."""
        at, lookups, voids = len(self.trace), self.lookups, self.voids
        asked: list[Question] = []
        verdict, note, outcome = _NO_OTHER_RECORD, None, "error"
        self.trace.append(_PENDING)
        try:
            self._count_lookup(move, domain)
            if not self._local_is_ascii and move.kind != "redirect" and letters(move.macros) & {"l", "s"}:
                hit, note = False, _LOCAL_PART  # RFC 8616 section 4: such a term matches nothing
            elif move.kind in {"include", "redirect"}:
                verdict = await self._other(move, domain, depth, asked, main=main)
                # The table of section 5.2; a redirect's result is that of the other record, whatever it is.
                hit = verdict.result is Result.PASS if move.kind == "include" else verdict.by is not None
            else:
                hit, note = await self._mechanism(move, domain, asked)
            outcome = "match" if hit else "no-match"
        except Stop as stop:
            if not stop.told:
                stop.told, note = True, stop.reason
            raise
        finally:
            cost = self.lookups - lookups, self.voids - voids
            step = self.trace[at] = SpfStep(depth, domain, move.text, outcome, *cost, tuple(asked), note)
        return step, verdict

    def _count_lookup(self, move: Move, domain: str) -> None:
        self.lookups += 1
        if self.lookups > MAX_LOOKUPS:
            key = "spf.limit.lookups"
            raise Stop(Result.PERMERROR, key, term=move.text, domain=domain, limit=MAX_LOOKUPS)

    def _count_void(self, answers: Iterable[Answer], move: Move, domain: str) -> None:
        """Section 4.6.4 limits the number of terms for which queries return nothing, not that of the queries: a
        term counts once, whether its own name is void or several of its MX or PTR names."""
        if any(answer.settled and not answer.records for answer in answers):
            self.voids += 1
            if self.voids > MAX_VOIDS:
                key = "spf.limit.voids"
                raise Stop(Result.PERMERROR, key, term=move.text, domain=domain, limit=MAX_VOIDS)

    async def _other(
        self, move: Move, domain: str, depth: int, asked: list[Question], *, main: bool
    ) -> Verdict:
        """Sections 5.2 and 6.1: check_host() for another domain, where ``none`` is an error."""
        target = await self.target(move, domain, asked)
        if (
            "." not in target
        ):  # section 4.3: a malformed name and a single label are ``none`` without a question
            raise Stop(Result.PERMERROR, f"spf.{move.kind}-malformed", term=move.text, domain=domain)
        found = await self.record(target, asked)
        self._count_void((self.answers[asked[-1]],), move, domain)
        if found is None:
            key = f"spf.{move.kind}-without-record"
            raise Stop(Result.PERMERROR, key, term=move.text, domain=domain, target=target)
        return await self.evaluate(found, target, depth + 1, main=main)

    async def _mechanism(self, move: Move, domain: str, asked: list[Question]) -> tuple[bool, Reason | None]:
        """Sections 5.3 to 5.5 and 5.7: whether the client matches, and what is worth saying of it."""
        target = await self.target(move, domain, asked)
        if not target:
            return False, _NO_SUCH_NAME  # nobody can have published it, so nothing is there to match
        if move.kind == "ptr":
            return await self._ptr(move, domain, target, asked)
        if move.kind == "mx":
            return await self._mx(move, domain, target, asked), None
        exists = move.kind == "exists"  # it asks for A, whatever the client's family is (section 5.7)
        answer = await self.settled(target_question(target, "A" if exists else self.client.rtype), asked)
        self._count_void((answer,), move, domain)
        return bool(answer.records) if exists else self._in_network(answer, move), None

    async def _mx(self, move: Move, domain: str, target: str, asked: list[Question]) -> bool:
        answer = await self.settled(target_question(target, "MX"), asked)
        hosts = sorted((r for r in answer.records if isinstance(r, Mx)), key=lambda r: r.preference)
        if len(hosts) > MAX_MX:
            key = "spf.limit.mx"
            raise Stop(Result.PERMERROR, key, term=move.text, domain=domain, count=len(hosts), limit=MAX_MX)
        met = [answer]
        hit = False
        for host in hosts:
            if host.exchange.strip(".") and not hit:  # null MX (RFC 7505) names the root, which is no host
                met.append(await self.settled(question(host.exchange, self.client.rtype), asked))
                hit = self._in_network(met[-1], move)
        self._count_void(met, move, domain)
        return hit

    async def _ptr(
        self, move: Move, domain: str, target: str, asked: list[Question]
    ) -> tuple[bool, Reason | None]:
        answer = await self.ask(question(self.client.reverse, "PTR"), asked)
        if not answer.settled:
            return False, _NO_REVERSE  # and no temperror (section 5.5)
        # Section 5.5 validates every name and then looks which are covered; the others need no validation.
        wanted = spf.presented(target).lower()
        met = [answer]
        hit = False
        for name in reverse_names(answer):
            if is_below(name, wanted) and not hit:
                met.append(await self.ask(question(name, self.client.rtype), asked))
                hit = self.holds(met[-1])
        self._count_void(met, move, domain)
        return hit, None

    def _in_network(self, answer: Answer, move: Move) -> bool:
        return self.holds(answer, move.shift4 if self.client.bits == 32 else move.shift6)
