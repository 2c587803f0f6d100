"""The view of a receiver that still follows RFC 7489: organisational domains by the public suffix list."""

from __future__ import annotations

from deliverkit.adapters.psl import registered_domain
from deliverkit.auth._identifiers import LOWER, Identifier
from deliverkit.auth.results import LegacyDmarc, Result
from deliverkit.auth.tree_walk import Step, Walker
from deliverkit.records.dmarc import DmarcRecord, parse, parse_legacy


async def legacy_dmarc(author: str, found: tuple[Identifier, ...], walker: Walker) -> LegacyDmarc:
    """RFC 7489 sections 3.2, 6.6.2 and 6.6.3. A question that the walks did not ask is asked here."""
    org = registered_domain(author) or author
    step = await walker.step(author)
    if step.decided == "nothing" and org != author:
        step = await walker.step(org)  # section 6.6.3 step 3: only where the author domain has none at all
    if step.decided == "unanswered":
        return LegacyDmarc(Result.TEMPERROR, "", org, "", "none", 100)
    if len(step.texts) != 1:
        return LegacyDmarc(Result.NONE, "", org, "", "none", 100)
    return _apply(author, org, step, found)


def _apply(author: str, org: str, step: Step, found: tuple[Identifier, ...]) -> LegacyDmarc:
    tags = parse_legacy(step.texts[0])
    if not tags.p:
        return LegacyDmarc(Result.NONE, step.domain, org, "", "none", tags.pct)
    policy = tags.p if step.domain == author else tags.sp
    record = parse(step.texts[0])
    aligned = {i.result for i in found if _is_aligned(author, org, i, record)}
    if Result.PASS in aligned:
        return LegacyDmarc(Result.PASS, step.domain, org, policy, "none", tags.pct)
    if Result.TEMPERROR in aligned:
        return LegacyDmarc(Result.TEMPERROR, step.domain, org, policy, "none", tags.pct)
    # Section 6.6.4: pct=0 chooses no message, and those not chosen get the policy below.
    disposition = policy if tags.pct else LOWER.get(policy, policy)
    return LegacyDmarc(Result.FAIL, step.domain, org, policy, disposition, tags.pct)


def _is_aligned(author: str, org: str, identifier: Identifier, record: DmarcRecord) -> bool:
    if identifier.domain == author:
        return True
    return (
        identifier.mode(record) == "r" and (registered_domain(identifier.domain) or identifier.domain) == org
    )
