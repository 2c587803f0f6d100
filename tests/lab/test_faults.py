"""Faults: how they are written, and what each does to those who ask."""

from __future__ import annotations

import asyncio

import dns.asyncquery
import dns.flags
import dns.message
import pytest

from deliverkit.lab.faults import Fault, Faulty, Kind, parse
from deliverkit.lab.server import NameServer
from deliverkit.model.answer import Answer, Question, Status
from deliverkit.resolver.live import Live
from deliverkit.resolver.zonefile import Zone

WORLD = Zone.from_text("""
$ORIGIN example.com.
@ A 192.0.2.1
www A 192.0.2.2
a.www A 192.0.2.3
alias CNAME www
notwww A 192.0.2.4
2.0.0.127.bl A 127.0.0.2
""")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("servfail:example.com", Fault(Kind.SERVFAIL, "example.com")),
        ("TIMEOUT:Example.COM.", Fault(Kind.TIMEOUT, "example.com")),
        (" refused:. ", Fault(Kind.REFUSED, "")),
        ("truncate:com", Fault(Kind.TRUNCATE, "com")),
        ("sentinel:zen.spamhaus.org", Fault(Kind.SENTINEL, "zen.spamhaus.org")),
        ("delay:example.com=0.5", Fault(Kind.DELAY, "example.com", 0.5)),
        ("delay:.=2", Fault(Kind.DELAY, "", 2.0)),
    ],
)
def test_parse(text: str, fault: Fault) -> None:
    assert parse(text) == fault


UNKNOWN = (
    "the fault {!a} is not known; write KIND:NAME, where KIND is one of "
    "delay, servfail, timeout, truncate, refused, sentinel, rewrite, empty, lists-all"
)
FORM = "in the fault {!a}: write delay:NAME=SECONDS, and all others KIND:NAME"
NUMBER = "in the fault {!a} the delay is not a number of seconds, such as 0.5"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", UNKNOWN),
        ("servfail", UNKNOWN),
        ("example.com", UNKNOWN),
        ("formerr:example.com", UNKNOWN),
        ("\x1b[31m:example.com", UNKNOWN),
        ("servfail:", "the fault {!a} names no domain; for all of them write a single dot"),
        ("delay:=1", "the fault {!a} names no domain; for all of them write a single dot"),
        ("delay:example.com", FORM),
        ("servfail:example.com=1", FORM),
        ("delay:example.com=", NUMBER),
        ("delay:example.com=soon", NUMBER),
        ("delay:example.com=-1", NUMBER),
        ("delay:example.com=nan", NUMBER),
        ("delay:example.com=inf", NUMBER),
        (
            "servfail:example..com",
            "in the fault {!a} the name cannot exist: two dots stand side by side, and a label cannot be empty",
        ),
    ],
)
def test_parse_says_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(ValueError, match="fault") as caught:
        parse(text)
    assert str(caught.value) == says.format(text)


def asked(faults: list[str], name: str, rtype: str = "A", patience: float = 5) -> Answer:
    """Over the wire, by the resolver that audits use; ``patience`` in seconds."""

    async def run() -> Answer:
        async with NameServer(WORLD, [parse(fault) for fault in faults]) as server:
            return await Live([f"127.0.0.1:{server.address[1]}"], timeout=patience, lifetime=patience).ask(
                Question(name, rtype)
            )

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("fault", "status"),
    [("servfail", Status.SERVFAIL), ("refused", Status.REFUSED), ("timeout", Status.TIMEOUT)],
)
@pytest.mark.parametrize(
    "name", ["www.example.com", "a.www.example.com", "alias.example.com", "x.www.example.com"]
)
def test_a_failure_strikes_the_name_all_below_and_what_leads_there(
    fault: str, status: Status, name: str
) -> None:
    answer = asked([f"{fault}:www.example.com"], name, patience=0.2 if fault == "timeout" else 5)
    assert (answer.status, answer.records) == (status, ())


@pytest.mark.parametrize("fault", ["servfail", "refused", "timeout", "truncate", "sentinel"])
@pytest.mark.parametrize(("name", "ip"), [("example.com", "192.0.2.1"), ("notwww.example.com", "192.0.2.4")])
def test_other_names_are_spared(fault: str, name: str, ip: str) -> None:
    answer = asked([f"{fault}:www.example.com"], name)
    assert (answer.status, answer.names) == (Status.OK, (ip,))


@pytest.mark.parametrize("name", ["2.0.0.127.bl.example.com", "1.0.0.127.bl.example.com", "bl.example.com"])
def test_a_sentinel_answers_every_question_for_an_address(name: str) -> None:
    answer = asked(["sentinel:bl.example.com"], name)
    assert (answer.status, answer.names) == (Status.OK, ("127.255.255.254",))


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        ("rewrite", Status.OK, ("198.51.100.1",)),
        ("empty", Status.NXDOMAIN, ()),
        ("lists-all", Status.OK, ("127.0.0.2",)),
    ],
)
def test_broken_blocklists(kind: str, status: Status, said: tuple[str, ...]) -> None:
    for label in ("2.0.0.127", "1.0.0.127", "7.113.0.203"):
        answer = asked([f"{kind}:bl.example.com"], f"{label}.bl.example.com")
        assert (answer.status, answer.names) == (status, said)


def test_a_sentinel_has_no_other_records() -> None:
    assert asked(["sentinel:bl.example.com"], "2.0.0.127.bl.example.com", "TXT").status is Status.NODATA


@pytest.mark.parametrize("name", ["www.example.com", "a.www.example.com", "alias.example.com"])
def test_truncation_is_of_udp_alone(name: str) -> None:
    query = dns.message.make_query(name, "A")

    async def run() -> tuple[dns.message.Message, dns.message.Message, Answer]:
        async with NameServer(WORLD, [parse("truncate:www.example.com")]) as server:
            host, port = server.address
            return (
                await dns.asyncquery.udp(query, host, 5, port),
                await dns.asyncquery.tcp(query, host, 5, port),
                await Live([f"{host}:{port}"]).ask(Question(name, "A")),
            )

    over_udp, over_tcp, answer = asyncio.run(run())
    assert over_udp.flags & dns.flags.TC
    assert not over_udp.answer
    assert not over_tcp.flags & dns.flags.TC
    assert over_tcp.answer
    assert answer.records == asyncio.run(WORLD.ask(Question(name, "A"))).records


def waited(faults: list[str], name: str, delay: float = 0.0) -> tuple[float, Answer]:
    async def run() -> tuple[float, Answer]:
        loop = asyncio.get_running_loop()
        async with NameServer(WORLD, [parse(fault) for fault in faults], delay) as server:
            started = loop.time()
            answer = await Live([f"127.0.0.1:{server.address[1]}"]).ask(Question(name, "A"))
            return loop.time() - started, answer

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("faults", "delay", "seconds", "status"),
    [
        (["delay:www.example.com=0.1"], 0.0, 0.1, Status.OK),
        (["delay:www.example.com=0.1", "delay:.=0.1"], 0.1, 0.3, Status.OK),
        (["refused:.", "delay:www.example.com=0.1"], 0.0, 0.1, Status.REFUSED),
        (["truncate:."], 0.1, 0.2, Status.OK),  # once over UDP, once over TCP
    ],
)
def test_delays_add_up(faults: list[str], delay: float, seconds: float, status: Status) -> None:
    took, answer = waited(faults, "www.example.com", delay)
    assert answer.status is status
    assert took >= seconds - 0.01


def test_a_delay_is_not_for_others() -> None:
    answer = asyncio.run(
        asyncio.wait_for(
            Faulty([parse("delay:www.example.com=3600")], WORLD).ask(Question("example.com", "A")), 5
        )
    )
    assert answer.names == ("192.0.2.1",)


def test_the_first_fault_of_a_name_decides() -> None:
    assert (
        asked(["servfail:example.com", "refused:www.example.com"], "www.example.com").status
        is Status.SERVFAIL
    )
    assert (
        asked(["refused:www.example.com", "servfail:example.com"], "www.example.com").status is Status.REFUSED
    )
