"""A mail server that does what a script says, on loopback, in threads; it keeps every octet that it hears.

A script maps a command's verb, or ``banner``, to what is done then: a text is said with CR LF at its end, and these
are done: ``@cut``, ``@reset``, ``@stall``, ``@flood LINE`` (without end), ``@huge N`` (octets without a line end),
``@drip`` (one octet now and then), ``@raw TEXT`` (no line end added), ``@tls`` (say 220 and encrypt), ``@tls-inject``
(the same, with a reply in clear text behind it), ``@tls-not`` (say 220, then no TLS), ``@tls-stall`` (say 220, then
nothing). ``EHLO2`` is the EHLO after TLS,
``banner2`` that of the second connection.
"""

from __future__ import annotations

import contextlib
import datetime
import socket
import ssl
import struct
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DEFAULT = {
    "banner": "220 mx.example.net ESMTP",
    "EHLO": "250-mx.example.net\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES",
    "HELO": "250 mx.example.net",
    "MAIL": "250 2.1.0 Ok",
    "RCPT": "250 2.1.5 Ok",
    "RSET": "250 2.0.0 Ok",
    "QUIT": "221 2.0.0 Bye",
}
TLS = DEFAULT | {
    "EHLO": "250-mx.example.net\r\n250 STARTTLS",
    "EHLO2": "250-mx.example.net\r\n250 SMTPUTF8",
    "STARTTLS": "@tls",
}
EXPIRES = datetime.datetime(2049, 1, 2, tzinfo=datetime.UTC)


def certificate(folder: Path, *names: str) -> Path:
    """A self-signed certificate with its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(EXPIRES)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "peer.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return path


class Peer:
    """Runs while its ``with`` block does. ``heard``: all octets, decrypted, of all connections."""

    def __init__(self, script: Mapping[str, str], pem: Path | None = None) -> None:
        self._script = script
        self._pem = pem
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._ending = threading.Event()
        self.heard = b""
        self.connections = 0

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def commands(self) -> list[str]:
        return self.heard.decode("utf-8").split("\r\n")[:-1]

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()
        for connection in self._open:
            connection.close()

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._ending.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            self._start(self._serve, connection, self.connections)

    def _serve(self, connection: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError, ssl.SSLError, ValueError):
            banner = f"banner{number}"
            self._dialogue(connection, self._script.get(banner, self._script["banner"]))
        connection.close()

    def _dialogue(self, connection: socket.socket, banner: str) -> None:
        buffer = b""
        done = self._do(connection, banner)
        while done is not None:
            connection = done
            encrypted = isinstance(connection, ssl.SSLSocket)
            while b"\r\n" not in buffer:
                piece = connection.recv(4096)
                if not piece:
                    return
                self.heard += piece
                buffer += piece
            line, _, buffer = buffer.partition(b"\r\n")
            verb = line.split(b" ")[0].decode("ascii", "replace")
            after_tls = self._script.get(f"{verb}2") if encrypted else None
            done = self._do(connection, after_tls or self._script.get(verb, "502 5.5.2 Not known"))
        connection.close()

    def _do(self, connection: socket.socket, action: str) -> socket.socket | None:
        """The connection to go on with, None to end it."""
        word, _, rest = action.partition(" ")
        if not word.startswith("@"):
            connection.sendall(f"{action}\r\n".encode())
            return connection
        match word:
            case "@raw":
                connection.sendall(rest.encode("latin-1"))
                return connection
            case "@tls" | "@tls-inject":
                more = b"250 injected\r\n" if word == "@tls-inject" else b""
                connection.sendall(b"220 2.0.0 Ready\r\n" + more)
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                assert self._pem is not None
                context.load_cert_chain(self._pem)
                encrypted = context.wrap_socket(connection, server_side=True)
                self._open.append(encrypted)
                return encrypted
            case "@tls-not":
                connection.sendall(b"220 2.0.0 Ready\r\n")
                assert connection.recv(4096)[0] == 22  # RFC 8446 section 5.1: a handshake record
                connection.sendall(b"this is no TLS record\r\n" * 3)
                self._ending.wait(20)
            case "@tls-stall":
                connection.sendall(b"220 2.0.0 Ready\r\n")
                self._ending.wait(20)
            case "@stall":
                self._ending.wait(20)
            case "@drip":
                while not self._ending.is_set():
                    connection.sendall(b"2")
                    time.sleep(0.02)
            case "@flood":
                while not self._ending.is_set():
                    connection.sendall(f"{rest}\r\n".encode() * 100)
            case "@huge":
                connection.sendall(b"x" * int(rest))
                self._ending.wait(20)
            case "@reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            case "@cut":
                pass
            case _:
                raise AssertionError(action)
        return None
