"""May reports go to another organisation? RFC 9990 section 4, with the organisations of RFC 9989's tree walk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from deliverkit.auth.author import a_labels
from deliverkit.auth.results import Reason, ReportAuthorisation
from deliverkit.auth.tree_walk import Walk, Walker, same_organisation
from deliverkit.model.rule import Value
from deliverkit.records.dmarc import is_dmarc, parse
from deliverkit.resolver import Resolver
from deliverkit.resolver.names import is_within

_LONGEST = 253  # octets of a name as text: RFC 1035 section 3.1


def destination_host(uri: str) -> str:
    """The host of a report address in A-label form: what follows the @ of a ``mailto:`` (RFC 6068), else the host
    of the authority (RFC 3986 section 3.2). '' where there is none, where it is an IP address, and where a
    ``mailto:`` names several mailboxes, since nobody could confirm all of them."""
    scheme, _, rest = uri.partition("!")[0].partition(":")
    if scheme.lower() == "mailto":
        address = unquote(rest.partition("?")[0])
        host = "" if "," in address else address.rpartition("@")[2] if "@" in address else ""
    elif rest.startswith("//"):
        authority = rest[2:].partition("/")[0].partition("?")[0].partition("#")[0].rpartition("@")[2]
        host = unquote(authority if authority.startswith("[") else authority.partition(":")[0])
    else:
        host = ""
    return a_labels(host)[0]


async def report_authorised(policy_domain: str, uri: str, resolver: Resolver) -> ReportAuthorisation:
    """Whether reports asked for by the record at ``policy_domain`` may go to ``uri``, one address of its ``rua``.

    Never raises. Where the organisations could not be compared, a confirmation decides; without one it is
    temperror.
    """
    domain, host = a_labels(policy_domain)[0], destination_host(uri)
    if not domain:
        reason = Reason("dmarc.report.policy-domain-unusable", {"domain": policy_domain})
        return ReportAuthorisation("no", reason, policy_domain, uri, host)
    if not host:
        return ReportAuthorisation("no", Reason("dmarc.report.no-host", {"uri": uri}), domain, uri)
    walker = Walker(resolver)
    same, walks = await _compare(domain, host, walker)
    if same:
        ended = _Ended("not-needed", "same-organisation")
    else:
        ended = await _confirm(domain, host, walker)
        if same is None and ended.outcome == "no":
            step = next(step for walked in walks for step in walked.unanswered)
            data = {"name": step.domain, "status": str(step.answer.status)}
            ended = _Ended("temperror", "organisation-unanswered", data, asked=ended.asked)
    reason = Reason(f"dmarc.report.{ended.key}", {"domain": domain, "host": host, **ended.data})
    answers = tuple(walker.answers)
    return ReportAuthorisation(ended.outcome, reason, domain, uri, host, ended.asked, ended.rua, answers)


async def _compare(domain: str, host: str, walker: Walker) -> tuple[bool | None, tuple[Walk, ...]]:
    """Whether both have one organisational domain, None where that stays open, and the walks it took."""
    if domain == host:
        return True, ()
    if domain.rpartition(".")[2] != host.rpartition(".")[2]:
        return False, ()
    walked = await walker.walk(domain)
    if walked.organisational_domain and not is_within(host, walked.organisational_domain):
        return False, (walked,)
    other = await walker.walk(host)
    return same_organisation(walked, other), (walked, other)


@dataclass(frozen=True, slots=True)
class _Ended:
    outcome: str
    key: str
    data: Mapping[str, Value] = field(default_factory=dict)
    rua: tuple[str, ...] = ()
    asked: str = ""


async def _confirm(domain: str, host: str, walker: Walker) -> _Ended:
    """The steps of RFC 9990 section 4."""
    name = f"{domain}._report._dmarc.{host}"
    if len(name) > _LONGEST:
        return _Ended("no", "name-too-long")
    answer = await walker.ask(name, "TXT")
    if not answer.settled:
        return _Ended("temperror", "unanswered", {"name": name, "status": str(answer.status)}, asked=name)
    texts = [text for text in answer.texts if is_dmarc(text)]
    if not texts:
        return _Ended("no", "not-confirmed", {"name": name}, asked=name)
    rua = tuple(dict.fromkeys(address for text in texts for address in parse(text).rua))
    foreign = next((address for address in rua if destination_host(address) != host), None)
    if foreign is not None:
        return _Ended("no", "foreign-override", {"name": name, "address": foreign}, asked=name)
    key = "overridden" if rua else "confirmed"
    return _Ended("yes", key, {"name": name, "addresses": rua}, rua, name)
