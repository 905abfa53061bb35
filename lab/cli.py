# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line of the lab."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import docker
import docker.errors
import requests

from lab import definition, docker_api, files, image_builds, status, watch
from lab.client import Player
from lab.definition import Lab
from lab.down import down
from lab.errors import LabError
from lab.faults import FAULTS
from lab.faults.fault import World
from lab.heal import heal
from lab.say import say
from lab.up import up

_EPILOG = """\
Several labs run side by side if each has a prefix, a subnet and host ports of its own:
  python -m lab up --prefix two --subnet 10.214.0.0/16 --host-port-base 21000
Later commands need the prefix alone:
  python -m lab --prefix two status
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    :returns: 0; 1 if something did not work; 2 for a wrong command line.
    """
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        return options.run(options) or 0
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except (docker.errors.DockerException, requests.RequestException) as error:
        print(f"error: Docker: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def build_parser() -> argparse.ArgumentParser:
    """The parser with all commands."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--prefix", default=argparse.SUPPRESS, help="name of the lab (acelab)")
    parser = argparse.ArgumentParser(
        prog="python -m lab",
        description="A closed world of VPN providers, Gluetuns and AceStream engines, to break and to mend.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common],
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, run, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, parents=[common])
        made.set_defaults(run=run)
        return made

    starting = command("up", _up, "start the lab, or what is missing of it, and wait until it works")
    shape = starting.add_argument_group("what lab/lab.yml says, overridden")
    shape.add_argument("--subnet", help="network of which each VPN gets a /24 (10.213.0.0/16)")
    shape.add_argument("--vpns", type=int, metavar="N", help="number of VPNs")
    shape.add_argument("--engines", type=int, metavar="N", help="number of engines, spread over the VPNs")
    shape.add_argument("--host-port-base", type=int, metavar="PORT", help="first engine port on 127.0.0.1 (19000)")
    shape.add_argument(
        "--gluetun-image", metavar="IMAGE", help="a real Gluetun instead of the stand-in; or LAB_GLUETUN_IMAGE"
    )
    shape.add_argument("--standin-version", choices=definition.VERSIONS, help="the Gluetun that the stand-in acts like")
    shape.add_argument("--definition", type=Path, metavar="FILE", help="another file than lab/lab.yml")
    removing = command("down", _down, "remove the lab: what carries its label, and nothing else")
    removing.add_argument("--purge", action="store_true", help="remove .lab/<prefix>/ too: keys, state, journal")
    command("status", _status, "show every container and whether it really works")
    wanted = command("fault", _fault, "do one thing to the lab; `fault --list` shows all, `heal` undoes all")
    wanted.add_argument("name", nargs="?", choices=sorted(FAULTS), metavar="NAME", help="one of `fault --list`")
    wanted.add_argument("value", nargs="?", help="for port-change: the new port")
    wanted.add_argument("--list", action="store_true", help="show every fault and its opposite")
    wanted.add_argument("--vpn", default="1", metavar="N", help="the VPN it is done to (1)")
    wanted.add_argument("--engine", default="1", metavar="N", help="the engine it is done to (1)")
    command("heal", _heal, "undo every fault, and return when everything works")
    watching = command("watch", _watch, "show every change of one Gluetun as a row of JSON")
    watching.add_argument("--vpn", default="1", metavar="N", help="the VPN to watch (1)")
    watching.add_argument("--seconds", type=float, default=86400, help="for how long (until Ctrl-C)")
    playing = command("play", _play, "play a stream and show what a viewer would notice")
    playing.add_argument("--engine", default="1", metavar="N", help="the engine to play from (1)")
    playing.add_argument("--seconds", type=float, default=86400, help="for how long (until Ctrl-C)")
    playing.add_argument("--again", action="store_true", help="start anew when the connection is lost")
    command("build", _build, "make the images, which `up` does as well")
    return parser


def prefix_of(options: argparse.Namespace) -> str:
    """The prefix of the command line, or the definition's own."""
    return getattr(options, "prefix", None) or definition.load().prefix


def started(options: argparse.Namespace) -> Lab:
    """The lab as it was started; the definition's own if it was not."""
    return started_as(prefix_of(options))


def started_as(prefix: str) -> Lab:
    """The lab of this prefix as it was started; the definition's own if it was not."""
    settings = files.remembered(prefix)
    return definition.build(settings) if settings else definition.load(prefix=prefix)


def _up(options: argparse.Namespace) -> None:
    lab = definition.load(
        options.definition or definition.DEFAULT_FILE,
        prefix=getattr(options, "prefix", None),
        subnet=options.subnet,
        vpn_count=options.vpns,
        engines=options.engines,
        host_port_base=options.host_port_base,
        lab_gluetun_image=options.gluetun_image or os.environ.get("LAB_GLUETUN_IMAGE"),
        standin_version=options.standin_version,
    )
    up(docker_api.connect(), lab)


def _down(options: argparse.Namespace) -> None:
    down(docker_api.connect(), started(options), options.purge)


def _status(options: argparse.Namespace) -> None:
    say(status.table(status.rows(docker_api.connect(), started(options))))


def _fault(options: argparse.Namespace) -> int:
    if options.list or not options.name:
        width = max(len(name) for name in FAULTS)
        for fault in FAULTS.values():
            say(f"{fault.name:{width}}  {fault.text}" + (f"  [undo: {fault.opposite}]" if fault.opposite else ""))
        return 0 if options.list else 2
    fault = FAULTS[options.name]
    if options.value is not None and not fault.value:
        raise LabError(f"{fault.name} takes no value", f"Leave {options.value} out.")
    world = World(docker_api.connect(), started(options))
    targets = {"vpn": lambda: (world.vpn(options.vpn),), "engine": lambda: (world.engine(options.engine),)}
    arguments = targets.get(fault.target, tuple)()
    say(fault.run(world, *arguments, *([options.value] if options.value is not None else [])))
    return 0


def _heal(options: argparse.Namespace) -> None:
    heal(docker_api.connect(), started(options))


def _watch(options: argparse.Namespace) -> None:
    client, lab = docker_api.connect(), started(options)
    for row in watch.changes(client, lab, World(client, lab).vpn(options.vpn), options.seconds):
        say(json.dumps(row))


def _play(options: argparse.Namespace) -> int:
    engine = World(docker_api.connect(), started(options)).engine(options.engine)
    deadline = time.monotonic() + options.seconds
    with Player(f"http://127.0.0.1:{engine.host_port}", again=options.again) as player:
        with contextlib.suppress(KeyboardInterrupt):
            _show(player, deadline)
        count = player.stop()
    say(
        f"played {count.bytes} bytes, longest gap {count.longest_gap} s, disconnects {count.disconnects}, "
        f"failures {count.failures}, packets out of sync {count.lost_sync}"
    )
    return 0 if count.bytes else 1


def _show(player: Player, deadline: float) -> None:
    before = 0
    while time.monotonic() < deadline and not player.ended:
        time.sleep(1)
        count = player.count
        say(
            f"{(count.bytes - before) / 1000:7.0f} kB/s  total {count.bytes / 1e6:6.1f} MB  "
            f"silent {player.silent:4.1f} s  gaps {len(count.gaps)}  disconnects {count.disconnects}"
        )
        before = count.bytes


def _build(_options: argparse.Namespace) -> None:
    for name in image_builds.ensure(docker_api.connect()).values():
        say(name)
