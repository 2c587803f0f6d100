"""The commands that tell about deliverkit itself: the front page, checks, explain, schema, lab, demo."""

from __future__ import annotations

import json
import re
import socket
import sys
from collections.abc import Callable

import click
import jsonschema
import pytest

from deliverkit import __version__
from deliverkit.bounces import catalogue
from deliverkit.cli import main
from deliverkit.engine import registry
from deliverkit.lab import world
from deliverkit.model.answer import Question
from tests.cli.running import PROGRAM, Asked, call, process
from tests.shared import ROOT

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The console script in this process: exit status and both outputs."""

    def called(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["deliverkit", *arguments])
        monkeypatch.setenv("COLUMNS", "80")
        status: object = 0
        try:
            main.run()
        except SystemExit as stop:
            status = stop.code or 0
        assert isinstance(status, int)
        return status, *capsys.readouterr()

    return called


class TestFrontPage:
    @pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",)])
    def test_it_names_every_command(self, run: Run, arguments: tuple[str, ...]) -> None:
        status, page, said = run(*arguments)
        assert (status, said) == (0, "")
        assert re.findall(r"(?m)^  (\w+)  +[A-Z].*\.$", page) == [*main.COMMANDS, *main.BESIDE]

    def test_it_is_the_same_through_click(self, run: Run) -> None:
        assert call("--help").stdout == run("--help")[1]

    def test_what_it_tells_to_start_with_can_be_called(self, run: Run) -> None:
        examples = re.findall(r"(?m)^  deliverkit (.*)$", run()[1].partition("Start here:")[2])
        assert [example.split()[0] for example in examples] == ["demo", "audit"]
        assert call("demo").exit_code == 0
        lab = call(*examples[1].split(), "--lab")
        assert lab.exit_code == 1  # the example world has no example.com, but every option is understood

    @pytest.mark.parametrize("option", ["--version", "-V"])
    def test_version(self, run: Run, option: str) -> None:
        assert run(option) == (0, f"deliverkit, version {__version__}\n", "")

    @pytest.mark.parametrize("command", main.COMMANDS)
    @pytest.mark.parametrize("option", ["--help", "-h"])
    def test_every_command_has_help(self, run: Run, command: str, option: str) -> None:
        status, page, said = run(command, option)
        assert (status, said) == (0, "")
        assert page.startswith(f"Usage: deliverkit {command} ")
        assert all(len(line) <= 80 for line in page.splitlines())

    def test_the_help_of_audit_explains_every_option(self) -> None:
        from deliverkit.cli.audit import command

        page = call("audit", "--help").stdout
        options = [p for p in command.params if isinstance(p, click.Option)]
        assert len(options) == 21
        for option in options:
            assert all(name in page for name in (*option.opts, *option.secondary_opts))
            assert option.help
        assert "130 interrupted" in " ".join(page.split())


class TestExplain:
    @pytest.mark.parametrize("topic", [*registry.ids(), *map(str, catalogue.codes())])
    def test_every_topic_has_a_page(self, run: Run, topic: str) -> None:
        status, page, said = run("explain", topic)
        assert (status, said) == (0, "")
        assert topic in page.splitlines()[0]
        assert call("explain", topic, env={"COLUMNS": "80"}).stdout == page
        assert "{" not in page
        assert all(len(line) <= 80 or "https://" in line for line in page.splitlines())

    @pytest.mark.parametrize(
        "topic", ["550", "421", "5.7.26", "5.7.27", "5.7.29", "5.7.30", "4.7.23", "5.1.1"]
    )
    def test_a_code_in_a_reply_has_a_page(self, run: Run, topic: str) -> None:
        status, page, said = run("explain", topic)
        assert (status, said) == (0, "")
        assert page.startswith(f"{topic}: a code in replies of mail servers\n")
        assert all(len(line) <= 80 for line in page.splitlines())
        assert call("explain", topic, env={"COLUMNS": "80"}).stdout == page

    def test_capitals_do_not_matter(self, run: Run) -> None:
        assert run("explain", "SPF-Missing") == run("explain", "spf-missing")

    @pytest.mark.parametrize(
        ("topic", "hint"),
        [
            ("spf-mising", "Did you mean spf-missing, ptr-missing, tlsrpt-missing? "),
            ("dkim", ""),
            ("899", ""),
            ("944", ""),
            ("5.7.999", ""),
            ("5", ""),
            ("5.7.2\x1b", ""),
            ("", ""),
            ("\x1b[31mx", ""),
        ],
    )
    def test_what_is_not_there(self, run: Run, topic: str, hint: str) -> None:
        shown = topic.replace("\x1b", "\\x1b")
        line = (
            f"Error: “{shown}” is neither a check nor a bounce code, nor a reply code of a known receiver. "
            f"{hint}See 'deliverkit checks' for the checks; the codes are 900 to 943 and 950.\n"
        )
        assert run("explain", topic) == (2, "", line)
        through_click = call("explain", topic)
        assert (through_click.exit_code, through_click.stdout) == (2, "")
        assert through_click.stderr.endswith(line)

    def test_the_codes_are_those_that_the_hint_names(self) -> None:
        assert catalogue.codes() == (*range(900, 944), 950)


class TestChecks:
    def test_text_lists_each_once(self) -> None:
        lines = call("checks").stdout.splitlines()
        assert [line.split()[0] for line in lines] == (ROOT / "tests/checks/ids.txt").read_text().split()
        assert all(re.match(r"\S+ +(error|warning|note) +(\d{3} )*", line) for line in lines)

    def test_json(self) -> None:
        rows = json.loads(call("checks", "--format", "json").stdout)
        assert [row["id"] for row in rows] == list(registry.ids())
        assert all(set(row) == {"id", "severity", "codes", "title"} for row in rows)
        assert {code for row in rows for code in row["codes"]} <= set(catalogue.codes())
        assert all(row["codes"] or row["severity"] == "note" for row in rows)

    def test_every_one_that_is_listed_can_be_explained(self, run: Run) -> None:
        first, *_ = call("checks").stdout.split()
        assert run("explain", first)[0] == 0


def test_schema_is_a_schema_of_every_report() -> None:
    schema = json.loads(call("schema", "report").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    report = json.loads(call("audit", "broken.example", "--lab", "--format", "json").stdout)
    jsonschema.validate(report, schema, jsonschema.Draft202012Validator)
    broken = report | {"schema_version": 2}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema, jsonschema.Draft202012Validator)


class TestLab:
    def test_list(self) -> None:
        result = call("lab", "--list")
        assert result.exit_code == 0
        listed = re.findall(r"(?m)^  (\S+) +(\S.*\.)$", result.stdout)
        assert listed == [(s.name, s.about) for s in world.streams()]

    def test_a_port_that_is_taken(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            result = call("lab", "--port", str(port))
        assert (result.exit_code, result.stdout) == (2, "")
        assert re.fullmatch(rf"Error: Cannot listen on port {port}: .*\n", result.stderr)

    def test_a_fault_that_is_none(self) -> None:
        result = call("lab", "--fault", "servfail")
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(
            "Error: --fault: the fault 'servfail' is not known; write KIND:NAME, "
        )


class TestDemo:
    def test_a_healthy_and_a_broken_stream_and_what_to_do_next(self) -> None:
        result = call("demo")
        assert (result.exit_code, result.stderr) == (0, "")
        healthy, _, rest = result.stdout.partition("Now one that is not: broken.example")
        broken, _, after = rest.partition("Try the same on your own domain:")
        assert "✓ No bounce is predicted" in healthy
        assert "✗ Yes. Receivers refuse this mail." in broken
        assert "── The plan: " in broken
        assert after.startswith("\n  deliverkit audit YOUR-DOMAIN ")

    def test_as_a_process(self) -> None:
        done = process("demo")
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.decode().count("bounce?\n") == 2

    def test_it_asks_only_the_lab(self, monkeypatch: pytest.MonkeyPatch) -> None:
        lab = world.World()
        asked = Asked(lab)
        lab.below = asked
        monkeypatch.setattr(world, "zone", lambda: lab)
        call("demo")
        assert Question("broken.example", "MX") in asked.questions


def test_the_module_that_tests_call_is_the_console_script() -> None:
    assert 'deliverkit = "deliverkit.cli.main:run"' in (ROOT / "pyproject.toml").read_text("utf-8")
    assert PROGRAM[2] == "from deliverkit.cli.main import run; run()"
