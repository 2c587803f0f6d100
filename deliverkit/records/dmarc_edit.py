"""Changing a DMARC record, text to text, and telling what was meant as one (RFC 9989 sections 4.7 and 4.8)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from deliverkit.model.answer import Txt
from deliverkit.model.remedy import Action, Actor, RecordChange
from deliverkit.records import _tags, dmarc

REPORT_ADDRESS = "<YOUR-REPORT-ADDRESS>"

# Bounded runs: a pattern must not look at the same octets again and again, whatever a stranger publishes.
_MEANT = (
    r"\bv[^a-z0-9]{0,9}=[^a-z0-9]{0,9}dmarc",
    r"\A[^a-z0-9]{0,9}(v[^a-z0-9]{1,9})?dmarc[ _-]?1\b",
    r"(?:\A|[;,\s\"'])p\s*=\s*(?:none|quarantine|reject)\b",
)
_TAGS = frozenset("p sp np adkim aspf t psd rua ruf fo pct rf ri".split())


def looks_like_record(text: str) -> bool:
    """Whether a TXT value at a ``_dmarc`` name is meant as a policy record, though its version is not where or
    what it must be, so that no receiver selects it."""
    low = text.lower()
    return not dmarc.is_dmarc(text) and any(re.search(pattern, low) for pattern in _MEANT)


def meant(text: str) -> str:
    """The policy record that ``text`` was meant to be: its tags, wherever they stand and whatever parts them."""
    plain = re.sub(r"[\"'\\]", "", text)
    parts = (part.strip(" \t;,") for part in re.split(r"[;,\s](?=[A-Za-z]+\s*=)|;", plain))
    pairs = ((tag.strip().lower(), value.strip()) for tag, _, value in (p.partition("=") for p in parts))
    tags = "; ".join(f"{tag}={value}" for tag, value in pairs if tag in _TAGS and value)
    return dmarc.repair(dmarc.parse(f"v=DMARC1; {tags}"))


def edit(text: str, changes: Mapping[str, str | None]) -> str:
    """The record with these tags set, or taken away where the value is None; all others stay as they are."""
    left = {tag: value for tag, value in changes.items() if value is not None}
    parts = []
    for tag, value in _tags.split(text):
        name = tag.lower()
        if name not in changes:
            parts.append(f"{tag}={value}" if value else tag)
        elif name in left:
            parts.append(f"{name}={left.pop(name)}")
    return "; ".join([*parts, *(f"{tag}={value}" for tag, value in left.items())])


def mildest(records: Collection[str]) -> str:
    """Of several records, each without its faults, the one that asks for least."""
    repaired = [dmarc.repair(dmarc.parse(text)) for text in records]
    return min(repaired, key=lambda text: (dmarc.strictness(dmarc.parse(text).p), text))


def asking_for(text: str, policy: str, rua: Collection[str] = ()) -> str:
    """The record without its faults, with ``policy`` wherever it names one, and reports to ``rua`` too. For a record
    that receivers have not used so far: they go on as before when it asks for what applies today."""
    record = dmarc.parse(dmarc.repair(dmarc.parse(text)))
    changes: dict[str, str | None] = {**dict.fromkeys(record.given, policy or "none"), "t": None}
    if added := [uri for uri in rua if uri not in record.rua]:
        changes["rua"] = ",".join([*record.rua, *added])
    return edit(record.text, changes)


def sampling(record: dmarc.DmarcRecord) -> int | None:
    """The percentage of ``pct=`` (RFC 7489 section 6.3) where it holds a policy back from part of the mail; None
    where there is none, or it is 100 or no number, or there is no policy to hold back."""
    asked = {record.p, record.sp, record.np} - {"", "none"}
    given = next((value for _, tag, value in record.faults if tag.lower() == "pct"), "")
    return int(given) if asked and re.fullmatch("[0-9]{1,2}", given) else None


def report_host(uri: str) -> str:
    """The host that a ``mailto:`` report address leads to, in lower case; '' for other kinds of URI."""
    scheme, _, rest = uri.partition(":")
    address = rest.partition("!")[0].partition("?")[0]
    return address.rpartition("@")[2].lower().removesuffix(".") if scheme.lower() == "mailto" else ""


def without_host(record: dmarc.DmarcRecord, host: str) -> str:
    """The record without the report addresses at ``host``; where no other is left to ``rua``, a blank one."""
    changes: dict[str, str | None] = {}
    for tag, uris in (("rua", record.rua), ("ruf", record.ruf)):
        kept = [uri for uri in uris if report_host(uri) != host]
        if len(kept) < len(uris):
            changes[tag] = ",".join(kept) or None
            if tag == "rua" and not any(map(report_host, kept)):
                changes[tag] = f"mailto:{REPORT_ADDRESS}"
    return edit(record.text, changes)


def publish(
    at: str, text: str, aliases: Collection[str] = (), *, action: Action = Action.REPLACE, sample: str = ""
) -> RecordChange:
    """The record at the policy domain ``at`` becomes ``text``. Behind an alias (``aliases``: its targets, in
    order) it is the target's record that changes, in whoever's zone that is. ``sample``: the domain whose
    mailbox stands for the blank report address in proofs."""
    *_, name = (f"_dmarc.{at}", *aliases)
    blanks = ((REPORT_ADDRESS, f"dmarc@{sample}"),) if REPORT_ADDRESS in text else ()
    by = Actor.ZONE_OWNER if aliases else Actor.YOU
    return RecordChange(action, name, "TXT", (Txt.of(text),), by=by, blanks=blanks)
