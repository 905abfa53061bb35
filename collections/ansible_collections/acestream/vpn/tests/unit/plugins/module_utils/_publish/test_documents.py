# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run shows: documents, table, summary."""

from __future__ import annotations

import json

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._assess.host import assess
from ansible_collections.acestream.vpn.plugins.module_utils._model.maintenance_window import put
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._plan.plan import plan
from ansible_collections.acestream.vpn.plugins.module_utils._publish.documents import engines, vpn_status
from ansible_collections.acestream.vpn.plugins.module_utils._publish.summary import summarise
from ansible_collections.acestream.vpn.plugins.module_utils._publish.table import WIDTH, age, table
from hypothesis import given
from hypothesis import strategies as st

from ..small_world import engine, gluetun, look

POLICY = Policy()


def remember(*looks):
    memory = Memory()
    for observation in looks:
        memory, _transitions = assess(memory, observation, POLICY, observation.at)
    return memory, looks[-1]


def test_engines_lists_what_is_shown_by_port():
    memory, seen = remember(look(1000, engines=[engine("b", port=19001), engine("a", port=19000)]))
    assert [item["container_name"] for item in engines(memory, seen)] == ["a", "b"]


def test_engines_leaves_out_a_vpn_that_is_not_healthy():
    down = gluetun(egress="failed")
    quiet = engine(connected=False)
    memory, seen = remember(look(1000), look(1001, [down], [quiet]), look(1002, [down], [quiet]))
    assert engines(memory, seen) == []
    assert vpn_status(memory, seen)["gluetun"]["health"] == "unhealthy"
    assert vpn_status(memory, seen)["gluetun"]["connected"] is False


def test_engines_publishes_only_labels_of_its_own_world():
    memory, seen = remember(look(1000))
    assert "hidden" not in json.dumps(engines(memory, seen))


def test_forwarded_port_is_that_of_the_forwarded_engine_alone():
    memory, seen = remember(look(1000, engines=[engine("a", forwarded=True), engine("b", port=19001)]))
    assert [item["forwarded_port"] for item in engines(memory, seen)] == [45001, None]


def test_summary_says_what_is_known_and_what_comes_next():
    down = gluetun(egress="failed")
    quiet = engine(connected=False)
    memory, seen = remember(look(1000), look(1001, [down], [quiet]), look(1002, [down], [quiet]))
    lines = summarise(memory, seen, plan(memory, seen, POLICY, 1002), 1002)
    assert lines[0].startswith("gluetun gluetun: unhealthy (egress failed 2 times in a row)")
    assert "0 of 1 engines available" in lines[0]
    assert "next: gluetun: in 29 s: cycle the tunnel" in lines


def test_summary_names_missing_evidence():
    blind = gluetun(egress="unknown", problems=("cannot enter the network namespace: run with become",))
    memory, seen = remember(look(1000, [blind]))
    lines = summarise(memory, seen, plan(memory, seen, POLICY, 1000), 1000)
    assert "not known: gluetun: cannot enter the network namespace: run with become" in lines


def test_summary_says_that_dns_is_dead_while_addresses_work():
    memory, seen = remember(look(1000, [gluetun(dns="failed")]))
    line = summarise(memory, seen, plan(memory, seen, POLICY, 1000), 1000)[0]
    assert "healthy" in line
    assert "DNS fails inside the VPN" in line


@pytest.mark.parametrize("name", ["", "gluetun"])
def test_maintenance_is_shown_everywhere_with_its_end_and_reason(name):
    memory, seen = remember(look(1000))
    memory, _said = put(memory, [name], 4600, "new server", seen)
    words = "in maintenance until 1970-01-01T01:16:40.000Z (new server)"
    lines = summarise(memory, seen, plan(memory, seen, POLICY, 1000), 1000)
    assert lines[0].endswith(f"; {words}")
    assert f"next: gluetun: in 3600 s: {words}, nothing is done" in lines
    assert f"  {words}" in table(memory, seen, 1000)
    assert vpn_status(memory, seen)["gluetun"]["maintenance"] == {
        "until": "1970-01-01T01:16:40.000Z",
        "reason": "new server",
    }
    memory, seen = remember(look(1000))
    assert vpn_status(memory, seen)["gluetun"]["maintenance"] is None
    assert not [line for line in table(memory, seen, 1000) if "maintenance" in line]


def test_a_long_reason_fits_the_table():
    memory, seen = remember(look(1000))
    memory, _said = put(memory, [""], 4600, "for " + "very " * 30 + "good reasons", seen)
    assert all(len(line) <= WIDTH for line in table(memory, seen, 1000))


@given(st.text(min_size=1), st.text(min_size=1), st.one_of(st.none(), st.integers(0, 65535)))
def test_table_fits_a_terminal_whatever_the_names(vpn, name, port):
    memory, seen = remember(look(1000, [gluetun(vpn, forwarded_port=port)], [engine(name, vpn, port)]))
    assert all(len(line) <= WIDTH for line in table(memory, seen, 1000))


@pytest.mark.parametrize(
    ("seconds", "words"), [(-5, "0s"), (0, "0s"), (59, "59s"), (60, "1m"), (7199, "1h"), (86400, "1d")]
)
def test_age(seconds, words):
    assert age(seconds) == words
