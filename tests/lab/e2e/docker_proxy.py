# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A way to Docker that can be made silent, cut, and closed, for nobody's Docker is stopped by a test."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REAL = "/var/run/docker.sock"


class DockerProxy:
    """Passes on what comes and goes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._flows = threading.Event()
        self._flows.set()
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._listener: socket.socket | None = None

    @property
    def url(self) -> str:
        return f"unix://{self._path}"

    def listen(self) -> None:
        """As a daemon that has started."""
        self._path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._path))
        self._listener.listen(64)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def close(self) -> None:
        """As a daemon that ends: who is connected is cut off, and nobody else gets in."""
        if self._listener is not None:
            # A thread that waits in accept() is woken by this alone.
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        self._flows.set()
        with self._lock:
            for sock in self._open:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
                sock.close()
            self._open.clear()

    def hang(self) -> None:
        """As a daemon that hangs: connections are taken, and nothing is answered."""
        self._flows.clear()

    def go_on(self) -> None:
        """As a daemon that has hung: what was asked meanwhile is answered late."""
        self._flows.set()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = listener.accept()
                real = socket.socket(socket.AF_UNIX)
                real.connect(REAL)
                with self._lock:
                    self._open += [client, real]
                for source, target in ((client, real), (real, client)):
                    threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._flows.wait()
                target.sendall(data)
        for sock in (source, target):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


@contextmanager
def docker_proxy(path: Path) -> Iterator[DockerProxy]:
    """One that listens."""
    proxy = DockerProxy(path)
    proxy.listen()
    try:
        yield proxy
    finally:
        proxy.close()
