# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network namespaces of other processes: who lives in which, and sockets that live there.

A socket belongs to the namespace of the thread that made it and may be used by any
thread afterwards. So a short-lived thread enters, makes the socket and ends.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import ctypes
import os
import socket
import threading
from typing import Callable, List, Optional, TypeVar

Result = TypeVar("Result")

_CLONE_NEWNET = 0x40000000


class NamespaceUnavailable(Exception):
    """The namespace cannot be entered from here; the message says why and what to do."""


def identity(pid: int) -> Optional[str]:
    """Which network namespace a process lives in (device:inode); None: it cannot be seen."""
    try:
        found = os.stat(f"/proc/{pid}/ns/net")
    except OSError:
        return None
    return f"{found.st_dev}:{found.st_ino}"


def belongs_to(pid: int, container_id: str) -> bool:
    """Whether a process of this machine is that container's: a remote Docker's pids mean others here."""
    for name in ("cgroup", "mountinfo"):
        try:
            with open(f"/proc/{pid}/{name}", encoding="utf-8", errors="replace") as handle:
                if container_id in handle.read():
                    return True
        except OSError:
            return False
    return False


def inside(pid: int, make: Callable[[], Result]) -> Result:
    """Call C(make) in the network namespace of a process.

    :raises NamespaceUnavailable: it cannot be entered.
    :raises OSError: C(make) raised it.
    """
    results: List[Result] = []
    errors: List[BaseException] = []

    def enter() -> None:
        try:
            _set_namespace(pid)
            results.append(make())
        except BaseException as error:  # whatever it is, it is raised again in the caller's thread
            errors.append(error)

    thread = threading.Thread(target=enter, daemon=True)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


def tcp_socket(pid: int, source: Optional[str] = None) -> socket.socket:
    """A TCP socket inside the namespace, bound to an address of it if one is given."""

    def make() -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if source is not None:
            made.bind((source, 0))
        return made

    return inside(pid, make)


def udp_socket(pid: int) -> socket.socket:
    """A UDP socket inside the namespace."""
    return inside(pid, lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))


def _set_namespace(pid: int) -> None:
    try:
        descriptor = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise NamespaceUnavailable(_explain(error)) from error
    try:
        # os.setns came with Python 3.12 only.
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.setns(descriptor, _CLONE_NEWNET) != 0:
            code = ctypes.get_errno()
            raise NamespaceUnavailable(_explain(OSError(code, os.strerror(code))))
    finally:
        os.close(descriptor)


def _explain(error: OSError) -> str:
    return f"cannot enter the container's network namespace ({error.strerror}): run as root (become: true)"
