"""Where the report goes, and how it is drawn there."""

from __future__ import annotations

import errno
import json
import os
import pty
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import PROGRAM, call, environment, process

HEALTHY = ("audit", "healthy.example", "--lab")
BROKEN = ("audit", "broken.example", "--lab", "--fail-on", "never")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
PORT = re.compile(r"127\.0\.0\.1:[0-9]+")


class TestFile:
    def test_the_report_is_there_and_nothing_is_printed(self, tmp_path: Path) -> None:
        path = tmp_path / "report.txt"
        result = call(*HEALTHY, "-o", str(path))
        assert (result.exit_code, result.output) == (0, "")
        assert path.read_text("utf-8") == call(*HEALTHY).stdout
        assert list(tmp_path.iterdir()) == [path]

    def test_findings_count_all_the_same(self, tmp_path: Path) -> None:
        path = tmp_path / "report.json"
        result = call("audit", "broken.example", "--lab", "--format", "json", "--output", str(path))
        assert (result.exit_code, result.output) == (1, "")
        assert json.loads(path.read_bytes())["summary"]["will_bounce"] == "yes"

    def test_it_has_the_rights_that_the_user_gives_to_new_files(self, tmp_path: Path) -> None:
        path = tmp_path / "report.txt"
        before = os.umask(0o027)
        try:
            call(*HEALTHY, "-o", str(path))
        finally:
            os.umask(before)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640

    def test_an_older_report_is_replaced_whole_or_not_at_all(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "report.txt"
        path.write_text("yesterday")

        def full(*_: Any) -> Any:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", full)
            result = call(*HEALTHY, "-o", str(path))
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == f"Error: {path} cannot be written: No space left on device\n"
        assert (path.read_text(), list(tmp_path.iterdir())) == ("yesterday", [path])
        assert call(*HEALTHY, "-o", str(path)).exit_code == 0
        assert path.read_text("utf-8").startswith("Will mail from healthy.example bounce?")

    def test_a_link_stays_a_link(self, tmp_path: Path) -> None:
        target, link = tmp_path / "target.txt", tmp_path / "link.txt"
        target.write_text("yesterday")
        link.symlink_to(target)
        call(*HEALTHY, "-o", str(link))
        assert link.is_symlink()
        assert target.read_text("utf-8").startswith("Will mail from")

    def test_a_device_or_a_pipe_is_written_to_and_stays(self, tmp_path: Path) -> None:
        fifo = tmp_path / "fifo"
        os.mkfifo(fifo)
        with subprocess.Popen(["cat", str(fifo)], stdout=subprocess.PIPE) as reader:
            result = call(*HEALTHY, "-o", str(fifo))
            out, _ = reader.communicate(timeout=30)
        assert result.exit_code == 0
        assert out.startswith(b"Will mail from healthy.example bounce?")
        assert stat.S_ISFIFO(fifo.stat().st_mode)


class TestColour:
    def test_none_where_the_output_is_no_terminal(self) -> None:
        assert "\x1b" not in call(*BROKEN).output

    def test_colour_is_all_that_colour_adds(self) -> None:
        plain, coloured = call(*BROKEN, "--no-color").stdout, call(*BROKEN, "--color").stdout
        assert "\x1b[" in coloured
        assert PORT.sub("", COLOUR.sub("", coloured)) == PORT.sub("", plain)

    def test_colour_that_was_asked_for_goes_to_a_file_too(self, tmp_path: Path) -> None:
        call(*BROKEN, "--color", "-o", str(tmp_path / "report"))
        assert "\x1b[" in (tmp_path / "report").read_text("utf-8")

    def test_json_has_none(self) -> None:
        assert "\x1b" not in call(*BROKEN, "--color", "--format", "json").stdout

    @pytest.mark.parametrize(
        ("options", "env", "expected"),
        [
            ((), {}, True),
            ((), {"NO_COLOR": "1"}, False),
            ((), {"NO_COLOR": ""}, True),  # https://no-color.org: not an empty string
            (("--no-color",), {}, False),
            (("--color",), {"NO_COLOR": "1"}, True),
        ],
    )
    def test_a_terminal(self, options: tuple[str, ...], env: dict[str, str], expected: bool) -> None:
        status, text = on_terminal(*BROKEN, *options, env=env)
        report = text[text.index("Will mail from") - 4 :]  # after the progress line
        assert status == 0
        assert ("\x1b[1m" in report) == expected


def on_terminal(*arguments: str, env: dict[str, str], columns: int = 80) -> tuple[int, str]:
    """The exit status, and what a terminal gets."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*PROGRAM, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env=environment({"TERM": "xterm", "COLUMNS": str(columns), **env}),
    ) as program:
        os.close(theirs)
        seen = b""
        try:
            while piece := os.read(ours, 65536):
                seen += piece
        except OSError:  # EIO: the other side has closed
            pass
    os.close(ours)
    return program.returncode, seen.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [60, 100])
def test_a_terminal_is_filled_as_wide_as_it_is(columns: int) -> None:
    _, text = on_terminal(*BROKEN, "--no-color", env={}, columns=columns)
    report = text[text.index("Will mail from") :]
    lines = [line for line in report.splitlines() if " 3600 IN " not in line]
    assert max(map(len, lines)) == columns


def test_progress_is_told_on_a_terminal_and_leaves_it_clean() -> None:
    _, text = on_terminal("audit", "healthy.example", "--lab", "--delay", "60", env={})
    before, _, report = text.partition("Will mail from")
    assert "answers, " in before
    assert " checks done" in before
    assert "answers, " not in report


class TestAscii:
    def test_option(self) -> None:
        text = call(*BROKEN, "--ascii").stdout
        assert text.isascii()
        assert "x Yes. Receivers refuse this mail." in text

    @pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
    @pytest.mark.parametrize(
        "arguments",
        [(), ("audit", "--help"), ("explain", "941"), ("checks",), ("demo",), BROKEN],
        ids=" ".join,
    )
    def test_an_output_that_cannot_show_everything(self, arguments: tuple[str, ...], encoding: str) -> None:
        done = process(*arguments, env={"PYTHONUTF8": "0", "PYTHONIOENCODING": encoding})
        assert (done.returncode, done.stderr) == (0, b"")
        done.stdout.decode(encoding)

    @pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16"])
    def test_json_is_utf_8_everywhere(self, encoding: str) -> None:
        """RFC 8259 section 8.1."""
        env = {"PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
        done = process(*BROKEN, "--helo", "wéb01", "--format", "json", env=env)
        document = json.loads(done.stdout.decode("utf-8"))
        assert document["subject"]["helo"] == "wéb01"
        assert "“" in next(f["message"] for f in document["findings"] if f["id"].startswith("helo-"))

    def test_an_error_can_be_shown_as_well(self) -> None:
        done = process("audit", "😀.example", env={"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"})
        assert done.returncode == 2
        assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("buffered", [True, False])
@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("explain", "spf-missing"),
        ("explain", "941"),
        ("checks",),
        ("schema", "report"),
        ("lab", "--list"),
        ("demo",),
        BROKEN,
        (*BROKEN, "--format", "json"),
    ],
    ids=" ".join,
)
def test_a_reader_that_leaves_is_no_accident(arguments: tuple[str, ...], buffered: bool) -> None:
    """As in `deliverkit ... | head -1`: what is left unread must not become a traceback."""
    env = environment({} if buffered else {"PYTHONUNBUFFERED": "1"})
    ours, theirs = os.pipe()
    with subprocess.Popen([*PROGRAM, *arguments], stdout=theirs, stderr=subprocess.PIPE, env=env) as program:
        os.close(theirs)
        os.close(ours)  # before anything is written
        assert program.stderr is not None
        said = program.stderr.read()
    assert said == b""
    assert program.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("arguments", ["checks", "--help", "explain 941", "audit healthy.example --lab"])
def test_an_output_that_takes_no_more_is_told_in_one_line(arguments: str) -> None:
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [*PROGRAM, *arguments.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(),
            timeout=60,
            check=False,
        )
    assert result.returncode == 2
    (line,) = [line for line in result.stderr.decode().splitlines() if line.startswith("Error")]
    assert line.startswith("Error: Standard output cannot be written to: No space left on device.")
    assert "Traceback" not in result.stderr.decode()
