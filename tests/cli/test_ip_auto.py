"""--ip auto: addresses from SPF, else from MX; never silently, and never from trouble."""

from __future__ import annotations

import json

import pytest

from deliverkit.lab import world
from deliverkit.model.answer import Question, Status
from deliverkit.resolver.zonefile import Zone
from tests.cli.running import Ending, call, served

SOA = "@ 3600 SOA ns1.example.net. hostmaster 1 7200 3600 1209600 60\n"

FOUND = {
    "those that SPF names one by one": (
        '@ 60 TXT "v=spf1 ip4:192.0.2.7 ip6:2001:db8::7 ip4:198.51.100.0/24 include:_spf.example.com -all"\n'
        '_spf 60 TXT "v=spf1 ip4:192.0.2.8/32 -all"\n',
        "SPF",
        ["192.0.2.7", "2001:db8::7", "192.0.2.8"],
    ),
    "the hosts that SPF names": (
        '@ 60 TXT "v=spf1 a:out.example.com mx -all"\n@ 60 MX 10 mx\nout 60 A 192.0.2.7\nmx 60 A 192.0.2.9\n',
        "SPF",
        ["192.0.2.7", "192.0.2.9"],
    ),
    "MX where SPF names networks alone": (
        '@ 60 TXT "v=spf1 ip4:198.51.100.0/24 -all"\n@ 60 MX 10 mx\nmx 60 A 192.0.2.9\nmx 60 AAAA 2001:db8::9\n',
        "MX",
        ["192.0.2.9", "2001:db8::9"],
    ),
    "MX where there is no SPF": ("@ 60 MX 10 mx\nmx 60 A 192.0.2.9\n", "MX", ["192.0.2.9"]),
}


def zone(text: str) -> Zone:
    return Zone.from_text(f"{SOA}{text}", "example.com")


@pytest.mark.parametrize(("text", "source", "ips"), FOUND.values(), ids=FOUND)
def test_found(text: str, source: str, ips: list[str]) -> None:
    with served(zone(text)) as server:
        result = call("audit", "example.com", "--ip", "auto", "--resolver", server, "--format", "json")
        written = call("audit", "example.com", "--ip", "auto", "--resolver", server)
    assert result.stderr == f"Addresses taken from {source} of example.com: {', '.join(ips)}\n"
    subject = json.loads(result.stdout)["subject"]
    assert (subject["ips"], subject["derived"]) == (ips, ["ips"])
    flat = " ".join(written.stdout.split())
    assert f"Sending addresses {', '.join(ips)} (derived from DNS, not given)" in flat


def test_it_is_the_envelope_domain_that_is_asked() -> None:
    with served(world.zone()) as server:
        options = ["--ip", "auto", "--mail-from", "bounce@letters.example", "--resolver", server]
        result = call("audit", "broken.example", *options)
    assert result.stderr == "Addresses taken from SPF of letters.example: 203.0.113.49\n"


def test_it_replaces_what_the_lab_knows() -> None:
    result = call("audit", "spf-ip-not-authorised.example", "--lab", "--ip", "auto", "--format", "json")
    assert json.loads(result.stdout)["subject"]["ips"] == ["192.0.2.39"]


def test_no_more_than_sixteen() -> None:
    addresses = " ".join(f"ip4:192.0.2.{n}" for n in range(1, 21))
    with served(zone(f'@ 60 TXT "v=spf1 {addresses[:100]}" "{addresses[100:]} -all"\n')) as server:
        result = call("audit", "example.com", "--ip", "auto", "--resolver", server, "--format", "json")
    assert len(json.loads(result.stdout)["subject"]["ips"]) == 16
    assert result.stderr.splitlines()[1] == "4 more were left out; name them with --ip to have them audited."


@pytest.mark.parametrize(
    "text",
    [
        "",
        '@ 60 TXT "v=spf1 ip4:198.51.100.0/24 -all"\n',
        '@ 60 TXT "v=spf1 -all"\n@ 60 MX 0 .\n',
        "@ 60 MX 10 mx\n",
    ],
)
def test_nothing_found(text: str) -> None:
    with served(zone(text)) as server:
        result = call("audit", "example.com", "--ip", "auto", "--resolver", server)
    line = (
        "Error: --ip auto: neither the SPF record nor the MX hosts of example.com name a single address; give "
        "--ip ADDRESS.\n"
    )
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", line)


@pytest.mark.parametrize("status", [Status.SERVFAIL, Status.REFUSED])
@pytest.mark.parametrize("rtype", ["TXT", "MX"])
def test_nothing_found_because_of_trouble(status: Status, rtype: str) -> None:
    """An empty answer beside one that did not come is no "nothing"."""
    broken = Ending(status, lambda q: q == Question("example.com", rtype), zone('@ 60 TXT "v=spf1 -all"\n'))
    with served(broken) as server:
        result = call("audit", "example.com", "--ip", "auto", "--resolver", server)
    line = (
        f"Error: --ip auto: no answer to example.com {rtype}, so no address could be found; try again, or give "
        "--ip ADDRESS.\n"
    )
    assert (result.exit_code, result.stdout, result.stderr) == (3, "", line)
