# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What others made of the lab's engines is undone, too."""

from __future__ import annotations

import dataclasses

import pytest

from lab import create
from lab.running import docker_answers, running

pytestmark = [pytest.mark.lab, pytest.mark.skipif(not docker_answers(), reason="Docker does not answer")]


def test_engines_that_have_each_other_s_ports_get_their_own_again() -> None:
    """As after a pool has made them anew: no engine can have its port while another one has it."""
    with running(prefix="acelabh", subnet="10.220.0.0/16", host_port_base=29000, engines=4) as lab:
        engines = lab.lab.engines
        first, *_between, last = engines
        for engine, other in ((first, last), (last, first)):
            lab.container(engine.name).remove(force=True)
            ports = {name: getattr(other, name) for name in ("http_port", "https_port", "p2p_port")}
            create.Maker(lab.client, lab.lab).engine(dataclasses.replace(engine, **ports), start=False)
        for engine in (first, last):
            lab.container(engine.name).start()
        lab.heal()
        found = [lab.container(engine.name).attrs for engine in engines]
        assert [attrs["Config"]["Cmd"][4] for attrs in found] == [str(engine.http_port) for engine in engines]
        assert [attrs["RestartCount"] for attrs in found] == [0] * len(engines), "none ended for want of its port"
