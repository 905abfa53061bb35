# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What /proc/PID/net says, and which of its connections are live streams."""

from __future__ import annotations

import ipaddress
import sys

from ansible_collections.acestream.vpn.plugins.module_utils._host.proc_net import Connection, established, has_tunnel
from ansible_collections.acestream.vpn.plugins.module_utils._observe import streams
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_api import SOURCE
from ansible_collections.acestream.vpn.plugins.module_utils._observe.streams import clients
from hypothesis import given
from hypothesis import strategies as st

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
# Printed by a kernel: an HTTP server on 19000 that listens, one client, one that has left, and one of its own.
REST = " 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0\n"
PRINTED = (
    HEAD
    + f"   0: 00000000:4A38 00000000:0000 0A{REST}"
    + f"   1: 020011AC:4A38 010011AC:C350 01{REST}"
    + f"   2: 020011AC:4A38 010011AC:C351 08{REST}"
    + f"   3: 020011AC:D431 0100080A:01BB 01{REST}"
)
PORTS = st.integers(1, 65535)
ADDRESSES = st.ip_addresses()


def kernel_address(address):
    """As the kernel prints it: words of four bytes in the host's byte order."""
    packed = address.packed
    step = -1 if sys.byteorder == "little" else 1
    return "".join(packed[at : at + 4][::step].hex().upper() for at in range(0, len(packed), 4))


def line(local, local_port, peer, peer_port, state):
    local, peer = kernel_address(local), kernel_address(peer)
    return f"   0: {local}:{local_port:04X} {peer}:{peer_port:04X} {state:02X} 00000000:00000000 00:00000000 0 0 0 1\n"


def test_what_a_kernel_prints():
    assert list(established(PRINTED)) == [
        Connection(19000, "172.17.0.1", 50000),
        Connection(54321, "10.8.0.1", 443),
    ]


@given(st.lists(st.tuples(ADDRESSES, PORTS, ADDRESSES, PORTS, st.integers(1, 11)), max_size=20))
def test_each_established_connection_and_no_other(rows):
    table = HEAD + "".join(line(*row) for row in rows)
    expected = [
        (local_port, str(getattr(peer, "ipv4_mapped", None) or peer), peer_port)
        for _local, local_port, peer, peer_port, state in rows
        if state == 1
    ]
    found = [(item.local_port, ipaddress.ip_address(item.peer), item.peer_port) for item in established(table)]
    assert found == [(port, ipaddress.ip_address(peer), peer_port) for port, peer, peer_port in expected]


def test_a_client_over_ipv4_of_a_socket_for_both_has_its_ipv4_address():
    local, peer = (ipaddress.ip_address(f"::ffff:{text}") for text in ("172.17.0.2", "127.83.86.80"))
    (found,) = established(line(local, 19000, peer, 40000, 1))
    assert found == Connection(19000, SOURCE, 40000)


@given(st.text("0123456789ABCDEF: \n", max_size=200))
def test_noise_is_read_without_an_error(text):
    list(established(text))
    has_tunnel(text)


def test_tunnel_interfaces():
    head = "Inter-|   Receive                 |  Transmit\n face |bytes    packets errs\n"
    assert has_tunnel(head + "    lo: 1 2\n  tun0: 3 4\n")
    assert has_tunnel(head + "wg0:1 2\n")
    assert not has_tunnel(head + "    lo: 1 2\n  eth0: 3 4\n")
    assert not has_tunnel("")


def test_our_own_calls_are_no_streams():
    ours, other = Connection(19000, SOURCE, 40000), Connection(19000, "10.0.0.1", 40001)
    assert clients([ours, other, Connection(19001, "10.0.0.1", 1)], 19000) == {other}


def test_a_loopback_client_counts_once_it_stays():
    here, away = Connection(19000, "127.0.0.1", 40000), Connection(19000, "10.0.0.1", 40001)
    assert streams._count([here, away], lambda: [away], 19000) == 1
    assert streams._count([here, away], lambda: [here, away], 19000) == 2
    # Another one at the same moment does not make the first one stay.
    assert streams._count([here], lambda: [here._replace(peer_port=40002)], 19000) == 0
    # A second look that fails proves nothing: who was seen counts.
    assert streams._count([here], lambda: None, 19000) == 1
    assert streams._count(None, lambda: [here], 19000) is None


def test_there_is_no_second_look_without_a_loopback_client():
    def again():
        raise AssertionError("a second look")

    assert streams._count([Connection(19000, "10.0.0.1", 40001)], again, 19000) == 1
