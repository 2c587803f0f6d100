"""Hypothesis strategies for the values that resolvers pass around."""

from __future__ import annotations

from hypothesis import strategies as st

from deliverkit.model.answer import Answer, Mx, Origin, Question, Rdata, Soa, Status, Txt
from deliverkit.model.subject import CORE_BLOCKLISTS, Subject

any_text = st.text(max_size=20) | st.text(alphabet='\x1b\x00\n\r"\\ .#é中\ud800', max_size=8)
labels = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=1, max_size=12)
names = st.lists(labels, max_size=4).map(".".join)
any_names = names | any_text
uint16 = st.integers(0, 2**16 - 1)
uint32 = st.integers(0, 2**32 - 1)
txts = st.lists(st.binary(max_size=255), min_size=1, max_size=3).map(lambda strings: Txt(tuple(strings)))
ipv4s = st.ip_addresses(v=4).map(str)
ipv6s = st.ip_addresses(v=6).map(str)


def mxs(hosts: st.SearchStrategy[str] = names) -> st.SearchStrategy[Mx]:
    return st.builds(Mx, uint16, hosts)


def soas(hosts: st.SearchStrategy[str] = names) -> st.SearchStrategy[Soa]:
    return st.builds(Soa, hosts, hosts, uint32, uint32, uint32, uint32, uint32)


rdata_of: dict[str, st.SearchStrategy[Rdata]] = {
    "A": ipv4s,
    "AAAA": ipv6s,
    "MX": mxs(any_names),
    "TXT": txts,
    "SOA": soas(any_names),
    "CAA": any_names,
    "TYPE65280": any_names,
}


def answers_of(rtype: str) -> st.SearchStrategy[Answer]:
    return st.builds(
        Answer,
        st.builds(Question, any_names, st.just(rtype), st.sampled_from(["", "192.0.2.53"]), st.booleans()),
        st.sampled_from(Status),
        st.lists(rdata_of[rtype], max_size=3).map(tuple),
        st.none() | uint32,
        st.lists(any_names, max_size=3).map(tuple),
        st.booleans(),
        st.builds(Origin, any_text, st.none() | st.integers(0, 9999)),
        any_text,
        st.lists(any_text, max_size=2).map(tuple),
    )


answers = st.sampled_from(sorted(rdata_of)).flatmap(answers_of)
subjects = st.builds(
    Subject,
    domain=any_names,
    ips=st.lists(ipv4s | ipv6s, max_size=2).map(tuple),
    helo=st.none() | any_text,
    mail_from=st.none() | any_text,
    selectors=st.lists(any_text, max_size=2).map(tuple),
    derived=st.lists(labels, max_size=2).map(tuple),
    blocklists=st.just(CORE_BLOCKLISTS) | st.lists(any_names, max_size=2).map(tuple),
)
