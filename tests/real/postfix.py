"""A Postfix of its own for tests: own configuration, queue and data, on a high port of loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_PROGRAM = "/usr/sbin/postfix"
RECIPIENTS = ("alice", "postmaster", "grey", "full", "large", "busy")
_SERVICES = {  # name: (type, wakeup, process limit, command), see master(5)
    "rewrite": ("unix", "-", "-", "trivial-rewrite"),
    "cleanup": ("unix", "-", "0", "cleanup"),
    "qmgr": ("unix", "300", "1", "qmgr"),
    "tlsmgr": ("unix", "1000?", "1", "tlsmgr"),
    "bounce": ("unix", "-", "0", "bounce"),
    "defer": ("unix", "-", "0", "bounce"),
    "anvil": ("unix", "-", "1", "anvil"),
    "proxymap": ("unix", "-", "-", "proxymap"),
    "error": ("unix", "-", "-", "error"),
    "postlog": ("unix-dgram", "-", "1", "postlogd"),
}


def missing() -> str:
    """Why no Postfix can be started here, '' where one can."""
    if not Path(_PROGRAM).exists():
        return f"{_PROGRAM} is not installed"
    if os.name != "posix" or os.geteuid() != 0:
        return "postfix starts as root only"
    return ""


@contextmanager
def running(folder: Path, settings: Mapping[str, str], *, pem: Path | None = None) -> Iterator[int]:
    """The port of a server that takes mail for ``example.com``; ``settings`` are added to main.cf. When the block
    ends, no process of it is left."""
    config, queue, data = (folder / name for name in ("config", "queue", "data"))
    for path in (config, queue, data):
        path.mkdir(parents=True)
    shutil.chown(data, "postfix")
    port = _free_port()
    (config / "recipients").write_text("".join(f"{name}@example.com x\n" for name in RECIPIENTS))
    main = {
        "compatibility_level": "3.6",
        "queue_directory": str(queue),
        "data_directory": str(data),
        "maillog_file_prefixes": str(folder),
        "maillog_file": str(folder / "log"),
        "myhostname": "mx.example.com",
        "mydestination": "",
        "inet_protocols": "ipv4",
        "mynetworks": "127.0.0.2/32",
        "virtual_mailbox_domains": "example.com",
        "virtual_mailbox_maps": f"texthash:{config}/recipients",
        "smtpd_relay_restrictions": "reject_unauth_destination",
        "smtpd_peername_lookup": "no",
        "smtpd_delay_reject": "yes",
        "alias_maps": "",
        "local_recipient_maps": "",
    }
    if pem is not None:
        main |= {"smtpd_tls_security_level": "may", "smtpd_tls_chain_files": str(pem)}
    (config / "main.cf").write_text("".join(f"{k} = {v}\n" for k, v in (main | dict(settings)).items()))
    lines = [f"127.0.0.1:{port} inet n - n - - smtpd"]
    for name, (kind, wakeup, limit, command) in _SERVICES.items():
        private = "n" if name in ("cleanup", "qmgr", "postlog") else "-"
        lines.append(f"{name} {kind} {private} - n {wakeup} {limit} {command}")
    (config / "master.cf").write_text("\n".join(lines) + "\n")
    call = [_PROGRAM, "-c", str(config)]
    try:
        started = subprocess.run([*call, "start"], capture_output=True, text=True, timeout=60, check=False)
        assert started.returncode == 0, started.stderr
        _wait(port, folder / "log")
        yield port
    finally:
        pid = queue / "pid" / "master.pid"
        number = int(pid.read_text()) if pid.exists() else 0
        subprocess.run([*call, "stop"], capture_output=True, timeout=60, check=False)
        _wait_gone(number)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait(port: int, log: Path) -> None:
    for _ in range(100):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(log.read_text() if log.exists() else "postfix has not started")


def _wait_gone(pid: int) -> None:
    for _ in range(100):
        if not pid or not Path(f"/proc/{pid}").exists():
            return
        time.sleep(0.1)
    raise AssertionError(f"postfix (process {pid}) has not ended")
