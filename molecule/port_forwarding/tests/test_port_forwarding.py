# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""After another forwarded port: what a user of the engines cares about."""

from __future__ import annotations

import pytest

from tests.lab.scenarios.lab_of import LabOf, engine_url

# The lab is on this machine.
testinfra_hosts = ["local://"]

PORT = "28321"


@pytest.fixture(scope="module")
def lab():
    return LabOf("acemol3")


def test_the_journal_has_the_specifications_message(lab):
    assert lab.messages().count(f"INFO: New forwarded port obtained: {PORT}") == 1


def test_the_forwarded_engine_was_recreated_with_the_new_port_once(lab):
    command = lab.inspect(lab.engines[0])["Config"]["Cmd"]
    assert command[command.index("--port") + 1] == PORT
    assert [line["engine"] for line in lab.journal() if line["kind"] == "engine_recreating"] == lab.engines[:1]


def test_no_other_engine_was_touched(lab):
    forwarded, *others = [lab.inspect(name)["State"]["StartedAt"] for name in lab.engines]
    assert max(others) < forwarded
    assert lab.shown() == lab.engines


@pytest.mark.parametrize("number", [1, 2, 3])
def test_bytes_flow_from_each_engine(host, number):
    url = f"{engine_url('acemol3', number)}/ace/getstream?id={'a' * 40}"
    got = host.run(f"curl -sL -m 5 '{url}' | head -c 18800 | wc -c")
    assert int(got.stdout) == 18800
