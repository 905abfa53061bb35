# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network namespaces of other processes: who lives in which, and sockets that live there.

A socket belongs to the namespace of the thread that made it and may be used by any
thread afterwards. So a short-lived thread enters, makes the socket and ends.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import errno
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
    # A container that joins another's network has that one's ID in its mountinfo (/etc/hosts), so cgroup comes first.
    return container_id in _read(f"/proc/{pid}/cgroup") or has_files_of(container_id, _read(f"/proc/{pid}/mountinfo"))


def has_files_of(container_id: str, mountinfo: str) -> bool:
    """Whether a file that Docker keeps for a container, such as its hostname, is mounted where a process sees it.

    :param mountinfo: of the process. Of each mount it has the root, the path on the file system where it comes from,
        before the mount point. The mount point says nothing: with the containerd image store, a container's own root
        file system is mounted at a path with its ID, and with C(--ipc shareable) its shared memory is. Every process of
        the host sees both.
    """
    roots = (fields[3] for fields in (line.split(" ") for line in mountinfo.splitlines()) if len(fields) > 3)
    return any(container_id in root for root in roots)


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


def tcp_sockets(pid: int, count: int, source: Optional[str] = None) -> List[socket.socket]:
    """TCP sockets inside the namespace, bound to an address of it if one is given.

    :raises NamespaceUnavailable: the namespace cannot be entered.
    :raises OSError: there is no such address.
    """

    def make() -> List[socket.socket]:
        made: List[socket.socket] = []
        try:
            for _each in range(count):
                made.append(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
                if source is not None:
                    made[-1].bind((source, 0))
        except OSError:
            for sock in made:
                sock.close()
            raise
        return made

    return inside(pid, make)


def _set_namespace(pid: int) -> None:
    try:
        descriptor = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            _setns(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise NamespaceUnavailable(_explain(error)) from error


def _setns(descriptor: int) -> None:
    """Move the calling thread, and no other, into a network namespace."""
    if hasattr(os, "setns"):  # Python 3.12 and later
        os.setns(descriptor, _CLONE_NEWNET)
        return
    import ctypes

    if ctypes.CDLL(None, use_errno=True).setns(descriptor, _CLONE_NEWNET) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _explain(error: OSError) -> str:
    if error.errno in (errno.ENOENT, errno.ESRCH):
        return "the container's process ended just now: look again"
    return f"cannot enter the container's network namespace ({error.strerror}): run as root (become: true)"


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as handle:
            return handle.read()
    except OSError:
        return ""
