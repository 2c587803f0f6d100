"""What cannot be used ends with exit status 2 and one line that says what is wrong and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import call, process

LONG_LABEL = "a" * 64 + ".example"
LONG_NAME = "a." * 130 + "example"

DOMAINS = {
    "": "DOMAIN: “” cannot be a domain name: it is empty.",
    " . ": "DOMAIN: “ . ” cannot be a domain name: it is empty.",
    "https://www.example.com/": "DOMAIN: “https://www.example.com/” is a URL; give the domain alone, such as "
    "www.example.com.",
    "http://me@www.example.com:8080?x": "DOMAIN: “http://me@www.example.com:8080?x” is a URL; give the domain "
    "alone, such as www.example.com.",
    "https://": "DOMAIN: “https://” is a URL; give the domain alone, such as example.com.",
    "shop@example.com": "DOMAIN: “shop@example.com” is a mail address; give its domain, example.com.",
    "shop@": "DOMAIN: “shop@” is a mail address; give its domain, example.com.",
    "192.0.2.1": "DOMAIN: “192.0.2.1” is an address; give the domain behind the @ of the From address, and the "
    "address with --ip.",
    "[192.0.2.1]": "DOMAIN: “[192.0.2.1]” is an address; give the domain behind the @ of the From address, and "
    "the address with --ip.",
    "2001:db8::1": "DOMAIN: “2001:db8::1” is an address; give the domain behind the @ of the From address, and "
    "the address with --ip.",
    "my shop.example": "DOMAIN: “my shop.example” cannot be a domain name: it has a blank or a control character "
    "in it.",
    "a\tb.example": "DOMAIN: “a\\x09b.example” cannot be a domain name: it has a blank or a control character "
    "in it.",
    "\x1b[31mred.example": "DOMAIN: “\\x1b[31mred.example” cannot be a domain name: it has a blank or a control "
    "character in it.",
    "shop\u202e.example": "DOMAIN: “shop\\u202e.example” cannot be a domain name: it has a blank or a control "
    "character in it.",
    "shop..example": "DOMAIN: “shop..example” cannot be a domain name: two dots stand together, or it begins "
    "with a dot.",
    ".example": "DOMAIN: “.example” cannot be a domain name: two dots stand together, or it begins with a dot.",
    LONG_LABEL: f"DOMAIN: “{LONG_LABEL}” cannot be a domain name: a part between two dots is longer than 63 "
    "characters.",
    LONG_NAME: f"DOMAIN: “{LONG_NAME}” cannot be a domain name: it is longer than 253 characters.",
    "ü" * 60
    + ".example": f"DOMAIN: “{'ü' * 60}.example” cannot be a domain name: it cannot be written in ASCII "
    "(Label too long).",
    "😀.example": "DOMAIN: “😀.example” cannot be a domain name: it cannot be written in ASCII (Codepoint U+1F600 "
    "at position 1 of '😀' not allowed).",
    "-bücher.example": "DOMAIN: “-bücher.example” cannot be a domain name: it cannot be written in ASCII (Label "
    "must not start or end with a hyphen).",
}

OPTIONS: dict[tuple[str, ...], str] = {
    ("--ip", "mail.example.com"): "--ip: “mail.example.com” is no IP address; write it like 192.0.2.25 or "
    "2001:db8::25, or 'auto'.",
    (
        "--ip",
        "192.0.2.0/24",
    ): "--ip: “192.0.2.0/24” is no IP address; write it like 192.0.2.25 or 2001:db8::25, or 'auto'.",
    ("--ip", ""): "--ip: “” is no IP address; write it like 192.0.2.25 or 2001:db8::25, or 'auto'.",
    (
        "--ip",
        "auto",
        "--ip",
        "192.0.2.1",
    ): "--ip auto stands alone; leave out the other addresses or leave out 'auto'.",
    **{
        (
            "--ip",
            ip,
        ): f"--ip: {ip} cannot be seen from the Internet; give the public address that receivers see."
        for ip in (
            "10.0.0.25",
            "172.16.0.1",
            "192.168.1.1",
            "127.0.0.1",
            "0.0.0.0",
            "169.254.1.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.25",
            "fe80::1",
            "fe80::1%eth0",
            "fd00::25",
            "ff02::1",
        )
    },
    ("--mail-from", "<>"): "--mail-from: the empty sender <> is judged under the HELO name; give --mail-from "
    "HELO-NAME.",
    (
        "--mail-from",
        "",
        "--helo",
        "mail.example.com",
    ): "--mail-from: the empty sender <> is judged under the HELO name; give --mail-from mail.example.com.",
    (
        "--mail-from",
        "bounce@",
    ): "--mail-from: “bounce@” cannot be a sender address: there is no domain behind the @.",
    (
        "--mail-from",
        "@example.com",
    ): "--mail-from: “@example.com” cannot be a sender address: there is nothing before the @.",
    (
        "--mail-from",
        "jörg@example.com",
    ): "--mail-from: “jörg@example.com” cannot be a sender address: before the "
    "@ stands a blank, a control character or a letter beyond ASCII.",
    ("--mail-from", "a@b..example"): "--mail-from: “b..example” cannot be a domain name: two dots stand "
    "together, or it begins with a dot.",
    (
        "--selector",
        "",
    ): "--selector: “” cannot be a selector; it is the value of s= in a DKIM-Signature, such as "
    "s1 or mail.2026.",
    (
        "--selector",
        "s=s1",
    ): "--selector: “s=s1” cannot be a selector; it is the value of s= in a DKIM-Signature, "
    "such as s1 or mail.2026.",
    (
        "--selector",
        "a..b",
    ): "--selector: “a..b” cannot be a selector; it is the value of s= in a DKIM-Signature, "
    "such as s1 or mail.2026.",
    (
        "--resolver",
        "dns.example",
    ): "--resolver: the name server 'dns.example' is not an IP address; write it like "
    "192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353",
    (
        "--resolver",
        "192.0.2.53:dns",
    ): "--resolver: the port of the name server '192.0.2.53:dns' is not a number from 1 to 65535",
    (
        "--resolver",
        "127.0.0.1:53",
        "--resolver",
        "[2001:db8::53]:0",
    ): "--resolver: the port of the name server '[2001:db8::53]:0' is not a number from 1 to 65535",
    ("--fault", "servfail:."): "--fault and --delay break the example world only; give --lab as well.",
    ("--delay", "20"): "--fault and --delay break the example world only; give --lab as well.",
    (
        "--lab",
        "--fault",
        "flood:.",
    ): "--fault: the fault 'flood:.' is not known; write KIND:NAME, where KIND is "
    "one of delay, servfail, timeout, truncate, refused, sentinel, rewrite, empty, lists-all",
    (
        "--lab",
        "--fault",
        "delay:.",
    ): "--fault: in the fault 'delay:.': write delay:NAME=SECONDS, and all others KIND:NAME",
    (
        "--lab",
        "--resolver",
        "127.0.0.1",
    ): "--lab, --replay and --resolver each name where the answers come from; give one of them.",
    (
        "--lab",
        "--replay",
        "x",
    ): "--lab, --replay and --resolver each name where the answers come from; give one of them.",
    (
        "--replay",
        "x",
        "--resolver",
        "127.0.0.1",
    ): "--lab, --replay and --resolver each name where the answers come from; give one of them.",
    (
        "--replay",
        "x",
        "--record",
        "y",
    ): "--record would only copy the file of --replay; leave one of them out.",
    ("--lab",): "“example.com” is no stream of the example world. Streams: deliverkit lab --list",
}


@pytest.mark.parametrize(("domain", "line"), DOMAINS.items())
def test_an_unusable_domain(domain: str, line: str) -> None:
    result = call("audit", "--", domain)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"Error: {line}\n")


@pytest.mark.parametrize(("options", "line"), OPTIONS.items(), ids=map(" ".join, OPTIONS))
def test_an_unusable_option(options: tuple[str, ...], line: str) -> None:
    result = call("audit", "example.com", *options)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"Error: {line}\n")


def test_no_domain() -> None:
    result = call("audit", "--ip", "192.0.2.1")
    line = "Error: Name the domain to audit, or give --replay FILE.\n"
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", line)


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["audit", "--nonsense"],
        ["audit", "a.example", "b.example"],
        ["audit", "healthy.example", "--lab", "--fail-on", "note"],
        ["audit", "healthy.example", "--lab", "--format", "xml"],
        ["audit", "healthy.example", "--lab", "--delay", "60001"],
        ["explain"],
        ["schema", "audit"],
        ["lab", "--port", "65536"],
    ],
)
def test_a_call_that_does_not_exist_says_how_to_find_out(arguments: list[str]) -> None:
    result = call(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    usage, hint, blank, error, *rest = result.stderr.splitlines()
    assert usage.startswith("Usage: deliverkit ")
    assert (hint[-17:], blank, rest) == ("--help' for help.", "", [])
    assert error.startswith("Error: ")


@pytest.mark.parametrize(
    ("variable", "key"), [("SPAMHAUS_DQS", "two.labels"), ("ABUSIX", "Secret with blank")]
)
def test_an_access_key_that_cannot_be_one(variable: str, key: str) -> None:
    result = call("audit", "example.com", env={f"DELIVERKIT_{variable}_KEY": key})
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: In the environment, DELIVERKIT_SPAMHAUS_DQS_KEY or ")
    assert result.stderr.count("\n") == 1
    assert key not in result.stderr


@pytest.mark.parametrize("target", ["missing/report.txt", ""])
@pytest.mark.parametrize("option", ["--output", "--record"])
def test_a_file_that_cannot_be_written(tmp_path: Path, target: str, option: str) -> None:
    path = tmp_path / target
    result = call("audit", "healthy.example", "--lab", option, str(path))
    reason = "No such file or directory" if target else "Is a directory"
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"Error: {path} cannot be written: {reason}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("domain", ["https://example.com", "shop@example.com", "\udcff.example"])
def test_a_process_ends_without_a_traceback(domain: str) -> None:
    done = process("audit", domain)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith("Error: DOMAIN: “".encode())
    assert done.stderr.count(b"\n") == 1


def test_what_people_type_is_read_kindly() -> None:
    """Blanks, a final dot, capitals, brackets, repeats."""
    typed = ["--ip", "[203.0.113.1]", "--ip", " 203.0.113.1", "--ip", "[IPv6:2001:DB8:0:1:0::25]"]
    typed += ["--helo", "mail.healthy.example.", "--mail-from", "<bounce@Healthy.Example.>"]
    typed += ["--selector", "S1", "--selector", "s1."]
    result = call("audit", " Healthy.EXAMPLE. ", "--lab", *typed)
    assert (result.exit_code, result.stderr) == (0, "")
    audited = result.stdout.partition("What was audited")[2]
    for value in (
        "healthy.example\n",
        "bounce@healthy.example\n",
        "203.0.113.1, 2001:db8:0:1::25\n",
        "mail.healthy.example\n",
        " s1\n",
    ):
        assert value in audited


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER。Example", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("例え.example", "xn--r8jz45g.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ],
)
def test_an_international_name_becomes_a_labels(typed: str, asked: str) -> None:
    result = call("audit", typed, "--mail-from", f"bounce@{typed}", "--lab")
    assert result.stdout.startswith(f"Will mail from {asked} bounce?\n")
    assert f"bounce@{asked}\n" in result.stdout
    assert result.exit_code == 1  # the example world does not have it
