# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The specification's four scenarios, as a viewer and the journal see them."""

from __future__ import annotations

from lab.demo.stage import DemoError, Stage
from lab.wait import wait_for

#: Another port than the lab's own.
_NEW_PORT = "54321"
#: Gluetun renews its port every 45 s.
_RENEWAL = 100


def connection_loss(stage: Stage) -> None:
    """The provider falls silent, and is back once the tunnel has been cycled."""
    print("\nScenario 1, the VPN connection is lost. Docker goes on calling Gluetun healthy.")
    with stage.playing(stage.engine(1, 1)) as player:
        timeline = stage.timeline()
        timeline.mark("the provider of VPN1 falls silent; a client is playing from its first engine", "0")
        stage.fault("provider-silent")
        run = stage.start("recover")
        stage.follow(timeline, "gluetun_cycling", run)
        stage.fault("provider-back")
        timeline.mark("the provider answers again", "")
        stage.finish(run, timeline)
        timeline.mark(f"the client {stage.fate_of(player)}", "continues")


def container_restart(stage: Stage) -> None:
    """Gluetun is restarted under its engines."""
    print("\nScenario 2, Gluetun is restarted. Its engines keep running, with nothing but the interface lo.")
    timeline = stage.timeline()
    timeline.mark("docker restart of Gluetun", "0")
    stage.fault("gluetun-restart")
    engine = stage.engine(1, 1)
    interfaces = stage.output(["docker", "exec", engine.name, "ls", "/sys/class/net"])
    timeline.mark(f"interfaces that {engine.name} has left: {' '.join(interfaces.split())}", "0-5")
    stage.finish(stage.start("recover"), timeline)
    with stage.playing(engine):
        timeline.mark(f"a new stream plays from {engine.name}", "120+")


def failover(stage: Stage) -> None:
    """One of two VPNs fails; the pool moves to the other one, and back."""
    total = len(stage.lab.engines)
    print(f"\nScenario 3, one of two VPNs fails. The pool is to have {total} engines.")
    with stage.playing(stage.engine(1, 2)) as cut, stage.playing(stage.engine(2, 2)) as kept:
        timeline = stage.timeline()
        timeline.mark("the provider of VPN1 falls silent; a client is playing from each VPN", "0")
        stage.fault("provider-silent", "--vpn", "1")
        run = stage.start("recover", "-e", f"recovery_min_replicas={total}")
        stage.follow(timeline, "engines_provisioning", run)
        if not wait_for(lambda: stage.shown() == [0, total], 60):
            raise DemoError(f"engines of VPN1 and VPN2: {stage.shown()}")
        timeline.mark(f"engines that get new streams: none of VPN1, {total} of VPN2", "5-30")
        stage.fault("provider-back", "--vpn", "1")
        timeline.mark("the provider of VPN1 answers again; the pool waits until it has been well for 60 s", "60-120")
        stage.finish(run, timeline)
        shown = " and ".join(str(count) for count in stage.shown())
        timeline.mark(f"engines of VPN1 and VPN2 that get new streams: {shown}", "120+")
        timeline.mark(f"the client of VPN1 {stage.fate_of(cut)}", "continues")
        timeline.mark(f"the client of VPN2 {stage.fate_of(kept)}", "continues")


def port_forwarding(stage: Stage) -> None:
    """The provider takes the forwarded port back, and hands out another one."""
    print("\nScenario 4, the forwarded port is lost, and another one is obtained. Gluetun asks for it every 45 s.")
    engine = stage.engine(1, 1)
    with stage.playing(stage.engine(1, 2)) as player:
        timeline = stage.timeline()
        timeline.mark("the provider of VPN1 takes its port back; a client is playing from another engine", "0")
        stage.fault("port-none")
        if not wait_for(lambda: stage.forwarded_port(1) == 0, _RENEWAL):
            raise DemoError("Gluetun does not lose its port: python -m lab status")
        timeline.mark("Gluetun has noticed", "0-5")
        run = stage.start("recover", "-e", "recovery_watch_for=30")
        stage.follow(timeline, "port_lost", run)
        stage.fault("port-change", _NEW_PORT)
        timeline.mark("the provider hands out another one", "60+")
        stage.finish(run, timeline)
        if not wait_for(lambda: stage.forwarded_port(1) == int(_NEW_PORT), _RENEWAL):
            raise DemoError("Gluetun does not get a port again: python -m lab status")
        stage.finish(stage.start("recover"), timeline)
        timeline.mark(f"{engine.name} was started with {' '.join(stage.command_of(engine)[-2:])}", "60+")
        timeline.mark(f"the client {stage.fate_of(player)}", "continues")


SCENARIOS = {
    "connection_loss": connection_loss,
    "container_restart": container_restart,
    "failover": failover,
    "port_forwarding": port_forwarding,
}
