"""Choosing blocklists, access keys from a file, and what is said up front."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deliverkit import wiring
from deliverkit.facts.blocklists import catalogue, register
from deliverkit.facts.choosing import choose
from deliverkit.model.answer import Answer, Question, Status
from deliverkit.model.subject import CORE_BLOCKLISTS
from deliverkit.records.given import Unusable
from deliverkit.records.userconfig import keys
from tests.cli.running import call

SECRET = "S3cretAbusixKey-0123456789"
NAMES = ("abusix", "spamhaus-dqs")
DQS, ABUSIX = "spamhaus-dqs-key", "abusix-key"


def config(tmp_path: Path, text: str) -> dict[str, str]:
    (tmp_path / "deliverkit").mkdir()
    (tmp_path / "deliverkit" / "config.toml").write_text(text)
    return {"XDG_CONFIG_HOME": str(tmp_path)}


@pytest.mark.parametrize(
    ("wanted", "have", "zones"),
    [
        ("core", (), CORE_BLOCKLISTS),
        (
            "core",
            (DQS, ABUSIX),
            (
                f"{DQS}.zen.dq.spamhaus.net",
                "b.barracudacentral.org",
                "bl.spamcop.net",
                f"{DQS}.dbl.dq.spamhaus.net",
                f"{ABUSIX}.combined.mail.abusix.zone",
            ),
        ),
        ("none", (DQS,), ()),
        ("all", (), tuple(z for z, row in catalogue().items() if not row.key)),
        ("BL.SpamCop.net., psbl.surriel.com,bl.spamcop.net", (), ("bl.spamcop.net", "psbl.surriel.com")),
        ("combined.mail.abusix.zone", (ABUSIX,), (f"{ABUSIX}.combined.mail.abusix.zone",)),
        ("zen.spamhaus.org", (DQS,), (f"{DQS}.zen.dq.spamhaus.net",)),
        ("core,psbl.surriel.com", (), (*CORE_BLOCKLISTS, "psbl.surriel.com")),
    ],
)
def test_choosing(wanted: str, have: tuple[str, ...], zones: tuple[str, ...]) -> None:
    assert choose(wanted, have) == zones


def test_all_with_every_key_asks_no_list_in_both_forms() -> None:
    zones = choose("all", (DQS, ABUSIX))
    assert not {row.instead_of for row in catalogue().values()} & set(zones)
    assert len(zones) == len(set(zones)) == len(catalogue()) - 2


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ("zen.spamhaus.og", "“zen.spamhaus.og” is no blocklist that is known. Did you mean zen.spamhaus.org"),
        ("surbl", "Did you mean multi.surbl.org"),
        ("qqq", "write core, all, none, or zones such as"),
        ("", "write core, all, none, or zones such as"),
        ("none,core", "'none' stands alone"),
        (
            "dnsbl.sorbs.net",
            "dnsbl.sorbs.net is never asked, because SORBS closed and emptied its zones (2024-06-05)",
        ),
        ("core,db.wpbl.info", "db.wpbl.info is never asked, because the list is offline; leave it out."),
        ("cbl.abuseat.org", "name zen.spamhaus.org in its place"),
        ("zen.dq.spamhaus.net", "with an access key only; set DELIVERKIT_SPAMHAUS_DQS_KEY"),
        ("combined.mail.abusix.zone", "with an access key only; set DELIVERKIT_ABUSIX_KEY"),
    ],
)
def test_names_that_cannot_be_asked(wanted: str, says: str) -> None:
    result = call("audit", "healthy.example", "--lab", "--dnsbl", wanted)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: --dnsbl: ")
    assert result.stderr.count("\n") == 1
    assert says in result.stderr


@pytest.mark.parametrize("row", register(), ids=lambda row: str(row.zone))
def test_no_closed_zone_can_be_named(row: object) -> None:
    zone = str(getattr(row, "zone", ""))
    for name in (zone, f"sub.{zone}"):
        with pytest.raises(Unusable) as caught:
            choose(name, (DQS, ABUSIX))
        assert caught.value.key in {"dnsbl-closed", "dnsbl-closed-since", "dnsbl-merged"}


def test_the_lab_with_chosen_lists() -> None:
    result = call("audit", "healthy.example", "--lab", "--dnsbl", "core,psbl.surriel.com", "--format", "json")
    document = json.loads(result.stdout)
    assert document["subject"]["blocklists"] == [*CORE_BLOCKLISTS, "psbl.surriel.com"]
    assert result.exit_code == 0


def test_without_blocklists_the_report_is_clean_in_part_only() -> None:
    result = call("audit", "healthy.example", "--lab", "--dnsbl", "none")
    assert "--dnsbl core" in " ".join(result.stdout.split())
    document = json.loads(
        call("audit", "healthy.example", "--lab", "--dnsbl", "none", "--format", "json").stdout
    )
    skipped = {o["check"] for o in document["outcomes"] if o["verdict"] == "skipped"}
    assert {"dnsbl-ip-listed", "dnsbl-domain-listed"} <= skipped


def test_a_good_sign_is_told() -> None:
    result = call("audit", "low-list.example", "--lab", "--fail-on", "never")
    assert "DNSWL: mail marketing, trust: medium (list.dnswl.org 203.0.113." in " ".join(
        result.stdout.split()
    )


class TestConfiguration:
    def test_a_key_from_the_file(self, tmp_path: Path) -> None:
        env = config(tmp_path, f'# mine\n[keys]\nabusix = " {SECRET} "\n')
        assert wiring.keys(env) == {ABUSIX: SECRET}
        assert f"{ABUSIX}.combined.mail.abusix.zone" in wiring.blocklists(environment=env)
        assert wiring.keys(env | {"DELIVERKIT_ABUSIX_KEY": "other"}) == {ABUSIX: "other"}

    def test_the_home_folder_where_no_other_is_named(self, tmp_path: Path) -> None:
        (tmp_path / ".config").mkdir()
        config(tmp_path / ".config", f'[keys]\nspamhaus-dqs = "{SECRET}"\n')
        assert wiring.keys({"HOME": str(tmp_path)}) == {DQS: SECRET}
        assert wiring.keys({"HOME": str(tmp_path), "XDG_CONFIG_HOME": "relative"}) == {DQS: SECRET}

    @pytest.mark.parametrize(
        "env", [{}, {"HOME": ""}, {"HOME": "/nonexistent"}, {"XDG_CONFIG_HOME": "/dev/null"}]
    )
    def test_no_file(self, env: dict[str, str]) -> None:
        assert wiring.keys(env) == {}

    @pytest.mark.parametrize(
        ("text", "key", "line"),
        [
            (f"[keys]\nabusix = {SECRET}\n", "config-no-toml", "2"),
            (f'[keys]\n{SECRET} = "abusix"\n', "config-unknown-key", "2"),
            (f'\n"{SECRET}" = "abusix"\n', "config-unknown-table", "2"),
            (f'\n[key]\nabusix = "{SECRET}"\n', "config-unknown-table", "2"),
            (f'keys = "{SECRET}"\n', "config-unknown-table", "1"),
            (f'[keys]\n\nabusix = "{SECRET}.two.labels"\n', "config-key-unusable", "3"),
            (f'[keys]\nspamhaus-dqs = "x"\nabusix = ["{SECRET}"]\n', "config-key-unusable", "3"),
            ('[keys]\nabusix = ""\n', "config-key-unusable", "2"),
            (f'[keys]\nabusix = "{SECRET}\n', "config-no-toml", "2"),
            ("[keys\n", "config-no-toml", "1"),
            ("x = " + "[" * 5000, "config-no-toml", "1"),
        ],
    )
    def test_a_file_that_cannot_be_used(self, tmp_path: Path, text: str, key: str, line: str) -> None:
        with pytest.raises(Unusable) as caught:
            keys(text, "config.toml", NAMES)
        assert (caught.value.key, caught.value.data["line"]) == (key, line)
        result = call("audit", "example.com", env=config(tmp_path, text))
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"config.toml:{line}: " in result.stderr
        assert result.stderr.count("\n") == 1
        assert SECRET.lower() not in (result.output + repr(caught.value)).lower()

    @pytest.mark.parametrize("octets", [b"\xff\xfe", None])
    def test_a_file_that_cannot_be_read(self, tmp_path: Path, octets: bytes | None) -> None:
        path = tmp_path / "deliverkit" / "config.toml"
        path.mkdir(parents=True) if octets is None else path.parent.mkdir()
        if octets is not None:
            path.write_bytes(octets)
        result = call("audit", "example.com", env={"XDG_CONFIG_HOME": str(tmp_path)})
        assert result.exit_code == 2
        assert f"{path} cannot be read: " in result.stderr


class TestPublicResolvers:
    @pytest.mark.parametrize("server", ["1.1.1.1", "8.8.8.8:53", "[2620:fe::fe]:53"])
    def test_who_refuses_them_is_named(self, server: str) -> None:
        servers, lists = wiring.public_resolvers([server], CORE_BLOCKLISTS)
        assert len(servers) == 1
        assert lists == ("Spamhaus ZEN", "Barracuda BRBL", "Spamhaus DBL")

    def test_others_are_not(self) -> None:
        assert wiring.public_resolvers(["192.0.2.53"], CORE_BLOCKLISTS)[0] == ()

    def test_lists_with_a_key_answer_them(self) -> None:
        assert wiring.public_resolvers(["1.1.1.1"], choose("zen.spamhaus.org", (DQS,)))[1] == ()

    def test_it_is_one_line_before_the_audit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from deliverkit.resolver import live

        async def silent(self: object, question: Question) -> Answer:
            return Answer(question, Status.REFUSED)

        monkeypatch.setattr(live.Live, "ask", silent)
        result = call("audit", "example.com", "--resolver", "9.9.9.9", "--resolver", "192.0.2.53")
        lines = result.stderr.splitlines()
        assert len([line for line in lines if "Quad9 9.9.9.9" in line]) == 1
        assert lines[0].startswith("Resolvers that serve everybody: Quad9 9.9.9.9.")
        assert "--dnsbl-direct" in lines[0]
        direct = call("audit", "example.com", "--resolver", "9.9.9.9", "--dnsbl-direct")
        assert "Quad9" not in direct.stderr
