"""The live resolver against a scripted name server on loopback."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rrset
import pytest

from deliverkit.model.answer import Answer, Mx, Origin, Question, Soa, Status, Txt
from deliverkit.resolver.live import Live
from tests.resolver.fakes import question
from tests.resolver.loopback import Packet, Script, Server, answer, rrset, serving, truncated

SOA = rrset("example.com.", "900", "SOA", "ns1.example.com. hostmaster.example.com. 1 7200 3600 1209600 300")


def asked(
    text: str, *scripts: Script, timeout: float = 1.0, lifetime: float = 3.0
) -> tuple[Answer, list[Server]]:
    """Ask ``text`` of one server for each script."""

    async def run() -> tuple[Answer, list[Server]]:
        async with asyncio.TaskGroup() as group:
            opened = [serving(script) for script in scripts]
            servers = [await context.__aenter__() for context in opened]
            try:
                live = Live([server.address for server in servers], timeout=timeout, lifetime=lifetime)
                got = await group.create_task(live.ask(question(text)))
            finally:
                for context in opened:
                    await context.__aexit__(None, None, None)
        return got, servers

    return asyncio.run(run())


def says(*records: str, rcode: str = "NOERROR", soa: bool = False) -> Script:
    def script(query: dns.message.Message, transport: str) -> Packet:
        response = answer(query, *records, rcode=rcode)
        if soa:
            response.authority.append(SOA)
        return response

    return script


def silent(query: dns.message.Message, transport: str) -> None:
    return None


servfail = says(rcode="SERVFAIL")
refused = says(rcode="REFUSED")
healthy = says("example.com. 300 A 192.0.2.1")


def test_an_answer_names_its_server_and_ttl() -> None:
    got, (server,) = asked("example.com A", healthy)
    assert got == Answer(
        Question("example.com", "A"), Status.OK, ("192.0.2.1",), ttl=300, origin=Origin(server.address)
    )
    assert server.transports == ["udp"]


def test_the_query_wants_edns_recursion_and_the_ad_bit_and_has_no_search_list() -> None:
    _, (server,) = asked("mail A", healthy, lifetime=0.2)
    query = server.heard[0][1]
    assert query.payload == 1232
    assert query.flags & dns.flags.RD and query.flags & dns.flags.AD
    assert [str(q.name) for _, m in server.heard for q in m.question] == ["mail."]


@pytest.mark.parametrize(
    ("text", "record", "value"),
    [
        ("example.com AAAA", "example.com. 60 AAAA 2001:db8:0::1", "2001:db8::1"),
        ("example.com MX", "example.com. 60 MX 0 .", Mx(0, "")),
        ("example.com MX", "example.com. 60 MX 10 MX.Example.com.", Mx(10, "mx.example.com")),
        (
            "1.2.0.192.in-addr.arpa PTR",
            "1.2.0.192.in-addr.arpa. 60 PTR Mail.example.com.",
            "mail.example.com",
        ),
        ("example.com TXT", 'example.com. 60 TXT "a" "\\255\\027"', Txt((b"a", b"\xff\x1b"))),
        ("example.com CAA", 'example.com. 60 CAA 0 issue "ca.example"', '0 issue "ca.example"'),
        ("example.com TYPE65280", "example.com. 60 TYPE65280 \\# 2 abcd", "\\# 2 abcd"),
        (
            "example.com SOA",
            "example.com. 60 SOA a.test. b.test. 1 2 3 4 5",
            Soa("a.test", "b.test", 1, 2, 3, 4, 5),
        ),
        (". NS", ". 60 NS a.root-servers.example.", "a.root-servers.example"),
    ],
)
def test_record_types(text: str, record: str, value: object) -> None:
    got, _ = asked(text, says(record))
    assert (got.status, got.records) == (Status.OK, (value,))


def test_aliases_in_order_with_the_least_ttl() -> None:
    script = says(
        "c.example.net. 30 A 192.0.2.9",
        "a.example.com. 300 CNAME B.example.com.",
        "b.example.com. 60 CNAME c.example.net.",
    )
    got, _ = asked("A.example.com A", script)
    assert got.aliases == ("b.example.com", "c.example.net")
    assert (got.status, got.records, got.ttl) == (Status.OK, ("192.0.2.9",), 30)


def test_a_question_for_the_cname_itself_follows_nothing() -> None:
    got, _ = asked("a.example.com CNAME", says("a.example.com. 60 CNAME b.example.com."))
    assert (got.records, got.aliases) == (("b.example.com",), ())


def test_nodata_and_nxdomain_take_the_ttl_of_the_soa() -> None:
    nodata, _ = asked("example.com TXT", says(soa=True))
    nxdomain, _ = asked("no.example.com TXT", says(rcode="NXDOMAIN", soa=True))
    assert (nodata.status, nodata.ttl) == (Status.NODATA, 300)
    assert (nxdomain.status, nxdomain.ttl) == (Status.NXDOMAIN, 300)
    assert nodata.settled and nxdomain.settled


def test_nodata_without_soa_is_nodata() -> None:
    got, _ = asked("example.com TXT", says())
    assert (got.status, got.ttl) == (Status.NODATA, None)


def test_an_alias_to_nowhere() -> None:
    got, _ = asked(
        "a.example.com A", says("a.example.com. 60 CNAME no.example.com.", rcode="NXDOMAIN", soa=True)
    )
    assert (got.status, got.aliases) == (Status.NXDOMAIN, ("no.example.com",))


def test_an_alias_that_the_server_did_not_follow_is_asked_on() -> None:
    def authoritative(query: dns.message.Message, transport: str) -> Packet:
        name = query.question[0].name.to_text()
        records = {
            "a.example.com.": ["a.example.com. 300 CNAME b.example.net."],
            "b.example.net.": ["b.example.net. 60 TXT there"],
        }
        return answer(query, *records[name])

    got, (server,) = asked("a.example.com TXT", authoritative)
    assert (got.status, got.records, got.ttl) == (Status.OK, (Txt((b"there",)),), 60)
    assert (got.question, got.aliases) == (Question("a.example.com", "TXT"), ("b.example.net",))
    assert len(server.heard) == 2


def test_a_circle_of_aliases_is_servfail() -> None:
    got, _ = asked(
        "a.example.com A",
        says("a.example.com. 60 CNAME b.example.com.", "b.example.com. 60 CNAME a.example.com."),
    )
    assert got.status is Status.SERVFAIL
    assert "its aliases (CNAME) form a circle" in got.detail


def test_a_circle_in_steps_is_servfail() -> None:
    def step(query: dns.message.Message, transport: str) -> Packet:
        name = query.question[0].name.to_text()
        target = {"a.example.com.": "b.example.com.", "b.example.com.": "a.example.com."}[name]
        return answer(query, f"{name} 60 CNAME {target}")

    got, _ = asked("a.example.com A", step)
    assert got.status is Status.SERVFAIL
    assert (got.question, got.aliases) == (Question("a.example.com", "A"), ())


def test_authenticated_is_the_ad_bit() -> None:
    def script(query: dns.message.Message, transport: str) -> Packet:
        response = answer(query, "example.com. 60 A 192.0.2.1")
        response.flags |= dns.flags.AD
        return response

    assert asked("example.com A", script)[0].authenticated
    assert not asked("example.com A", healthy)[0].authenticated


def test_truncation_leads_to_tcp() -> None:
    octets = b"x" * 255
    huge = " ".join(f'"{octets.decode()}"' for _ in range(235))

    def script(query: dns.message.Message, transport: str) -> Packet:
        return truncated(query) if transport == "udp" else answer(query, f"example.com. 60 TXT {huge}")

    got, (server,) = asked("example.com TXT", script)
    assert got.status is Status.OK
    assert got.records == (Txt((octets,) * 235),)
    assert server.transports == ["udp", "tcp"]


def test_a_connection_closed_early_is_servfail() -> None:
    got, _ = asked("example.com TXT", lambda query, transport: truncated(query) if transport == "udp" else [])
    assert got.status is Status.SERVFAIL
    assert "closed the connection before the answer was complete" in got.detail


def test_a_server_that_is_silent_over_tcp() -> None:
    got, (server,) = asked(
        "example.com TXT",
        lambda q, transport: truncated(q) if transport == "udp" else None,
        timeout=0.5,
        lifetime=0.5,
    )
    assert (got.status, server.transports) == (Status.TIMEOUT, ["udp", "tcp"])
    assert got.detail.endswith("gave no answer within 0.5 s (over TCP, for the answer is too long for UDP)")


def test_servfail_from_the_first_and_an_answer_from_the_second() -> None:
    got, (first, second) = asked("example.com A", servfail, healthy)
    assert (got.status, got.origin) == (Status.OK, Origin(second.address))
    assert len(first.heard) == 1


@pytest.mark.parametrize(
    ("scripts", "status", "telling"),
    [
        ([servfail], Status.SERVFAIL, 0),
        ([refused], Status.REFUSED, 0),
        ([refused, refused], Status.REFUSED, 0),
        ([silent, silent], Status.TIMEOUT, 0),
        ([silent, refused], Status.REFUSED, 1),
        ([refused, servfail], Status.SERVFAIL, 1),
        ([servfail, silent], Status.SERVFAIL, 0),
        ([says(rcode="NOTIMP")], Status.SERVFAIL, 0),
        ([says(rcode="YXDOMAIN")], Status.SERVFAIL, 0),
    ],
)
def test_failures(scripts: list[Script], status: Status, telling: int) -> None:
    got, servers = asked("example.com A", *scripts, timeout=0.1, lifetime=0.4)
    assert (got.status, got.settled, got.records) == (status, False, ())
    assert got.origin == Origin(servers[telling].address)
    assert all(server.address in got.detail for server in servers)


def test_a_lost_packet_is_sent_again_until_the_lifetime_ends() -> None:
    seen: list[str] = []

    def third_time(query: dns.message.Message, transport: str) -> Packet | None:
        seen.append(transport)
        return answer(query, "example.com. 60 A 192.0.2.1") if len(seen) == 3 else None

    got, _ = asked("example.com A", third_time, timeout=0.1, lifetime=2.0)
    assert (got.status, seen) == (Status.OK, ["udp"] * 3)


def test_a_silent_server_is_asked_last_from_then_on() -> None:
    async def run() -> list[int]:
        async with serving(silent) as dead, serving(healthy) as alive:
            live = Live([dead.address, alive.address], timeout=0.1)
            for _ in range(3):
                assert (await live.ask(Question("example.com", "A"))).status is Status.OK
            return [len(dead.heard), len(alive.heard)]

    assert asyncio.run(run()) == [1, 3]


def test_an_old_server_that_knows_no_edns() -> None:
    def script(query: dns.message.Message, transport: str) -> Packet:
        if query.edns >= 0:
            return query.id.to_bytes(2, "big") + b"\x81\x81" + bytes(8)  # FORMERR, and nothing but the header
        return answer(query, "example.com. 60 A 192.0.2.1")

    got, (server,) = asked("example.com A", script)
    assert got.status is Status.OK
    assert [query.edns for _, query in server.heard] == [0, -1]


def test_the_servers_own_explanation_is_kept() -> None:
    def script(query: dns.message.Message, transport: str) -> Packet:
        response = answer(query, rcode="SERVFAIL")
        response.use_edns(
            0, options=[dns.edns.EDEOption(dns.edns.EDECode.DNSSEC_BOGUS, "no signature \x1b[31m")]
        )
        return response

    got, (server,) = asked("example.com A", script)
    assert got.detail == f"{server.address} answered SERVFAIL, EDE 6 (DNSSEC Bogus): no signature \\027[31m"


def test_a_referral_is_not_nodata() -> None:
    def script(query: dns.message.Message, transport: str) -> Packet:
        response = answer(query)
        response.authority.append(rrset("example.com.", "60", "NS", "ns1.example.com."))
        return response

    got, _ = asked("www.example.com A", script)
    assert got.status is Status.REFUSED
    assert "names other servers instead of answering" in got.detail


def authoritative(query: dns.message.Message, transport: str) -> Packet:
    response = answer(query, "example.com. 300 A 192.0.2.7")
    response.flags |= dns.flags.AA
    return response


def at(script: Script) -> tuple[Answer, list[Server], list[Server]]:
    """Ask 192.0.2.53, which the script stands for, beside a resolver that must not be asked."""

    async def run() -> tuple[Answer, list[Server], list[Server]]:
        async with serving(script) as there, serving(silent) as resolver:
            live = Live([resolver.address], timeout=1, lifetime=2, routes={"192.0.2.53": there.address})
            return await live.ask(question("example.com A @192.0.2.53")), [there], [resolver]

    return asyncio.run(run())


def test_a_question_to_one_server_goes_to_it_alone_without_recursion() -> None:
    got, (there,), (resolver,) = at(authoritative)
    assert (got.status, got.records) == (Status.OK, ("192.0.2.7",))
    assert got.question == Question("example.com", "A", at="192.0.2.53")
    assert resolver.heard == []
    assert not there.heard[0][1].flags & dns.flags.RD


def test_a_server_that_does_not_answer_for_the_zone_itself_is_lame() -> None:
    got, _, _ = at(says("example.com. 300 A 192.0.2.7"))
    assert got.status is Status.REFUSED
    assert "does not answer for this zone itself" in got.detail


def test_an_unchecked_question_has_the_cd_bit() -> None:
    got, (server,) = asked("example.com A +cd", says("example.com. 300 A 192.0.2.7"))
    assert got.question.unchecked
    assert server.heard[0][1].flags & dns.flags.CD
    _, (server,) = asked("example.com A", says("example.com. 300 A 192.0.2.7"))
    assert not server.heard[0][1].flags & dns.flags.CD


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.1.1",
        "192.0.2.53",
        "::1",
        "fd00::1",
        "2001:db8::1",
        "224.0.0.1",
        "ff02::1",
    ],
)
def test_a_server_with_no_public_address_is_not_asked(address: str) -> None:
    """The DNS of a stranger names the servers: it must not make this machine talk to its own network."""
    got = asyncio.run(Live().ask(Question("example.com", "A", at=address)))
    assert (got.status, got.detail) == (Status.TIMEOUT, f"{address} is no public address, and was not asked")


def test_an_unchecked_answer_brings_its_signatures() -> None:
    def signature(name: str, rtype: str) -> str:
        return f"{name} 300 RRSIG {rtype} 15 2 300 20361231000000 20260101000000 12345 example.com. AAAA"

    script = says(
        "example.com. 300 A 192.0.2.7",
        signature("example.com.", "A"),
        signature("example.com.", "AAAA"),
        signature("www.example.com.", "A"),
    )
    got, (server,) = asked("example.com A +cd", script)
    assert got.records == ("192.0.2.7",)
    assert got.signatures == ("A 15 2 300 20361231000000 20260101000000 12345 example.com. AAAA",)
    assert server.heard[0][1].ednsflags & dns.flags.DO
    plain, (server,) = asked("example.com A", script)
    assert plain.signatures == ()
    assert not server.heard[0][1].ednsflags & dns.flags.DO


def test_a_server_that_denies_even_the_root_says_nothing() -> None:
    """As a resolver does that is cut off from the Internet; it is asked for the root once."""
    got, (server,) = asked("example.com MX", says(rcode="NXDOMAIN"))
    assert (got.status, got.detail) == (Status.REFUSED, "denies that even the root of the DNS exists")
    assert len(server.heard) == 2


def test_a_bare_denial_counts_where_the_root_exists() -> None:
    denies, holds = says(rcode="NXDOMAIN"), says(". 60 SOA a.example. b.example. 1 2 3 4 5")

    def answers(query: dns.message.Message, transport: str) -> Sequence[Packet] | Packet | None:
        script = holds if query.question[0].name == dns.name.root else denies
        return script(query, transport)

    got, _ = asked("no.example.com MX", answers)
    assert (got.status, got.detail) == (Status.NXDOMAIN, "")


def test_nxdomain_with_records_is_a_contradiction() -> None:
    got, _ = asked("example.com A", says("example.com. 60 A 192.0.2.1", rcode="NXDOMAIN"))
    assert got.status is Status.SERVFAIL


def header(query: dns.message.Message, answers: int) -> bytes:
    return query.id.to_bytes(2, "big") + b"\x81\x80\x00\x01" + answers.to_bytes(2, "big") + bytes(4)


def test_a_compression_loop_is_servfail() -> None:
    got, _ = asked("example.com A", lambda query, _: header(query, 1) + b"\xc0\x0c\x00\x01\x00\x01")
    assert got.status is Status.SERVFAIL
    assert "sent an answer that cannot be read" in got.detail


@pytest.mark.parametrize(
    "garble",
    [
        lambda query: b"",
        lambda query: b"\x00",
        lambda query: b"\xff" * 40,
        lambda query: (query.id ^ 1).to_bytes(2, "big") + answer(query).to_wire()[2:],
        lambda query: query.to_wire(),
    ],
    ids=["empty", "short", "noise", "wrong-id", "echo"],
)
def test_what_is_no_answer_is_passed_over(garble: Callable[[dns.message.Message], bytes]) -> None:
    then_right = asked("example.com A", lambda q, _: [garble(q), answer(q, "example.com. 60 A 192.0.2.1")])
    assert then_right[0].status is Status.OK
    alone, _ = asked("example.com A", lambda q, _: garble(q), timeout=0.1, lifetime=0.2)
    assert alone.status is Status.TIMEOUT


def test_the_answer_to_another_question_is_servfail() -> None:
    def script(query: dns.message.Message, transport: str) -> Packet:
        other = dns.message.make_query("example.org", "A", id=query.id)
        return answer(other, "example.org. 60 A 192.0.2.66")

    got, _ = asked("example.com A", script)
    assert (got.status, got.records) == (Status.SERVFAIL, ())
    assert "answered another question" in got.detail


def test_octets_after_the_answer_do_no_harm() -> None:
    got, _ = asked("example.com A", lambda q, _: answer(q, "example.com. 60 A 192.0.2.1").to_wire() + b"junk")
    assert got.status is Status.OK


@pytest.mark.parametrize("cut", range(12, 45, 4))
def test_a_packet_cut_short_is_servfail(cut: int) -> None:
    got, _ = asked("example.com A", lambda q, _: answer(q, "example.com. 60 A 192.0.2.1").to_wire()[:cut])
    assert got.status is Status.SERVFAIL


def test_nobody_listens() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    got = asyncio.run(
        Live([f"127.0.0.1:{port}"], timeout=0.2, lifetime=0.4).ask(Question("example.com", "A"))
    )
    assert (got.status, got.origin) == (Status.TIMEOUT, Origin(f"127.0.0.1:{port}"))
    assert "cannot be reached" in got.detail


def test_no_server_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deliverkit.resolver.live.system_servers", lambda: ())
    got = asyncio.run(Live().ask(Question("example.com", "A")))
    assert (got.status, got.detail) == (Status.TIMEOUT, "this machine has no name server set up")


def test_no_time_at_all() -> None:
    got, (server,) = asked("example.com A", healthy, lifetime=0.0)
    assert (got.status, server.heard) == (Status.TIMEOUT, [])


@pytest.mark.parametrize("name", ["a" * 64 + ".example.com", "a..example.com", ".".join(["a" * 63] * 4)])
def test_a_name_that_cannot_exist_is_not_asked(name: str) -> None:
    got, (server,) = asked(f"{name} A", healthy)
    assert (got.question, got.status, server.heard) == (Question(name, "A"), Status.NXDOMAIN, [])
    assert got.detail.startswith("no such name can exist in DNS: ")


@pytest.mark.parametrize("rtype", ["NOSUCHTYPE", "TYPE99999", "AXFR", "OPT", ""])
def test_a_type_that_cannot_be_asked(rtype: str) -> None:
    async def run() -> Answer:
        return await Live(["127.0.0.1:9"]).ask(Question("example.com", rtype))

    assert asyncio.run(run()).status is Status.SERVFAIL


def test_many_at_once_get_each_their_own() -> None:
    def script(query: dns.message.Message, transport: str) -> Packet:
        name = query.question[0].name.to_text()
        return answer(query, f"{name} 60 TXT {name.partition('.')[0]}")

    async def run() -> list[Answer]:
        async with serving(script) as server:
            live = Live([server.address])
            return await asyncio.gather(*(live.ask(Question(f"n{i}.example.com", "TXT")) for i in range(80)))

    assert [got.texts for got in asyncio.run(run())] == [(f"n{i}",) for i in range(80)]


def test_giving_up_leaves_nothing_behind() -> None:
    async def run() -> None:
        async with serving(silent) as server:
            live = Live([server.address])
            for _ in range(20):
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.01):
                        await live.ask(Question("example.com", "A"))

    asyncio.run(run())
