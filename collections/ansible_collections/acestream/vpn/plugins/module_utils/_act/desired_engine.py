# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an engine needs, if anything, to be as it is wanted. Pure.

The rules that no wish overrides stand first: an engine is not touched while its gluetun does
not run or is not known to run, for a restart would then kill it (Docker 20.10).

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ansible_collections.acestream.vpn.plugins.module_utils._act.container_actions import (
    NOTHING,
    RESTART,
    START,
    STOP,
    UNPAUSE,
)
from ansible_collections.acestream.vpn.plugins.module_utils._assess.engine_condition import attached_to
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Container

STARTED = "started"
STOPPED = "stopped"
PRESENT = "present"
ABSENT = "absent"
STATES = (STARTED, STOPPED, PRESENT, ABSENT)

RECREATE = "recreate"
REMOVE = "remove"
#: What puts an engine to work, and so counts as an attempt to mend it.
MENDING = (START, UNPAUSE, RESTART, RECREATE)

#: How it stands with an engine for which nothing is done.
RIGHT = "ok"  # it is as it is wanted
HELD = "held"  # something must happen first that is not this module's to do
DRAINING = "draining"  # a live stream puts it off
REFUSED = "failed"  # it cannot become what is wanted


@dataclass(frozen=True)
class Wish:
    """The desired state of one engine.

    :ivar started_since: it must have been started at or after this moment; None: no such demand.
    :ivar drain_until: until then a live stream puts a restart off; None: streams do not matter.
    :ivar recreate: it may be recreated.
    :ivar p2p_port: it must have this P2P port; None: whichever it has.
    """

    state: str = STARTED
    started_since: Optional[float] = None
    drain_until: Optional[float] = None
    recreate: bool = True
    p2p_port: Optional[int] = None


@dataclass(frozen=True)
class Situation:
    """An engine and its gluetun, just looked at.

    :ivar known, gluetun_known: Docker answered about it. Only then does None mean that it is absent.
    :ivar aside: what a recreation that was cut short has put aside.
    :ivar netns, gluetun_netns: identity of the network namespace; None: it cannot be seen.
    :ivar streams: live streams; None: they could not be counted.
    :ivar is_gluetun: the name is that of a gluetun.
    :ivar p2p_port: of the engine; None: none is given.
    """

    engine: Optional[Container] = None
    aside: Optional[Container] = None
    gluetun: Optional[Container] = None
    known: bool = True
    gluetun_known: bool = True
    netns: Optional[str] = None
    gluetun_netns: Optional[str] = None
    streams: Optional[int] = None
    is_gluetun: bool = False
    p2p_port: Optional[int] = None


@dataclass(frozen=True)
class Choice:
    """What to do; or, where that is nothing, how it stands and why.

    :ivar for_port: it is done for nothing but another P2P port.
    """

    action: str
    stands: str = RIGHT
    why: str = ""
    for_port: bool = False


def choose(wish: Wish, seen: Situation, now: float) -> Choice:
    """Compare an engine with a wish.

    :param now: epoch seconds on the Docker host's clock.
    """
    if not seen.known:
        return Choice(NOTHING, HELD, "Docker did not answer about it: nothing is done on a guess")
    refused = _refused(seen)
    if refused:
        return Choice(NOTHING, REFUSED, refused)
    if wish.state == ABSENT:
        return Choice(REMOVE) if seen.engine or seen.aside else Choice(NOTHING, RIGHT, "it is absent")
    if wish.state == STOPPED:
        return _stopped(seen)
    if seen.engine is None and seen.aside is None:
        return Choice(NOTHING, REFUSED, "there is no container of that name: create it, or take it off the list")
    held = _gluetun_down(seen)
    if held:
        return Choice(NOTHING, HELD, held)
    return _on_running_gluetun(wish, seen, now)


def _refused(seen: Situation) -> str:
    """Why this container is nobody's engine; empty: it may be one."""
    if seen.is_gluetun:
        return "it is a Gluetun container, not an engine: take it off the list of engines"
    for container in (seen.engine, seen.aside):
        if container is None:
            continue
        if seen.gluetun is not None and container.id == seen.gluetun.id:
            return "it is its own Gluetun container: take it off the list of engines"
        if attached_to(container) is None:
            return (
                f"its network mode is {container.network_mode!r}: it does not share a Gluetun container's network, so "
                "it is not touched. Create it with --network container:<gluetun>"
            )
    return ""


def _stopped(seen: Situation) -> Choice:
    if seen.engine is None:
        return Choice(NOTHING, REFUSED, "there is no container of that name")
    if seen.engine.state in ("created", "exited", "dead", "removing"):
        return Choice(NOTHING, RIGHT, f"it is {seen.engine.state}")
    return Choice(STOP)


def _gluetun_down(seen: Situation) -> str:
    """Why the engine has to wait for its gluetun; empty: that one runs."""
    if not seen.gluetun_known:
        return "Docker did not answer about its Gluetun container: nothing is done on a guess"
    if seen.gluetun is None:
        return "there is no Gluetun container of that name: create it first"
    if not seen.gluetun.running:
        return f"its Gluetun container is {seen.gluetun.state}: start that first, an engine cannot run without it"
    return ""


def _on_running_gluetun(wish: Wish, seen: Situation, now: float) -> Choice:
    engine, gluetun = seen.engine, seen.gluetun
    if seen.aside is not None:
        return Choice(RECREATE, why="a recreation of it was cut short")
    if engine is None or gluetun is None:
        raise AssertionError("an absent engine or gluetun is dealt with before")
    if engine.state in ("dead", "removing"):
        return Choice(NOTHING, REFUSED, f"its container is {engine.state}: remove it and create it again")
    if attached_to(engine) not in (gluetun.id, gluetun.name):
        why = "its network belongs to another container than the present Gluetun"
        if not wish.recreate:
            return Choice(NOTHING, HELD, f"{why}, and recreate=never forbids to recreate it")
        return _unless_streaming(wish, seen, now, Choice(RECREATE, why=why))
    if wish.state == PRESENT:
        return Choice(NOTHING)
    if engine.state == "restarting":
        return Choice(NOTHING, HELD, "Docker is restarting it, and will go on doing so: see its log")
    if engine.state in ("created", "exited"):
        return Choice(START, why=f"it is {engine.state}")
    if is_stranded(seen, now):
        # Whatever connections are left in that namespace carry nothing any more.
        return Choice(RESTART, why="it is left in the network namespace of an earlier start")
    if engine.state == "paused":
        return Choice(UNPAUSE, why="it is paused")
    if wish.p2p_port not in (None, seen.p2p_port):
        why = f"its P2P port is {seen.p2p_port or 'not set'}, and {wish.p2p_port} is asked for"
        if not wish.recreate:
            return Choice(NOTHING, HELD, f"{why}, and recreate=never forbids to recreate it")
        return _unless_streaming(wish, seen, now, Choice(RECREATE, why=why, for_port=True))
    if wish.started_since is not None and (engine.started_at is None or engine.started_at < wish.started_since):
        return _unless_streaming(wish, seen, now, Choice(RESTART, why="it was started before the moment asked for"))
    return Choice(NOTHING)


def is_stranded(seen: Situation, now: float) -> bool:
    """Whether an engine lives in a namespace that its gluetun has left; by the clock where neither can be seen.

    A start that lies ahead was before the clock was set back: it cannot be compared with others.
    """
    if seen.netns is not None and seen.gluetun_netns is not None:
        return seen.netns != seen.gluetun_netns
    engine, gluetun = seen.engine, seen.gluetun
    if engine is None or gluetun is None or engine.started_at is None or gluetun.started_at is None:
        return False
    return engine.started_at < gluetun.started_at <= now


def _unless_streaming(wish: Wish, seen: Situation, now: float, choice: Choice) -> Choice:
    """Put off what would cut a stream; one that could not be counted may be one."""
    if wish.drain_until is None or now >= wish.drain_until or seen.streams == 0:
        return choice
    count = "its streams could not be counted" if seen.streams is None else f"{seen.streams} live stream(s)"
    return Choice(NOTHING, DRAINING, f"{count}: {choice.why}, put off for {wish.drain_until - now:.0f} s at the most")
