# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people read of a look: names that lead nowhere are in it, with those that were probably meant."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.acestream.vpn.plugins.module_utils._publish.summary import summarise

from ..core_builders import NOW, Host, gluetun, look, unseen

STRAY = "engine e is not looked after: its label acestream.vpn_container=vpn names no Gluetun"


def summary(host, observation):
    return summarise(host.memory, observation, host.last, observation.at)


def test_what_belongs_nowhere_is_one_line_each_and_keeps_nobody_waiting():
    host = Host()
    host.see(NOW, [gluetun()], [], unassigned=(STRAY, "another"))
    lines = summary(host, look(NOW, [gluetun()], [], unassigned=(STRAY, "another")))
    assert [line for line in lines if line.startswith("warning")] == [f"warning: {STRAY}", "warning: another"]
    assert host.last.settled


def test_a_gluetun_that_is_not_there_is_told_with_the_one_that_was_probably_meant():
    host, absent = Host(), replace(unseen(), seen=True, meant="media-gluetun-1")
    host.see(NOW, [absent], [])
    first, following = summary(host, look(NOW, [absent], []))
    assert "there is no container of that name, media-gluetun-1 was probably meant" in first
    assert "put that into recovery_gluetuns, or create gluetun" in following
