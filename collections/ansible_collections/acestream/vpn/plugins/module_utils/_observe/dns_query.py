# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One DNS query from inside a namespace, to the resolver that the container uses (RFC 1035).

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import errno
import os
import selectors
import socket
import struct
import time
from typing import List

from ansible_collections.acestream.vpn.plugins.module_utils._host.namespace import NamespaceUnavailable, inside
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import FAILED, OK, UNKNOWN

_PORT = 53
_TYPE_A, _CLASS_IN = 1, 1
_RECURSION_DESIRED, _RESPONSE = 0x0100, 0x8000
#: A C library asks no more resolvers than this (resolv.conf(5), MAXNS).
_RESOLVERS_MAX = 3
#: UDP may lose a packet: one that stays without an answer is no evidence, two are.
_ATTEMPTS = 2


def probe(pid: int, timeout: float, name: str) -> str:
    """Ask the container's resolvers for a name; any answer of any of them will do, for it shows that it is there.

    :param timeout: seconds.
    :returns: ok, failed, or unknown where nobody could be asked.
    """
    servers = nameservers(_resolv_conf(pid))
    try:
        socks = inside(pid, lambda: _udp_sockets(servers))
    except NamespaceUnavailable:
        return UNKNOWN
    try:
        return _ask(socks, encode(int.from_bytes(os.urandom(2), "big"), name), timeout) if socks else UNKNOWN
    finally:
        for sock in socks:
            sock.close()


def encode(query_id: int, name: str) -> bytes:
    """A query for the IPv4 address of a name.

    :raises ValueError: it is no domain name: a label is empty, too long or not ASCII, or all of it is too long.
    """
    labels = [label.encode("ascii") for label in name.rstrip(".").split(".")]
    if not all(0 < len(label) < 64 for label in labels) or sum(len(label) + 1 for label in labels) > 254:
        raise ValueError(f"{name!r} is not a domain name")
    question = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    header = struct.pack(">HHHHHH", query_id, _RECURSION_DESIRED, 1, 0, 0, 0)
    return header + question + struct.pack(">HH", _TYPE_A, _CLASS_IN)


def answers(packet: bytes, query: bytes) -> bool:
    """Whether a packet is a response to that query, whatever it says."""
    if len(packet) < 12 or packet[:2] != query[:2]:
        return False
    (flags,) = struct.unpack(">H", packet[2:4])
    return bool(flags & _RESPONSE)


def nameservers(resolv_conf: str) -> List[str]:
    """The addresses on the lines C(nameserver) of a C(resolv.conf); those that are none are left out."""
    lines = (line.split() for line in resolv_conf.splitlines())
    given = [words[1] for words in lines if len(words) > 1 and words[0] == "nameserver"]
    return [address for address in given if _family(address)][:_RESOLVERS_MAX]


def _family(address: str) -> int:
    """AF_INET or AF_INET6; 0: it is no address."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, address)
        except (OSError, ValueError):
            continue
        return family
    return 0


def _udp_sockets(servers: List[str]) -> List[socket.socket]:
    made = []
    for server in servers:
        try:
            sock = socket.socket(_family(server), socket.SOCK_DGRAM)
        except OSError:  # no IPv6 here
            continue
        sock.setblocking(False)
        # That there is no way to a resolver is met again when something is sent.
        sock.connect_ex((server, _PORT))
        made.append(sock)
    return made


def _ask(socks: List[socket.socket], query: bytes, timeout: float) -> str:
    deadline = time.monotonic() + timeout
    with selectors.DefaultSelector() as selector:
        for sock in socks:
            selector.register(sock, selectors.EVENT_READ, sock)
        for attempt in range(1, _ATTEMPTS + 1):
            for key in list(selector.get_map().values()):
                _send(selector, key.data, query)
            end = deadline - timeout * (_ATTEMPTS - attempt) / _ATTEMPTS
            while selector.get_map() and time.monotonic() < end:
                for key, _events in selector.select(max(0.0, end - time.monotonic())):
                    if _receive(selector, key.data, query):
                        return OK
    return FAILED


def _send(selector: selectors.BaseSelector, sock: socket.socket, query: bytes) -> None:
    try:
        sock.send(query)
    except OSError as error:
        if error.errno != errno.EAGAIN:
            selector.unregister(sock)


def _receive(selector: selectors.BaseSelector, sock: socket.socket, query: bytes) -> bool:
    try:
        return answers(sock.recv(4096), query)
    except OSError as error:  # an ICMP message came: nobody listens there, or there is no way
        if error.errno != errno.EAGAIN:
            selector.unregister(sock)
        return False


def _resolv_conf(pid: int) -> str:
    try:
        with open(
            os.path.join(f"/proc/{pid}/root", "etc", "resolv.conf"), encoding="utf-8", errors="replace"
        ) as handle:
            return handle.read(65536)
    except OSError:
        return ""
