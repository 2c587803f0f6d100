"""Changed SPF records: what they say afterwards, and that they stay within the grammar."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliverkit.model.answer import Txt
from deliverkit.model.remedy import Action, Actor, RecordChange
from deliverkit.records import spf, spf_edit

IPS = st.ip_addresses().map(str)
TERMS = st.sampled_from(
    """a mx ?mx ptr -ip4:192.0.2.0/24 ip4:192.0.2.0/24 ip6:2001:db8::/32 include:_spf.example.net ~include:x.example.net
    exists:%{i}.example.com all -all ~all +all ?all redirect=_spf.example.net exp=why.example.com ra=postmaster
    ipv4:192.0.2.1 include: ip4:192.0.2 -all; redirect= a=mail.example.com all:x""".split()
)
RECORDS = st.lists(TERMS, max_size=8).map(lambda terms: " ".join(["v=spf1", *terms]))


@pytest.mark.parametrize(
    ("ips", "record"),
    [
        ([], "v=spf1 mx ~all"),
        (["192.0.2.1"], "v=spf1 ip4:192.0.2.1 ~all"),
        (["192.0.2.1", "2001:db8::1", "192.0.2.1"], "v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 ~all"),
    ],
)
def test_fresh(ips: list[str], record: str) -> None:
    assert spf_edit.fresh(ips) == record


@pytest.mark.parametrize(
    ("before", "ip", "after"),
    [
        ("v=spf1 mx -all", "192.0.2.1", "v=spf1 mx ip4:192.0.2.1 -all"),
        ("v=spf1 mx -all", "2001:db8::1", "v=spf1 mx ip6:2001:db8::1 -all"),
        ("V=SPF1  mx   ~ALL", "192.0.2.1", "v=spf1 mx ip4:192.0.2.1 ~ALL"),
        ("v=spf1 mx", "192.0.2.1", "v=spf1 mx ip4:192.0.2.1"),
        ("v=spf1", "192.0.2.1", "v=spf1 ip4:192.0.2.1"),
        ("v=spf1 redirect=a.example.com", "192.0.2.1", "v=spf1 ip4:192.0.2.1 redirect=a.example.com"),
        ("v=spf1 mx exp=a.example.com", "192.0.2.1", "v=spf1 mx ip4:192.0.2.1 exp=a.example.com"),
        ("v=spf1 mx +all", "192.0.2.1", "v=spf1 mx ip4:192.0.2.1 +all"),
        ("v=spf1 -all mx ~all", "192.0.2.1", "v=spf1 ip4:192.0.2.1 -all mx ~all"),
        ("v=spf1 a ?mx -all", "192.0.2.1", "v=spf1 a ip4:192.0.2.1 ?mx -all"),
        ("v=spf1 -ip4:192.0.2.1 +all", "192.0.2.1", "v=spf1 ip4:192.0.2.1 -ip4:192.0.2.1 +all"),
        ("v=spf1 -all ip4:192.0.2.1", "192.0.2.1", "v=spf1 ip4:192.0.2.1 -all"),
        ("v=spf1 ip4:192.0.2.9/24 -all", "192.0.2.1", "v=spf1 ip4:192.0.2.9/24 -all"),
        ("v=spf1 IP4:192.0.2.1 -all", "192.0.2.1", "v=spf1 IP4:192.0.2.1 -all"),
        ("v=spf1 ip4:0.0.0.0/0 -all", "2001:db8::1", "v=spf1 ip4:0.0.0.0/0 ip6:2001:db8::1 -all"),
    ],
)
def test_authorise(before: str, ip: str, after: str) -> None:
    assert spf_edit.authorise(before, ip) == after


@given(RECORDS, IPS)
def test_authorise_lets_the_address_pass(record: str, ip: str) -> None:
    before, after = spf.parse(record), spf.parse(spf_edit.authorise(record, ip))
    passing = next(
        i
        for i, t in enumerate(after.terms)
        if t.kind in {"ip4", "ip6"} and t.qualifier == "+" and not t.fault and spf_edit.covers([t.value], ip)
    )
    assert all(t.qualifier in {"+", ""} and t.kind != "all" for t in after.terms[:passing])
    assert {t.text for t in after.faults} == {t.text for t in before.faults}
    assert {t.text for t in before.terms} <= {t.text for t in after.terms}
    assert spf_edit.authorise(after.text, ip) == after.text


@given(RECORDS, IPS)
def test_authorise_first(record: str, ip: str) -> None:
    after = spf.parse(spf_edit.authorise_first(record, ip))
    assert after.terms[0].value == ip
    assert not after.terms[0].fault


@pytest.mark.parametrize(
    ("records", "merged"),
    [
        (["v=spf1 a -all", "v=spf1 mx -all"], "v=spf1 a mx -all"),
        (["v=spf1 a -all", "v=spf1 mx ~all"], "v=spf1 a mx ~all"),
        (["v=spf1 a ?all", "v=spf1 mx ?all"], "v=spf1 a mx ?all"),
        (["v=spf1 a +all", "v=spf1 mx all"], "v=spf1 a mx ~all"),
        (["v=spf1 a", "v=spf1 mx -all"], "v=spf1 a mx ~all"),
        (["v=spf1 a +mx -all", "v=spf1 MX a ptr -all"], "v=spf1 a +mx ptr -all"),
        (["v=spf1 a -all ptr", "v=spf1 mx -all"], "v=spf1 a mx -all"),
        (
            ["v=spf1 a redirect=_spf.example.net", "v=spf1 mx redirect=x.example.net -all exp=y.example.net"],
            "v=spf1 a include:_spf.example.net mx ~all",
        ),
        (["v=spf1 a -all exp=why.example.com", "v=spf1 mx -all"], "v=spf1 a mx -all exp=why.example.com"),
        (["v=spf1 ipv4:192.0.2.1 -all", "v=spf1 nonsense mx -all"], "v=spf1 ip4:192.0.2.1 mx -all"),
    ],
)
def test_merge(records: list[str], merged: str) -> None:
    assert spf_edit.merge(records) == merged


@given(st.lists(RECORDS, min_size=2, max_size=4))
def test_merge_is_sound_and_opens_nothing(records: list[str]) -> None:
    merged = spf.parse(spf_edit.merge(records))
    assert not merged.faults
    assert [t.kind for t in merged.terms].count("all") == 1
    assert merged.all is not None
    assert merged.all.qualifier != "+"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("v=spf1 ipv4:192.0.2.1 -all", "v=spf1 ip4:192.0.2.1 -all"),
        ("v=spf1 include: _spf.example.net -all", "v=spf1 include:_spf.example.net -all"),
        ("v=spf1 mx foo:bar -all", "v=spf1 mx -all"),
        ("v=spf1 mx all:x", "v=spf1 mx ~all"),
        ("v=spf1 mx +all; a", "v=spf1 mx ~all a"),
        ("v=spf1 mx redirect=a.example.com redirect=b.example.com", "v=spf1 mx redirect=a.example.com"),
    ],
)
def test_repair(before: str, after: str) -> None:
    assert spf_edit.repair(before) == after


@given(RECORDS)
def test_a_repaired_record_has_no_faults(record: str) -> None:
    assert not spf.parse(spf_edit.repair(record)).faults


@pytest.mark.parametrize(
    ("before", "ips", "after"),
    [
        ("v=spf1", [], "v=spf1 mx ~all"),
        ("v=spf1 -all", [], "v=spf1 mx ~all"),
        ("v=spf1 -all", ["192.0.2.1"], "v=spf1 ip4:192.0.2.1 -all"),
        ("v=spf1 a -all", [], "v=spf1 a -all"),
        ("v=spf1 redirect=a.example.com", [], "v=spf1 redirect=a.example.com"),
    ],
)
def test_working(before: str, ips: list[str], after: str) -> None:
    assert spf_edit.working(before, ips) == after


def test_drop_and_swap() -> None:
    record = "v=spf1 a mx a:x.example.com -all exp=a.example.com"
    assert spf_edit.drop(record, ["mx", "exp=a.example.com"]) == "v=spf1 a a:x.example.com -all"
    assert spf_edit.swap(record, {"a": "ip4:192.0.2.1 ptr", "mx": ""}) == (
        "v=spf1 ip4:192.0.2.1 ptr a:x.example.com -all exp=a.example.com"
    )
    assert spf_edit.swap(record, {"none": "ptr"}) == record


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("v=spf1 a mx a -all", "v=spf1 a mx -all"),
        ("v=spf1 MX +mx ?mx -all -ALL", "v=spf1 MX ?mx -all"),
        (
            "v=spf1 exists:%{s}.example.net exists:%{S}.example.net -all",
            "v=spf1 exists:%{s}.example.net exists:%{S}.example.net -all",
        ),
    ],
)
def test_without_repeats(before: str, after: str) -> None:
    assert spf_edit.without_repeats(before) == after


FORTY = [f"ip4:198.51.100.{i}" for i in range(100, 140)]


@pytest.mark.parametrize(
    ("before", "top", "parts"),
    [
        (
            f"v=spf1 a {' '.join(FORTY)} mx ~all",
            "v=spf1 a include:_spf1.example.com include:_spf2.example.com mx ~all",
            2,
        ),
        (
            f"v=spf1 include:_SPF1.example.com {' '.join(FORTY)}"
            " -ip4:192.0.2.1 ip4:192.0.2.0/24 -all exp=a.example.com",
            "v=spf1 include:_SPF1.example.com include:_spf2.example.com include:_spf3.example.com"
            " -ip4:192.0.2.1 ip4:192.0.2.0/24 -all exp=a.example.com",
            2,
        ),
        (f"v=spf1 {' '.join(FORTY[:5])}", "v=spf1 include:_spf1.example.com", 1),
    ],
)
def test_spread(before: str, top: str, parts: int) -> None:
    found = spf_edit.spread(before, "example.com")
    assert found is not None
    assert found[0] == top
    assert len(found[1]) == parts
    written = [t for _, record in found[1] for t in record.split()[1:-1]]
    assert written == [t for t in before.split() if t in FORTY]
    assert all(len(name) + len(record) <= spf_edit.SHORT for name, record in found[1])
    assert all(record.endswith(" ~all") for _, record in found[1])


def test_spread_gives_up_where_nothing_can_move() -> None:
    assert spf_edit.spread(f"v=spf1 ?mx {' '.join(FORTY)} -all", "example.com") is None


@pytest.mark.parametrize(
    ("record", "text", "networks", "after"),
    [
        ("v=spf1 a -all", "a", ["192.0.2.1"], "v=spf1 ip4:192.0.2.1 -all"),
        ("v=spf1 a mx -all", "a", [], "v=spf1 mx -all"),
        ("v=spf1 a mx a -all", "a", ["192.0.2.1"], "v=spf1 ip4:192.0.2.1 mx -all"),
        ("v=spf1 ?a -all", "?a", ["192.0.2.1", "2001:db8::1"], "v=spf1 ?ip4:192.0.2.1 ?ip6:2001:db8::1 -all"),
        ("v=spf1 a -all", "a", ["192.0.2.0/25", "192.0.2.129/25"], "v=spf1 ip4:192.0.2.0/24 -all"),
        (
            "v=spf1 redirect=x.example.com",
            "redirect=x.example.com",
            ["192.0.2.1"],
            "v=spf1 ip4:192.0.2.1 ~all",
        ),
    ],
)
def test_flatten(record: str, text: str, networks: list[str], after: str) -> None:
    assert spf_edit.flatten(record, text, networks) == after


RECORD = "v=spf1 include:a.example.net include:b.example.net a:c.example.net ip4:192.0.2.1 -all"
A = spf_edit.Cost("include:a.example.net", 5, ("198.51.100.0/24",))
B = spf_edit.Cost("include:b.example.net", 7, None)
C = spf_edit.Cost("a:c.example.net", 1, ())
WIDE = tuple(f"2001:db8:{i:x}::/64" for i in range(0, 200, 2))


@pytest.mark.parametrize(
    ("costs", "excess", "ips", "relief"),
    [
        (
            [A, B],
            3,
            [],
            spf_edit.Relief(
                "v=spf1 ip4:198.51.100.0/24 include:b.example.net a:c.example.net ip4:192.0.2.1 -all",
                flattened=("include:a.example.net",),
                dropped=(),
            ),
        ),
        (
            [A, B, C],
            6,
            ["198.51.100.9"],
            spf_edit.Relief(
                "v=spf1 ip4:198.51.100.0/24 include:b.example.net ip4:192.0.2.1 -all",
                flattened=("include:a.example.net",),
                dropped=("a:c.example.net",),
            ),
        ),
        (
            [A, B, C],
            13,
            ["203.0.113.1", "192.0.2.1"],
            spf_edit.Relief(
                "v=spf1 ip4:198.51.100.0/24 ip4:192.0.2.1 ip4:203.0.113.1 -all",
                flattened=("include:a.example.net",),
                dropped=("a:c.example.net", "include:b.example.net"),
            ),
        ),
        (
            [spf_edit.Cost(A.text, 5, WIDE), B],
            1,
            ["2001:db8::1"],
            spf_edit.Relief(
                "v=spf1 include:a.example.net a:c.example.net ip4:192.0.2.1 -all",
                flattened=(),
                dropped=("include:b.example.net",),
            ),
        ),
        (
            [spf_edit.Cost(A.text, 8, WIDE), B],
            1,
            ["2001:db8::1"],
            spf_edit.Relief(
                "v=spf1 include:b.example.net a:c.example.net ip4:192.0.2.1 ip6:2001:db8::1 -all",
                flattened=(),
                dropped=("include:a.example.net",),
            ),
        ),
    ],
)
def test_relieve(costs: list[spf_edit.Cost], excess: int, ips: list[str], relief: spf_edit.Relief) -> None:
    assert spf_edit.relieve(RECORD, costs, excess, ips) == relief


def test_relieve_changes_a_repeated_term_once() -> None:
    costs = [spf_edit.Cost("a", 1, ("192.0.2.1",))] * 11
    relief = spf_edit.relieve("v=spf1 " + "a " * 11 + "-all", costs, 1, [])
    assert relief == spf_edit.Relief("v=spf1 ip4:192.0.2.1 -all", ("a",), ())


def test_relieve_as_far_as_it_is_wished_but_keeps_the_record_short() -> None:
    costs = [
        spf_edit.Cost("include:a.example.net", 5, WIDE[:20]),
        spf_edit.Cost("include:b.example.net", 2, ("192.0.2.1",)),
        spf_edit.Cost("a:c.example.net", 1, ("192.0.2.2",)),
        spf_edit.Cost("ptr", 1, None),
    ]
    record = "v=spf1 include:a.example.net include:b.example.net a:c.example.net ptr -all"
    wished = spf_edit.relieve(record, costs, 0, [], wish=2)
    assert wished == spf_edit.Relief(
        "v=spf1 include:a.example.net ip4:192.0.2.1 a:c.example.net ptr -all", ("include:b.example.net",), ()
    )
    needed = spf_edit.relieve(record, costs, 1, [], wish=2)
    assert needed.flattened == ("a:c.example.net", "include:b.example.net")
    most = spf_edit.relieve(record, costs, 0, [], wish=9)
    assert (most.flattened, most.dropped) == (("a:c.example.net", "include:b.example.net"), ())


@pytest.mark.parametrize(
    ("flattened", "dropped", "key"),
    [(("a",), (), "flatten"), ((), ("a",), "drop"), (("a",), ("mx",), "flatten-and-drop")],
)
def test_relief_key(flattened: tuple[str, ...], dropped: tuple[str, ...], key: str) -> None:
    assert spf_edit.Relief("v=spf1", flattened, dropped).key == key


NETWORKS = st.one_of(
    st.ip_addresses(v=4).map(lambda a: f"{a}/24"), st.ip_addresses(v=6).map(lambda a: f"{a}/48"), IPS
)


@given(
    st.lists(
        st.tuples(TERMS, st.integers(0, 12), st.none() | st.lists(NETWORKS, max_size=3).map(tuple)),
        min_size=1,
        max_size=8,
        unique_by=lambda row: row[0],
    ),
    st.integers(1, 10),
    st.lists(IPS, max_size=3),
)
def test_relief_is_enough_and_loses_nobody_who_was_given(
    rows: list[tuple[str, int, tuple[str, ...] | None]], excess: int, ips: list[str]
) -> None:
    record = " ".join(["v=spf1", *(text for text, _, _ in rows)])
    asking = {t.text for t in spf.parse(record).terms if t.kind in spf.QUERYING}
    costs = [spf_edit.Cost(text, cost if text in asking else 0, networks) for text, cost, networks in rows]
    relief = spf_edit.relieve(record, costs, excess, ips)
    changed = {*relief.flattened, *relief.dropped}
    after = spf.parse(relief.record)
    assert sum(c.cost for c in costs if c.text in changed) >= min(excess, sum(c.cost for c in costs))
    assert not changed & {t.text for t in after.terms}
    kept = [n for c in costs if c.cost and c.text not in relief.dropped for n in c.networks or ()]
    written = [t.value for t in after.terms if t.kind in {"ip4", "ip6"} and not t.fault]
    assert all(spf_edit.covers([*kept, *written], ip) for ip in ips)


@given(st.lists(NETWORKS, max_size=4), IPS)
def test_covers(networks: list[str], ip: str) -> None:
    address = ipaddress.ip_address(ip)
    parsed = [ipaddress.ip_network(n, strict=False) for n in networks]
    assert spf_edit.covers(networks, ip) is any(n.version == address.version and address in n for n in parsed)


def test_publish_keeps_the_other_texts() -> None:
    assert spf_edit.publish("example.com", "v=spf1 -all", ("verification", "x" * 300)) == RecordChange(
        Action.REPLACE,
        "example.com",
        "TXT",
        (Txt((b"verification",)), Txt((b"x" * 255, b"x" * 45)), Txt((b"v=spf1 -all",))),
    )


def test_publish_behind_an_alias() -> None:
    change = spf_edit.publish("b.example.com", "v=spf1 -all", aliases=("x.example.net", "y.example.net"))
    assert (change.name, change.by) == ("y.example.net", Actor.ZONE_OWNER)
    assert spf_edit.publish("example.net", "v=spf1 -all", foreign=True).by is Actor.ZONE_OWNER


@pytest.mark.parametrize(
    ("excess", "flattened"),
    [
        (1, ("a",)),  # an own host before a service, although it stands for more networks
        (2, ("a", "include:small.example.net")),
        (4, ("include:large.example.net",)),  # what it saves makes the others needless
        (5, ("a", "include:large.example.net")),
        (6, ("a", "include:small.example.net", "include:large.example.net")),
    ],
)
def test_relieve_writes_out_no_more_than_is_needed(excess: int, flattened: tuple[str, ...]) -> None:
    costs = [
        spf_edit.Cost("include:large.example.net", 4, tuple(f"198.51.100.{i}" for i in range(0, 60, 2))),
        spf_edit.Cost("include:small.example.net", 1, ("203.0.113.1",)),
        spf_edit.Cost("a", 1, ("192.0.2.1", "192.0.2.3")),
    ]
    record = "v=spf1 include:large.example.net include:small.example.net a -all"
    relief = spf_edit.relieve(record, costs, excess, [])
    assert (relief.flattened, relief.dropped) == (flattened, ())


def test_relieve_drops_what_is_dead_before_it_writes_anything_out() -> None:
    costs = [spf_edit.Cost("a", 1, ("192.0.2.1",)), spf_edit.Cost("mx:gone.example.net", 1, ())]
    relief = spf_edit.relieve("v=spf1 a mx:gone.example.net -all", costs, 1, [])
    assert relief == spf_edit.Relief("v=spf1 a -all", (), ("mx:gone.example.net",))
