"""Step 1: where the DNS sends the mail, and that it does not lead where it must not."""

from __future__ import annotations

import asyncio

import pytest

from deliverkit.model.answer import Answer, Question, Status
from deliverkit.probing.flow import probe
from deliverkit.probing.model import Asking, Host, Judgement, Probe, Route, State
from deliverkit.probing.routing import MAX_HOSTS, route
from deliverkit.probing.target import target
from deliverkit.resolver import Resolver
from deliverkit.resolver.zonefile import Zone
from tests.cli.running import Ending
from tests.smtp.peer import DEFAULT, Peer

WORLD = """
$TTL 60
example.com. MX 20 mx2.example.com.
example.com. MX 10 mx1.example.com.
mx1.example.com. A 192.0.2.1
mx1.example.com. AAAA 2001:db8::1
mx2.example.com. A 192.0.2.2
null.example. MX 0 .
mixed.example. MX 0 .
mixed.example. MX 5 mx2.example.com.
implicit.example. A 192.0.2.3
text.example. TXT "no mail"
gone.example. MX 10 nowhere.example.
inside.example. MX 10 lo.example.
lo.example. A 127.0.0.1
lo.example. A 10.0.0.1
lo.example. AAAA ::1
many.example. MX 1 m1.example.
many.example. MX 1 m2.example.
many.example. MX 1 m3.example.
many.example. MX 1 m4.example.
many.example. MX 1 m5.example.
many.example. MX 1 m6.example.
*.example. A 192.0.2.9
nowhere.example. TXT "no address"
"""


@pytest.fixture
def zone() -> Zone:
    return Zone.from_text(WORLD)


def routed(domain: str, resolver: Resolver, only: str = "") -> tuple[Route, Judgement | None]:
    return asyncio.run(route(domain, resolver, only))


def asked(domain: str, resolver: Resolver, port: int = 25, **routes: str) -> Probe:
    asking = Asking("client.example.org", port=port, stage=5)
    to = {f"192.0.2.{number[1:]}": where for number, where in routes.items()}
    return asyncio.run(probe(target(f"alice@{domain}"), asking, resolver, routes=to))


def test_mx_in_order_with_all_addresses(zone: Zone) -> None:
    assert routed("example.com", zone)[0].hosts == (
        Host("mx1.example.com", ("2001:db8::1", "192.0.2.1"), 10),
        Host("mx2.example.com", ("192.0.2.2",), 20),
    )


def test_null_mx_beside_others_is_no_null_mx(zone: Zone) -> None:
    assert [h.name for h in routed("mixed.example", zone)[0].hosts] == ["mx2.example.com"]


def test_implicit_mx(zone: Zone) -> None:
    found, dead = routed("implicit.example", zone)
    assert (found.hosts, found.implicit, dead) == (
        (Host("implicit.example", ("192.0.2.3",)),),
        True,
        None,
    )


def test_equals_come_in_any_order_and_the_rest_is_counted(zone: Zone) -> None:
    orders = {tuple(h.name for h in routed("many.example", zone)[0].hosts) for _ in range(40)}
    assert len(orders) > 1
    assert all(len(order) == MAX_HOSTS for order in orders)
    assert routed("many.example", zone)[0].left_out == 1


def test_one_host_that_the_user_names(zone: Zone) -> None:
    assert routed("example.com", zone, "mx2.example.com")[0].hosts == (
        Host("mx2.example.com", ("192.0.2.2",)),
    )
    assert routed("example.com", zone, "127.0.0.1")[0].hosts == (
        Host("127.0.0.1", ("127.0.0.1",), given=True),
    )


@pytest.mark.parametrize(
    ("domain", "state", "reason", "code"),
    [
        ("missing.test", State.REFUSED, "domain-missing", 905),
        ("null.example", State.REFUSED, "null-mx", 927),
        ("nowhere.example", State.REFUSED, "no-mail-host", 927),
        ("gone.example", State.REFUSED, "hosts-without-address", 910),
    ],
)
def test_nowhere_to_go(zone: Zone, domain: str, state: State, reason: str, code: int) -> None:
    found = asked(domain, zone)
    assert (found.result.state, found.result.reason, found.result.code) == (state, reason, code)
    assert found.attempts == ()


@pytest.mark.parametrize(
    ("domain", "question"),
    [
        ("example.com", Question("example.com", "MX")),
        ("gone.example", Question("nowhere.example", "A")),
        ("text.example", Question("text.example", "AAAA")),
        ("text.example", Question("text.example", "MX")),
    ],
)
@pytest.mark.parametrize("status", [Status.TIMEOUT, Status.SERVFAIL, Status.REFUSED, Status.UNRECORDED])
def test_an_answer_that_does_not_come_is_no_refusal(
    zone: Zone, domain: str, question: Question, status: Status
) -> None:
    class Half:
        async def ask(self, asking: Question) -> Answer:
            return Answer(asking, Status.NODATA) if asking.rtype in ("A", "AAAA") else await zone.ask(asking)

    found = asked(domain, Ending(status, lambda q: q == question, Half()))
    assert (found.result.state, found.result.reason, found.result.code) == (State.UNKNOWN, "dns-open", None)
    assert found.result.data["question"] == str(question)


def test_addresses_that_are_not_public_are_not_connected_to(zone: Zone) -> None:
    with Peer(DEFAULT) as server:
        found = asked("inside.example", zone, server.port)
    assert server.connections == 0
    assert [a.session.address for a in found.attempts] == ["::1", "127.0.0.1", "10.0.0.1"]
    assert {a.result.reason for a in found.attempts} == {"connect-not-public"}
    assert (found.result.state, found.result.code) == (State.UNKNOWN, None)


def test_the_next_host_is_tried_until_one_decides(zone: Zone) -> None:
    with Peer(DEFAULT | {"banner": "421 4.3.2 busy"}) as first, Peer(DEFAULT) as second:
        found = asked("example.com", zone, _1=first.address, _2=second.address)
    assert [a.session.address for a in found.attempts] == ["2001:db8::1", "192.0.2.1", "192.0.2.2"]
    assert found.result.state is State.ACCEPTED
    assert first.commands == []


@pytest.mark.parametrize("script", [{"banner": "554 5.3.0 no"}, {"MAIL": "@cut"}, {"RCPT": "450 4.0.0 no"}])
def test_once_decided_or_asked_nobody_else_is_asked(zone: Zone, script: dict[str, str]) -> None:
    with Peer(DEFAULT | script) as first, Peer(DEFAULT) as second:
        found = asked("example.com", zone, _1=first.address, _2=second.address)
    assert second.connections == 0
    assert found.result.state is not State.ACCEPTED


def test_all_that_came_to_nothing_the_furthest_speaks(zone: Zone) -> None:
    with Peer(DEFAULT | {"EHLO": "@cut"}) as first, Peer(DEFAULT | {"banner": "@cut"}) as second:
        found = asked("example.com", zone, _1=first.address, _2=second.address)
    assert (found.result.reason, found.result.data["stage"]) == ("cut", "ehlo")
