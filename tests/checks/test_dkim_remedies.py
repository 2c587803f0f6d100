"""Exactly what the DKIM checks tell people to publish, and what they weigh, for the cases of their data files."""

from __future__ import annotations

import pytest

from deliverkit.model.bounce import Bounce
from deliverkit.model.remedy import Actor
from deliverkit.model.verdict import Likelihood, Severity, Stage
from deliverkit.records.dkim import SAMPLE_KEY
from tests.checks.test_auth_remedies import Change, finding, shown

KEY_NAME, SECOND, THIRD = (f"s{n}._domainkey.example.com" for n in (1, 2, 3))
WILDCARD = "*._domainkey.example.com"
TARGET = "s1.keys.example.net"
NEW_KEY = "v=DKIM1; k=rsa; p=<YOUR-PUBLIC-KEY>"
ED25519 = "MDdsVQRBw9Oko3ht9ZLNqtb19ZKLA3UUGeV6h0FBhuU="
SOUND = f"v=DKIM1; k=rsa; p={SAMPLE_KEY}"


def put(name: str, *texts: str) -> list[Change]:
    return [("replace", f"{name} TXT", texts)]


@pytest.mark.parametrize(
    ("check_id", "name", "changes"),
    [
        ("dkim-selector-missing", "the domain was added twice", [("add", f"{KEY_NAME} TXT", (SOUND,))]),
        (
            "dkim-selector-missing",
            "a wildcard brings an alias to a name without a key",
            [("add", f"{KEY_NAME} TXT", (NEW_KEY,))],
        ),
        (
            "dkim-selector-alias-broken",
            "the target does not exist",
            [("add", f"{TARGET} TXT", (NEW_KEY,))],
        ),
        (
            "dkim-selector-alias-broken",
            "the target has a text of another kind",
            [("remove", f"{KEY_NAME} CNAME", (TARGET,)), ("add", f"{KEY_NAME} TXT", (NEW_KEY,))],
        ),
        (
            "dkim-selector-alias-broken",
            "broken at the second alias",
            [("add", "b.example.net TXT", (NEW_KEY,))],
        ),
        (
            "dkim-selector-alias-broken",
            "the form added the domain to the target",
            [("replace", f"{KEY_NAME} CNAME", (TARGET,))],
        ),
        ("dkim-several-keys", "two keys", put(KEY_NAME, NEW_KEY)),
        ("dkim-several-keys", "a key and its revocation", put(KEY_NAME, SOUND)),
        ("dkim-several-keys", "a text of another kind beside the key", put(KEY_NAME, SOUND)),
        ("dkim-several-keys", "behind an alias", put(TARGET, NEW_KEY)),
        (
            "dkim-wildcard-key",
            "the given selector has no other key",
            [("add", f"{KEY_NAME} TXT", (SOUND,)), ("remove", f"{WILDCARD} TXT", (SOUND,))],
        ),
        (
            "dkim-wildcard-key",
            "a wildcard leads to a key elsewhere",
            [("add", f"{KEY_NAME} CNAME", (TARGET,)), ("remove", f"{WILDCARD} CNAME", (TARGET,))],
        ),
        (
            "dkim-wildcard-key",
            "a wildcard right below the domain",
            [("add", f"{KEY_NAME} TXT", (SOUND,)), ("remove", "*.example.com TXT", (SOUND,))],
        ),
        ("dkim-key-weak", "1024 bits are worth a note", put(KEY_NAME, NEW_KEY)),
        ("dkim-key-too-long", "5120 bits", put(KEY_NAME, NEW_KEY)),
        ("dkim-key-private", "PKCS #8", put(KEY_NAME, NEW_KEY)),
        ("dkim-key-version-wrong", "another version", put(KEY_NAME, SOUND)),
        ("dkim-key-version-wrong", "the version is not first", put(KEY_NAME, SOUND)),
        ("dkim-key-duplicate-tag", "the same twice", put(KEY_NAME, SOUND)),
        ("dkim-key-duplicate-tag", "two keys in one record", put(KEY_NAME, NEW_KEY)),
        (
            "dkim-key-type-unknown",
            "the algorithm in the place of the type",
            put(KEY_NAME, f"v=DKIM1; k=rsa; p={SAMPLE_KEY}"),
        ),
        (
            "dkim-key-type-unknown",
            "the algorithm of an Ed25519 key",
            put(KEY_NAME, f"v=DKIM1; k=ed25519; p={ED25519}"),
        ),
        ("dkim-key-type-unknown", "a type and a key that nobody can read", put(KEY_NAME, NEW_KEY)),
        ("dkim-key-type-mismatch", "an RSA key that is called Ed25519", put(KEY_NAME, SOUND)),
        (
            "dkim-key-type-mismatch",
            "an Ed25519 key without a type",
            put(KEY_NAME, f"v=DKIM1; t=s; k=ed25519; p={ED25519}"),
        ),
        (
            "dkim-key-type-mismatch",
            "an Ed25519 key as openssl writes it",
            put(KEY_NAME, "v=DKIM1; k=ed25519; p=ZN8AxRC44XG5iRHA1Mnh4Zjd8PsB+Tl/n2GUBDuPknM="),
        ),
        ("dkim-key-hash-outdated", "SHA-1 alone", put(KEY_NAME, SOUND)),
        ("dkim-key-hash-outdated", "behind an alias", put(TARGET, f"p={SAMPLE_KEY}")),
        ("dkim-key-not-for-email", "TLS reports only", put(KEY_NAME, SOUND)),
        ("dkim-key-granularity", "one address", put(KEY_NAME, f"v=DKIM1; p={SAMPLE_KEY}")),
        ("dkim-key-pasted-wrongly", "the whole record in quotation marks", put(KEY_NAME, SOUND)),
        ("dkim-key-pasted-wrongly", "backslashes before the semicolons", put(KEY_NAME, SOUND)),
        ("dkim-key-pasted-wrongly", "line ends as a script writes them", put(KEY_NAME, SOUND)),
        ("dkim-key-pasted-wrongly", "a blank of width zero", put(KEY_NAME, SOUND)),
        ("dkim-key-pasted-wrongly", "no semicolons", put(KEY_NAME, SOUND)),
        (
            "dkim-key-pasted-wrongly",
            "the final = is lost",
            put(KEY_NAME, f"v=DKIM1; k=ed25519; p={ED25519};t=s"),
        ),
        ("dkim-key-unreadable", "a part that is no tag", put(KEY_NAME, SOUND)),
        ("dkim-key-unreadable", "not base64", put(KEY_NAME, NEW_KEY)),
        ("dkim-key-shared", "three selectors, one key", put(SECOND, NEW_KEY) + put(THIRD, NEW_KEY)),
        ("dkim-only-ed", "one key, Ed25519", [("add", "rsa1._domainkey.example.com TXT", (NEW_KEY,))]),
        ("dkim-test-mode", "behind an alias", put(TARGET, f"p={SAMPLE_KEY}")),
    ],
)
def test_what_to_publish(check_id: str, name: str, changes: list[Change]) -> None:
    remedy = finding(check_id, name).remedy
    assert remedy is not None
    told = [
        (c.action, f"{c.name} {c.rtype}", tuple(map(_plain, map(shown, c.values)))) for c in remedy.changes
    ]
    assert told == changes


def _plain(text: str) -> str:
    """Blanks inside a key, which a repair may leave, mean nothing (RFC 6376 section 3.6.1)."""
    head, p, key = text.partition("p=")
    return f"{head}{p}{''.join(key.split())}" if p else text


ERROR = (Severity.ERROR, [Bounce(941, Likelihood.LIKELY, Stage.DATA)])
WARNING = (Severity.WARNING, [Bounce(941, Likelihood.POSSIBLE, Stage.DATA)])
NOTE: tuple[Severity, list[Bounce]] = (Severity.NOTE, [])


@pytest.mark.parametrize(
    ("check_id", "name", "weight", "spoofing"),
    [
        ("dkim-selector-alias-broken", "the target does not exist", ERROR, Severity.NOTE),
        ("dkim-several-keys", "two keys", ERROR, None),
        ("dkim-several-keys", "the same key in other writing", WARNING, None),
        ("dkim-several-keys", "a text of another kind beside the key", WARNING, None),
        ("dkim-key-revoked", "SPF passes for the From domain", WARNING, None),
        ("dkim-key-revoked", "SPF passes and nobody asks for alignment", WARNING, None),
        ("dkim-key-revoked", "SPF passes for one address of two", ERROR, None),
        ("dkim-key-revoked", "SPF passes for a domain that does not align", ERROR, None),
        ("dkim-selector-missing", "another key of the From domain works", WARNING, None),
        ("dkim-wildcard-key", "the given selector has no other key", NOTE, None),
        ("dkim-key-too-short", "512 bits", ERROR, Severity.ERROR),
        ("dkim-key-weak", "1024 bits are worth a note", NOTE, Severity.NOTE),
        ("dkim-key-too-long", "5120 bits", WARNING, None),
        ("dkim-key-private", "PKCS #1", ERROR, Severity.ERROR),
        ("dkim-key-version-wrong", "small letters", ERROR, None),
        ("dkim-key-version-wrong", "the version is not first", WARNING, None),
        ("dkim-key-duplicate-tag", "the same twice", ERROR, None),
        ("dkim-key-type-unknown", "an empty type", ERROR, None),
        ("dkim-key-type-mismatch", "an Ed25519 key that is called RSA", ERROR, None),
        ("dkim-key-hash-outdated", "SHA-1 alone", ERROR, None),
        ("dkim-key-not-for-email", "TLS reports only", ERROR, None),
        ("dkim-key-granularity", "empty, as DomainKeys had it", NOTE, None),
        ("dkim-key-pasted-wrongly", "no semicolons", ERROR, None),
        ("dkim-key-pasted-wrongly", "the final = is lost", WARNING, None),
        ("dkim-key-shared", "two selectors, one key", NOTE, Severity.NOTE),
        ("dkim-only-ed", "one key, Ed25519", WARNING, None),
    ],
)
@pytest.mark.usefixtures("nothing_else_passes")
def test_what_it_weighs(
    check_id: str, name: str, weight: tuple[Severity, list[Bounce]], spoofing: Severity | None
) -> None:
    found = finding(check_id, name)
    assert (found.severity, [Bounce(c.code, c.likelihood, c.stage) for c in found.consequences]) == weight
    assert found.spoofing is spoofing


@pytest.mark.parametrize(
    ("check_id", "name"),
    [("dkim-key-revoked", "SPF was not seen to pass"), ("dkim-key-too-short", "512 bits")],
)
def test_nothing_is_sure_while_spf_could_not_be_told(check_id: str, name: str) -> None:
    found = finding(check_id, name)
    assert (found.severity, [Bounce(c.code, c.likelihood, c.stage) for c in found.consequences]) == WARNING
    assert found.data["other"] == "unknown"
    assert not any(r.together for c in found.consequences for r in c.replies)


@pytest.mark.parametrize(
    ("check_id", "name"),
    [
        ("dkim-wildcard-key", "the given selector has a key of its own"),
        ("dkim-key-weak", "1024 bits are worth a note"),
        ("dkim-key-too-long", "5120 bits"),
        ("dkim-key-shared", "two selectors, one key"),
    ],
)
def test_what_could_harm_a_stream_that_works(check_id: str, name: str) -> None:
    remedy = finding(check_id, name).remedy
    assert remedy is not None
    assert not remedy.safe


@pytest.mark.parametrize(
    ("check_id", "name", "by"),
    [
        ("dkim-key-revoked", "empty p", Actor.YOU),
        ("dkim-test-mode", "behind an alias", Actor.ZONE_OWNER),
        ("dkim-several-keys", "behind an alias", Actor.ZONE_OWNER),
        ("dkim-key-shared", "two selectors, one key", Actor.YOU),
        ("dkim-key-shared", "two aliases of two names", Actor.ZONE_OWNER),
        ("dkim-selector-alias-broken", "the target does not exist", Actor.ZONE_OWNER),
        ("dkim-selector-alias-broken", "the target has a text of another kind", Actor.YOU),
        ("dkim-key-revoked", "a domain that has nothing to do with the From domain", Actor.ZONE_OWNER),
    ],
)
def test_who_can_change_it(check_id: str, name: str, by: Actor) -> None:
    remedy = finding(check_id, name).remedy
    assert remedy is not None
    assert {change.by for change in remedy.changes} == {by}
