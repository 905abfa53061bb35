# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several gluetuns: which way new streams go is said, word for word as the specification has it."""

from __future__ import annotations

from itertools import permutations

import pytest

from ..core_builders import NOW, Host, engine, gluetun, stopped

NAMES = ("first", "second", "third")


def pair(*bad, names=NAMES[:2]):
    return [gluetun(name, egress="failed" if name in bad else "ok") for name in names]


def said(host):
    kinds = ("failover", "failback", "all_vpns_failed")
    return [f"{item.level}: {item.message}" for item in host.said if item.kind in kinds]


def see(host, at, *bad, names=NAMES[:2]):
    """Two looks, so that what fails fails in a row."""
    engines = [engine(f"on-{name}", of=name, connected=name not in bad) for name in names]
    host.see(at, pair(*bad, names=names), engines)
    host.see(at + 1, pair(*bad, names=names), engines)


def test_the_messages_are_those_of_the_specification():
    host = Host()
    see(host, NOW)
    assert said(host) == []
    see(host, NOW + 5, "first")
    see(host, NOW + 50)
    assert said(host) == [
        "INFO: VPN1 failed, all traffic routed to VPN2",
        "INFO: VPN1 recovered, resuming round-robin distribution",
    ]
    messages = [item.message for item in host.said]
    order = ["Gluetun VPN became unhealthy", "Hiding 1 engine assigned to unhealthy VPN", said(host)[0][6:]]
    places = [messages.index(message) for message in order]
    assert places == sorted(places)


def test_a_single_gluetun_has_nothing_to_say():
    host = Host()
    host.see(NOW)
    host.see(NOW + 5, [stopped(gluetun())])
    host.see(NOW + 90)
    assert said(host) == []


@pytest.mark.parametrize("order", list(permutations(NAMES[:2])))
@pytest.mark.parametrize("returns", list(permutations(NAMES[:2])))
def test_both_fail_one_after_the_other_and_return_in_any_order(order, returns):
    host, number = Host(), {"first": "VPN1", "second": "VPN2"}
    see(host, NOW)
    see(host, NOW + 5, order[0])
    see(host, NOW + 10, *order)
    see(host, NOW + 50, returns[1])
    see(host, NOW + 60)
    assert said(host) == [
        f"INFO: {number[order[0]]} failed, all traffic routed to {number[order[1]]}",
        f"CRITICAL: {number[order[1]]} failed, no other VPN works: new streams wait until one is back",
        f"INFO: {number[returns[0]]} recovered, all traffic routed to {number[returns[0]]}",
        f"INFO: {number[returns[1]]} recovered, resuming round-robin distribution",
    ]


def test_of_three_the_other_two_serve():
    host = Host()
    see(host, NOW, names=NAMES)
    see(host, NOW + 5, "second", names=NAMES)
    assert said(host) == ["INFO: VPN2 failed, all traffic routed to VPN1 and VPN3"]


def test_nothing_is_said_of_what_nobody_knows():
    host = Host()
    see(host, NOW)
    host.see(NOW + 5, [gluetun("first", egress="unknown"), gluetun("second")])
    host.see(NOW + 90, [gluetun("first", egress="unknown"), gluetun("second")])
    assert said(host) == []
