"""The SPF record as a tree in the terminal: what each term costs, whose it is, and whom it allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deliverkit.model.budget import BudgetTerm, SpfBudget
from deliverkit.model.report import Report
from deliverkit.render import _sentences
from deliverkit.render._sheet import Sheet
from deliverkit.texts import say
from deliverkit.texts.clean import clean

_MANY = 1_000_000  # from here on only the size of a number counts
_MOST_IPS = 3


def put(sheet: Sheet, report: Report) -> None:
    budget = report.spf
    domain = clean(report.subject.envelope_domain)
    sheet.heading(say("tree.heading"))
    if budget is None:
        sheet.marked("skipped", say("tree.none", domain=domain))
        return
    over = budget.lookups > budget.most_lookups or budget.voids > budget.most_voids
    kind = "error" if over else "unknown" if budget.at_least else "pass"
    sheet.marked(kind, _sentences.totals(budget))
    if budget.octets > budget.most_octets:
        sheet.marked("note", say("tree.long", octets=budget.octets, most=budget.most_octets))
    for ip, result in zip(budget.ips, budget.results, strict=True):
        said = say("tree.result", ip=clean(ip), result=result) if result else say("tree.open", ip=clean(ip))
        sheet.marked("pass" if result == "pass" else "note" if result else "unknown", said)
    sheet.blank()
    sheet.put(clean(budget.domain), style="bold")
    _level(sheet, budget, budget.terms, ())


def _level(sheet: Sheet, budget: SpfBudget, terms: Sequence[BudgetTerm], above: tuple[bool, ...]) -> None:
    for number, term in enumerate(terms, 1):
        more = number < len(terms)
        kind, word = _mark(term)
        sheet.branch(kind, "; ".join(_said(term)), word=word, above=above, more=more)
        _level(sheet, budget, term.children, (*above, more))


def _mark(term: BudgetTerm) -> tuple[str, str]:
    """The glyph of a term and the word beside it; '' and '' for one that there is nothing to say of."""
    if term.fault:
        return "error", say("tree.word.fault")
    if term.open:
        return "unknown", say("tree.word.open")
    if term.authorises:
        return "pass", say("tree.word.passes")
    if term.wide:
        return "warning", say("tree.word.wide")
    if term.never:
        return "note", say("tree.word.never")
    return ("note", say("tree.word.ptr")) if term.kind == "ptr" else ("", "")


def _said(term: BudgetTerm) -> Iterator[str]:
    cost = _sentences.count("tree.lookups", term.lookups) if term.lookups else ""
    yield clean(term.text, limit=120) + (say("tree.costs", cost=cost) if cost else "")
    if term.vendor:
        yield clean(term.vendor)
    if term.voids:
        yield _sentences.count("tree.voids", term.voids)
    for key, number in (("tree.ipv4", term.ipv4), ("tree.ipv6", term.ipv6)):
        if number and (number > 1 or term.kind not in {"ip4", "ip6"}):
            shown = str(number) if number < _MANY else say("tree.power", exponent=number.bit_length() - 1)
            yield _sentences.count(key, number, number=shown)
    if term.authorises:
        rest = len(term.authorises) - _MOST_IPS
        more = (_sentences.count("detail.more-values", rest),) if rest > 0 else ()
        yield say("tree.authorises", ips=", ".join((*map(clean, term.authorises[:_MOST_IPS]), *more)))
    if term.wide:
        yield say("tree.wide")
    if term.never:
        yield say("tree.never")
    if term.kind == "ptr":
        yield say("tree.ptr")
    if term.fault:
        yield say(f"tree.fault.{term.fault}")
    if term.open:
        yield say("tree.could-not-look")
