# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Docker whose answers to some calls do not arrive, although it does what it is told."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REAL = "/var/run/docker.sock"


@contextmanager
def silent_docker(path: Path, silent_on: str) -> Iterator[str]:
    """Pass everything on to Docker and back, but not the answers to calls whose first line holds these words.

    :returns: the address to give as C(docker_host).
    """
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    opened: list[socket.socket] = []

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = listener.accept()
                opened.append(client)
                threading.Thread(target=pass_on, args=(client,), daemon=True).start()

    def pass_on(client: socket.socket) -> None:
        real = socket.socket(socket.AF_UNIX)
        real.connect(REAL)
        opened.append(real)
        muted = threading.Event()
        threading.Thread(target=answer, args=(real, client, muted), daemon=True).start()
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                if silent_on.encode() in data.partition(b"\r\n")[0]:
                    muted.set()
                real.sendall(data)

    def answer(real: socket.socket, client: socket.socket, muted: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := real.recv(65536):
                if not muted.is_set():
                    client.sendall(data)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"unix://{path}"
    finally:
        for sock in [listener, *opened]:
            sock.close()
