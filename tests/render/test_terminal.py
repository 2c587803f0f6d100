"""The report for a person: what it says, in which order, and how its records can be copied."""

from __future__ import annotations

import dataclasses

import pytest

from deliverkit.bounces import replies
from deliverkit.model.answer import Answer, Mx, Status, Txt
from deliverkit.model.receiver import Judgement, ReceiverVerdict, Stance
from deliverkit.model.remedy import Action, Actor, RecordChange, Setting
from deliverkit.model.report import Plan
from deliverkit.model.rule import Place
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Likelihood, Severity
from deliverkit.render import terminal
from tests.render.builds import (
    SUBJECT,
    answer,
    broken,
    failed,
    helo_finding,
    passed,
    report,
    set_name,
    skipped,
    step,
    unknown,
)

SPF = RecordChange(Action.ADD, "example.com", "TXT", (Txt.of("v=spf1 ip4:192.0.2.25 ~all"),))
PTR = RecordChange(Action.REPLACE, "25.2.0.192.in-addr.arpa", "PTR", ("mail.example.com",), by=Actor.IP_OWNER)


def test_a_healthy_stream_fits_on_one_screen() -> None:
    text = terminal.render(report(*(passed() for _ in range(50)), asked=(answer("example.com", "TXT"),)))
    assert text.splitlines()[:3] == ["Will mail from example.com bounce?", "", "✓ No bounce is predicted."]
    assert len(text.splitlines()) <= 24
    assert "Checks             50 passed, 0 failed, 0 could not tell, 0 skipped\n" in text
    assert "DNS questions      1\n" in text


def test_the_whole_of_a_broken_one() -> None:
    seen = answer("mail.example.com", "A", status=Status.NXDOMAIN)
    text = terminal.render(broken(asked=(seen,)), ascii=True)
    assert (
        text
        == """\
Will mail from example.com bounce?

x Yes. Receivers refuse this mail.

  x 914 certain, after HELO, many receivers
        The HELO command was refused: the sending server must give a full host
        name.
        Because of helo-not-fqdn

-- The plan: 1 fix -------------------------------------------------------------

1. Let your mail server say mail.example.com in HELO.
   Solves   helo-not-fqdn
   Who      you
   Now      HELO name: mail
   Set      HELO name: mail.example.com

+ Tried out on what was observed: with every step done, the audit finds nothing
  any more.

-- The findings ----------------------------------------------------------------

x ERROR helo-not-fqdn at mail HELO
  The HELO name "mail" has no dot, so it is no fully qualified name that DNS
  could hold.
  Bounce   914 certain, after HELO
  Replies  Gmail 421: Slow down. (2026-11)
           Postfix (where switched on) 504 5.5.2: HELO must be a full name.
           (2026-11)
           GMX, web.de, 1&1 and mail.com 501: The HELO name is bad. (2026-11)
  Seen     mail.example.com A: no such name (NXDOMAIN) [TTL 300, from
           192.0.2.53:53]
  Source   RFC 5321 section 4.1.1.1
  Fix      Step 1 of the plan

-- What was audited ------------------------------------------------------------
From domain        example.com
MAIL FROM          bounce@example.com
Sending addresses  192.0.2.25 (derived from DNS, not given)
HELO name          mail
DKIM selectors     s1
Blocklists         zen.spamhaus.org
Checks             1 passed, 1 failed, 0 could not tell, 0 skipped
DNS questions      1
"""
    )


@pytest.mark.parametrize(
    ("severity", "start", "reach"),
    [
        (Severity.ERROR, "✗ Yes. Receivers refuse this mail.", "many receivers"),
        (
            Severity.WARNING,
            "! At some receivers. They would refuse this mail or file it as spam.",
            "some receivers",
        ),
        (Severity.NOTE, "✓ No bounce is predicted.", ""),
    ],
)
def test_the_answer_weighs_what_was_found(severity: Severity, start: str, reach: str) -> None:
    text = terminal.render(report(failed(helo_finding(severity, likelihood=Likelihood.POSSIBLE))))
    assert text.splitlines()[2] == start
    assert ("914 possible, after HELO, " + reach in text.split("──")[0]) is bool(reach)


def verdict(name: str, ordinary: Stance, bulk: Stance) -> ReceiverVerdict:
    return ReceiverVerdict(replies.find(name), Judgement(ordinary), Judgement(bulk), ())


@pytest.mark.parametrize(
    ("verdicts", "lines"),
    [
        ((), []),
        (
            (
                verdict("gmail", Stance.REFUSES, Stance.REFUSES),
                verdict("gmx", Stance.DEFERS, Stance.DEFERS),
                verdict("yahoo", Stance.ACCEPTS, Stance.ACCEPTS),
            ),
            ["  Receivers asked, ordinary mail: 1 of 3 refuses it, 1 puts it off."],
        ),
        (
            (
                verdict("gmail", Stance.ACCEPTS, Stance.REFUSES),
                verdict("apple", Stance.UNKNOWN, Stance.REFUSES),
            ),
            [
                "  Receivers asked, ordinary mail: 0 of 2 refuse it, 1 cannot be told.",
                "  Receivers asked, bulk mail: 2 of 2 refuse it.",
            ],
        ),
    ],
)
def test_the_answer_counts_the_receivers_that_were_asked(
    verdicts: tuple[ReceiverVerdict, ...], lines: list[str]
) -> None:
    text = terminal.render(dataclasses.replace(report(failed(helo_finding())), receivers=verdicts))
    shown = text.splitlines()
    assert shown[2 : 4 + len(lines)] == ["✗ Yes. Receivers refuse this mail.", *lines, ""]


def test_what_could_be_an_error_and_is_unknown_is_never_fine() -> None:
    timeout = answer("example.com", "TXT", status=Status.TIMEOUT, ttl=None, detail="no answer within 2 s")
    one = report(
        unknown("spf-missing", "example.com TXT"),
        unknown("spf-syntax", "example.com TXT"),
        unknown("dmarc-missing", "_dmarc.example.com TXT", severity=Severity.WARNING),
        passed(),
        asked=(timeout,),
    )
    text = terminal.render(one)
    assert text.splitlines()[2:5] == [
        "? Could not tell. 2 checks that can find a bounce could not be done.",
        "",
        "? 3 checks could not be done: 2 DNS questions got no usable answer.",
    ]
    assert "No bounce" not in text
    assert (
        """\
? 1 DNS question got no usable answer: it was not asked.
    _dmarc.example.com TXT
? 1 DNS question got no usable answer: no answer in time (TIMEOUT) [from
  192.0.2.53:53, no answer within 2 s].
    example.com TXT
  So these were not judged: dmarc-missing, spf-missing, spf-syntax
"""
        in text
    )
    assert "1 passed, 0 failed, 3 could not tell, 0 skipped" in text


def test_a_warning_is_told_although_the_answer_is_unknown() -> None:
    one = report(unknown("spf-missing", "example.com TXT"), failed(helo_finding(Severity.WARNING)))
    lines = terminal.render(one).splitlines()
    assert lines[2] == "? Could not tell. 1 check that can find a bounce could not be done."
    assert lines[3] == "! Known so far: some receivers would refuse this mail or file it as spam."
    assert lines[5] == "  ! 914 certain, after HELO, some receivers"


def test_an_unknown_warning_makes_the_answer_partial() -> None:
    one = report(unknown("dmarc-missing", "_dmarc.example.com TXT", severity=Severity.WARNING))
    assert "✓ No bounce is predicted from what could be seen, but not everything" in terminal.render(one)


def test_doubts_name_the_blocklist() -> None:
    refused = unknown("dnsbl-ip-listed", doubt="dnsbl-refused", scope="zen.spamhaus.org 192.0.2.25")
    text = terminal.render(report(refused))
    assert "? 1 check could not be done: 1 blocklist answer cannot be used." in text
    assert "? The blocklist refuses the resolver that asks." in text
    assert "So these were not judged: dnsbl-ip-listed (zen.spamhaus.org 192.0.2.25)" in text


def test_what_was_skipped_names_the_option_or_the_circumstance() -> None:
    one = report(
        skipped("ptr-missing", "not-given", "--ip"),
        skipped("ptr-differs-from-helo", "not-given", "--ip", "--helo"),
        skipped("helo-unresolvable", "not-applicable", "helo-no-public-name"),
        skipped("spf-syntax", "not-applicable", "spf-missing"),
        skipped("spf-permerror", "not-applicable", "spf-missing"),
    )
    text = terminal.render(one)
    assert "○ 2 checks were not made. Give --helo, --ip for them.\n" in text
    assert (
        """\
○ 1 check needs --helo.
○ 2 checks need --ip.
○ 3 checks had nothing to judge: the HELO name is no public host name (1); there
  is no SPF record (2).
"""
        in text
    )


def test_records_can_be_copied() -> None:
    long = RecordChange(Action.ADD, "s1._domainkey.example.com", "TXT", (Txt.of("p=" + "A" * 400),))
    lines = terminal.render(broken(set_name(PTR, SPF, long)), color=False).splitlines()
    at = lines.index("   The owner of the IP address adds:")
    assert "   Now" not in lines[at - 1]  # nobody looked, so nothing is said
    assert lines[at + 1] == "25.2.0.192.in-addr.arpa. 3600 IN PTR mail.example.com."
    assert 'example.com. 3600 IN TXT "v=spf1 ip4:192.0.2.25 ~all"' in lines
    key = f's1._domainkey.example.com. 3600 IN TXT "p={"A" * 253}" "{"A" * 147}"'
    assert key in lines
    assert "   Who      you and the owner of the IP address (hosting company or network)" in lines


@pytest.mark.parametrize(
    ("change", "now", "block"),
    [
        (
            SPF,
            answer("example.com", "TXT", status=Status.NXDOMAIN),
            """\
   Now      example.com TXT: no such name (NXDOMAIN)
   Add to your DNS:
example.com. 3600 IN TXT "v=spf1 ip4:192.0.2.25 ~all"
""",
        ),
        (
            SPF,
            answer("example.com", "TXT", *(Txt.of(f"site={n}") for n in range(6))),
            """\
   Now      example.com TXT: "site=0", "site=1", "site=2", "site=3", and 2 more
            values
   Add to your DNS:
example.com. 3600 IN TXT "v=spf1 ip4:192.0.2.25 ~all"
""",
        ),
        (
            SPF,
            answer("example.com", "TXT", Txt.of("v=spf1 ip4:192.0.2.25 ~all")),
            "   Now      example.com TXT is already as it should be.\n",
        ),
        (
            dataclasses.replace(
                SPF, action=Action.REPLACE, values=(Txt.of("v=spf1 mx -all"), Txt.of("site=1"))
            ),
            answer("example.com", "TXT", Txt.of("v=spf1 +all"), Txt.of("site=1")),
            """\
   Now      example.com TXT: "v=spf1 +all"
   Publish in your DNS in place of it:
example.com. 3600 IN TXT "v=spf1 mx -all"
   Keep the other TXT record as it is.
""",
        ),
        (
            dataclasses.replace(SPF, action=Action.REPLACE, values=(Txt.of("a"), Txt.of("b"), Txt.of("c"))),
            answer("example.com", "TXT", Txt.of("a"), Txt.of("b")),
            """\
   Now      example.com TXT: nothing else
   Add to your DNS:
example.com. 3600 IN TXT "c"
   Keep the other 2 TXT records as they are.
""",
        ),
        (
            dataclasses.replace(SPF, action=Action.REPLACE, values=(Txt.of("v=spf1 mx -all"),)),
            answer("example.com", "TXT", Txt.of("v=spf1 +all"), Txt.of("v=spf1 mx -all")),
            """\
   Remove from your DNS:
     example.com TXT "v=spf1 +all"
   Keep the other TXT record as it is.
""",
        ),
        (
            RecordChange(
                Action.REMOVE,
                "25.2.0.192.zen.spamhaus.org",
                "A",
                ("127.0.0.3",),
                by=Actor.LIST_OPERATOR,
            ),
            answer("25.2.0.192.zen.spamhaus.org", "A", "127.0.0.3"),
            """\
   The list operator removes:
     25.2.0.192.zen.spamhaus.org A 127.0.0.3
""",
        ),
        (
            RecordChange(Action.REPLACE, "example.com", "MX", (Mx(10, "mail.example.com"),)),
            answer("example.com", "MX", Mx(0, "")),
            """\
   Now      example.com MX: 0 .
   Publish in your DNS in place of it:
example.com. 3600 IN MX 10 mail.example.com.
""",
        ),
        (
            RecordChange(
                Action.ADD,
                "s1._domainkey.example.com",
                "TXT",
                (Txt.of("v=DKIM1; p=<YOUR-PUBLIC-KEY>"),),
                blanks=(("<YOUR-PUBLIC-KEY>", "AAAA"),),
            ),
            answer("s1._domainkey.example.com", "TXT"),
            """\
   Now      s1._domainkey.example.com TXT: no record of this type (NODATA)
   Add to your DNS:
s1._domainkey.example.com. 3600 IN TXT "v=DKIM1; p=<YOUR-PUBLIC-KEY>"
   Put the public key that your mail server signs with (base64, on one line) in
   place of <YOUR-PUBLIC-KEY>.
""",
        ),
    ],
)
def test_before_and_after(change: RecordChange, now: Answer, block: str) -> None:
    assert block in terminal.render(broken(set_name(change, settings=()), asked=(now,)))


@pytest.mark.parametrize(
    ("subject", "setting", "now"),
    [
        (SUBJECT, Setting("helo", "mail.example.com"), "HELO name: mail"),
        (
            dataclasses.replace(SUBJECT, helo=""),
            Setting("helo", "mail.example.com"),
            "HELO name: empty",
        ),
        (Subject("example.com"), Setting("helo", "mail.example.com"), "HELO name: not given"),
        (
            Subject("example.com"),
            Setting("mail_from", "bounce.example.com"),
            "MAIL FROM: example.com (assumed: the same as From)",
        ),
    ],
)
def test_settings_before_and_after(subject: Subject, setting: Setting, now: str) -> None:
    finding = helo_finding()
    plan = Plan((step(finding, set_name(settings=(setting,))),))
    text = terminal.render(report(failed(finding), plan=plan, subject=subject))
    field = now.partition(":")[0]
    assert f"   Now      {now}\n   Set      {field}: {setting.value}\n" in text


def test_a_change_that_can_harm_others_is_a_caution() -> None:
    caution = "   Caution  Other mail may depend on what changes here."
    assert caution in terminal.render(broken(set_name(safe=False)))
    assert caution not in terminal.render(broken(set_name(safe=True)))


def test_a_step_for_a_note_is_optional() -> None:
    note = helo_finding(Severity.NOTE, remedy=set_name())
    text = terminal.render(report(failed(note), plan=Plan((step(note, set_name()),))))
    assert "1. Optional: Let your mail server say mail.example.com in HELO." in text
    assert "Optional" not in terminal.render(broken())


def test_a_step_for_what_only_shows_later_says_what_to_do() -> None:
    first = helo_finding(remedy=set_name())
    later = helo_finding(remedy=set_name(settings=(Setting("helo", "mx.example.com"),)))
    later = dataclasses.replace(later, scope="192.0.2.25")
    steps = (step(first, set_name()), dataclasses.replace(step(later, set_name()), solves=()))
    text = terminal.render(report(failed(first), plan=Plan(steps)))
    assert "2. Let your mail server say mail.example.com in HELO." in text
    assert text.count("Solves") == 1


def test_the_plan_tells_what_it_leaves() -> None:
    finding = helo_finding()
    other = dataclasses.replace(finding, id="helo-unresolvable", message="no-address")
    steps = (step(finding, set_name()),)
    outcomes = (failed(finding), failed(other))
    left = terminal.render(report(*outcomes, plan=Plan(steps, left=(other,))))
    assert "! Tried out on what was observed: with every step done, 1 finding is left:" in left
    new = terminal.render(report(*outcomes, plan=Plan(steps, introduced=(other,))))
    assert "✗ Not proven: tried out on what was observed, the plan would bring something" in new
    stays = terminal.render(report(*outcomes, plan=Plan(steps, left=(finding,))))
    assert "✗ Not proven: tried out on what was observed, the plan leaves what it should" in stays
    open_too = report(*outcomes, unknown("spf-missing", "example.com TXT"), plan=Plan(steps))
    assert "? Something could not be told, so there may be more to fix." in terminal.render(open_too)


def test_a_remedy_without_a_plan_is_told_with_its_finding() -> None:
    text = terminal.render(report(failed(helo_finding(remedy=set_name()))))
    assert "The plan" not in text
    assert "  Fix      Let your mail server say mail.example.com in HELO.\n" in text
    assert "  Fix  " not in terminal.render(report(failed(helo_finding())))


def test_much_evidence_is_counted_and_its_place_comes_first() -> None:
    evidence = tuple(answer(f"n{n}.example.com", "A", "192.0.2.1") for n in range(9))
    finding = helo_finding(place=Place("n8.example.com", "A"), evidence=evidence)
    text = terminal.render(report(failed(finding)))
    assert "  Seen     n8.example.com A: 192.0.2.1 [TTL 300, from 192.0.2.53:53]\n" in text
    assert "           and 3 more answers (all are in the JSON report)\n" in text


def test_many_receivers_are_counted() -> None:
    gmail = helo_finding().consequences[0].replies[2]
    names = ("apple", "gmail", "gmx", "orange", "outlook", "yahoo")
    found = tuple(dataclasses.replace(gmail, receiver=name) for name in names)
    text = terminal.render(report(failed(helo_finding(replies=found))))
    shown = [line.split(" 421")[0].strip() for line in text.splitlines() if " 421: Slow down." in line]
    assert shown == ["Replies  Gmail", "Outlook.com", "Yahoo and AOL", "Apple iCloud Mail"]
    assert "           2 more receivers: deliverkit explain helo-not-fqdn\n" in text


@pytest.mark.parametrize("width", [40, 80, 100, 120])
def test_everything_but_records_keeps_to_the_width(width: int) -> None:
    text = terminal.render(broken(set_name(PTR, SPF)), width=width)
    assert all(len(line) <= width or " IN " in line for line in text.splitlines())
    assert max(map(len, text.splitlines())) >= width  # the headings
    assert not any(line != line.rstrip() for line in text.splitlines())


def test_the_widest_and_the_narrowest_sheet() -> None:
    one = broken()
    assert terminal.render(one, width=500) == terminal.render(one, width=120)
    assert terminal.render(one, width=3) == terminal.render(one, width=40)
    assert terminal.render(one) == terminal.render(one, width=80)


@pytest.mark.parametrize("variable", ["NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"])
def test_the_environment_has_no_say(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [terminal.render(broken(), color=color) for color in (False, True)]
    monkeypatch.setenv(variable, "dumb" if variable == "TERM" else "1")
    assert [terminal.render(broken(), color=color) for color in (False, True)] == before
    assert "\x1b" not in before[0]
    assert "\x1b[1;31m✗ 914\x1b[0m" in before[1]
