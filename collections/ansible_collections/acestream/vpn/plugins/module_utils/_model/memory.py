# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is remembered of one host between two looks: plain values and their JSON form.

The memory is one small document, shared by every program that judges a host.
It holds no secret. Its file is read and written by C(_publish.store).

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Dict, Optional, Tuple

#: Format of the document. A document of another format is foreign and is set aside.
FORMAT = 1

HEALTHY = "healthy"
UNHEALTHY = "unhealthy"
STOPPED = "stopped"
UNKNOWN = "unknown"
#: Seconds from the epoch that lie beyond what anybody's clock will show (it is the year 5138).
_NO_TIME = 1e11

VERDICTS = (HEALTHY, UNHEALTHY, STOPPED, UNKNOWN)


class MemoryFormatError(ValueError):
    """The document is torn, foreign or not a memory at all."""


@dataclass(frozen=True)
class GluetunMemory:
    """What is remembered of one gluetun. Times are epoch seconds on the Docker host's clock.

    :ivar verdict: the present verdict.
    :ivar known: the last verdict that was more than C(unknown); None: never had one.
    :ivar since: when the present verdict began.
    :ivar starting: it restarts or starts; the verdict is an old one, kept.
    :ivar starting_since: when it last worked before the starts under way, of which none has worked yet, or was first
        found so; after a start by this collection, that start. None: there are none.
    :ivar starting_seen_at: the last look that found it so.
    :ivar first_start: C(State.StartedAt) of the first of them, to tell others from it.
    :ivar starts_again: there was another one.
    :ivar in_doubt: a sample failed and does not suffice for another verdict yet.
    :ivar why: the evidence that decided, in words.
    :ivar outage_since: T0 of the outage under way; None: there is none.
    :ivar last_outage: beginning and end of the last outage that ended.
    :ivar failures: failed egress samples in a row.
    :ivar first_failure_at: the first of them.
    :ivar last_failure_at: the last of them that was counted.
    :ivar connected_since: C, when it was seen to work again after an outage; None: no outage was seen.
    :ivar last_good_at: the last successful egress probe.
    :ivar cycles: when this collection cycled its tunnel, the last day's.
    :ivar restarts: when this collection started or restarted it, the last day's.
    :ivar latched_since: no more actions since then; None: not latched.
    :ivar public_ip: the last one known.
    :ivar ip_before: the public IP before the outage that ended at ``connected_since``.
    :ivar container_id, started_at: of the container last seen, to notice restarts and recreation.
    :ivar unknown_since, unknown_warned: since when nothing is known, and whether the journal said so.
    :ivar api: what the control server answered last, to notice a lost permission once.
    :ivar forwarded_port, port_since: the last forwarded port, and since when it is this one; None: never had one.
    :ivar port_lost_since, port_lost_said: since when none is forwarded although the VPN works, and whether the
        journal said so.
    :ivar create_failures: when engines could not be created on it, since the last that could.
    """

    verdict: str = UNKNOWN
    known: Optional[str] = None
    since: Optional[float] = None
    starting: bool = False
    starting_since: Optional[float] = None
    starting_seen_at: Optional[float] = None
    first_start: Optional[float] = None
    starts_again: bool = False
    in_doubt: bool = False
    why: str = ""
    outage_since: Optional[float] = None
    last_outage: Optional[Tuple[float, float]] = None
    failures: int = 0
    first_failure_at: Optional[float] = None
    last_failure_at: Optional[float] = None
    connected_since: Optional[float] = None
    last_good_at: Optional[float] = None
    cycles: Tuple[float, ...] = ()
    restarts: Tuple[float, ...] = ()
    latched_since: Optional[float] = None
    public_ip: Optional[str] = None
    ip_before: Optional[str] = None
    container_id: Optional[str] = None
    started_at: Optional[float] = None
    unknown_since: Optional[float] = None
    unknown_warned: bool = False
    api: Optional[str] = None
    forwarded_port: Optional[int] = None
    port_since: Optional[float] = None
    port_lost_since: Optional[float] = None
    port_lost_said: bool = False
    create_failures: Tuple[float, ...] = ()


@dataclass(frozen=True)
class EngineMemory:
    """What is remembered of one engine.

    :ivar shown: it may get new streams.
    :ivar reason: why it may not, in words; empty where it may.
    :ivar wrong_since: since when it is not as it should be although its gluetun is healthy.
    :ivar attempts: when this collection tried to mend it since ``wrong_since``.
    :ivar latched_since: no more actions since then; None: not latched.
    :ivar first_seen, last_seen: when it was first and last found by Docker.
    :ivar last_stream_at: when it last had a live stream.
    :ivar port_given_at: when it was last recreated for another forwarded port.
    :ivar surplus_since: since when it is one too many, and waits for its streams to end.
    :ivar answered_at_port: the HTTP port at which its API last answered; None: it never did. A port that was merely
        assumed is proven by it.
    """

    gluetun: str
    shown: bool = False
    reason: str = ""
    wrong_since: Optional[float] = None
    attempts: Tuple[float, ...] = ()
    latched_since: Optional[float] = None
    first_seen: Optional[float] = None
    last_seen: Optional[float] = None
    last_stream_at: Optional[float] = None
    port_given_at: Optional[float] = None
    surplus_since: Optional[float] = None
    answered_at_port: Optional[int] = None


@dataclass(frozen=True)
class Maintenance:
    """A person's order to do nothing for a while. C(_model.maintenance_window) tells what it means.

    :ivar until: when it ends, epoch seconds.
    :ivar reason: why, in the person's words.
    :ivar since: when it began; None: not known.
    :ivar boot, until_tick: its end on the clock that never jumps, and the boot that this belongs to.
    """

    until: float
    reason: str = ""
    since: Optional[float] = None
    boot: Optional[str] = None
    until_tick: Optional[float] = None


@dataclass(frozen=True)
class Memory:
    """Everything that is remembered of one host.

    :ivar maintenance: by the name of the gluetun; the empty name stands for the whole host.
    :ivar at, tick, boot, began: of the newest observation in it, so that an older one is left out.
    """

    gluetuns: Dict[str, GluetunMemory] = field(default_factory=dict)
    engines: Dict[str, EngineMemory] = field(default_factory=dict)
    maintenance: Dict[str, Maintenance] = field(default_factory=dict)
    at: Optional[float] = None
    tick: Optional[float] = None
    boot: Optional[str] = None
    began: Optional[float] = None

    def as_document(self) -> Dict[str, Any]:
        return {"format": FORMAT, **asdict(self)}


def from_document(document: Any) -> Memory:
    """Read a memory back from its JSON form.

    :raises MemoryFormatError: it is not a memory, of another format, or a value has the wrong type.
    """
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise MemoryFormatError(f"it is not a memory of format {FORMAT}")
    gluetuns = {name: _gluetun(value) for name, value in _table(document, "gluetuns").items()}
    engines = {name: _build(EngineMemory, value) for name, value in _table(document, "engines").items()}
    # An earlier release wrote none.
    orders = _table({"maintenance": {}, **document}, "maintenance")
    maintenance = {name: _build(Maintenance, value) for name, value in orders.items()}
    tables = {"gluetuns": gluetuns, "engines": engines, "maintenance": maintenance}
    memory: Memory = _build(Memory, {**document, **tables}, ignore=("format",))
    return memory


def _table(document: Dict[str, Any], key: str) -> Dict[str, Any]:
    table = document.get(key)
    if not isinstance(table, dict):
        raise MemoryFormatError(f"{key} is missing, or is no object")
    return table


def _gluetun(value: Any) -> GluetunMemory:
    gluetun: GluetunMemory = _build(GluetunMemory, value)
    if gluetun.verdict not in VERDICTS or gluetun.known not in (None, HEALTHY, UNHEALTHY, STOPPED):
        raise MemoryFormatError("a verdict has a value that does not exist")
    if gluetun.last_outage is not None and len(gluetun.last_outage) != 2:
        raise MemoryFormatError("an outage needs a beginning and an end")
    return gluetun


def _build(cls: Any, value: Any, ignore: Tuple[str, ...] = ()) -> Any:
    if not isinstance(value, dict):
        raise MemoryFormatError(f"a {cls.__name__} is not an object")
    known = {item.name: item for item in fields(cls)}
    # A later release of the same format may have added a field: what is not known is left out.
    values = {name: _plain(name, str(known[name].type), item) for name, item in value.items() if name in known}
    for name in ignore:
        values.pop(name, None)
    try:
        return cls(**values)
    except TypeError as error:
        raise MemoryFormatError(str(error)) from None


def _plain(name: str, annotation: str, value: Any) -> Any:
    """Check one value against the field's annotation, which is a string here."""
    if value is None and "Optional" in annotation:
        return None
    if "Tuple" in annotation:
        if not isinstance(value, (list, tuple)) or not all(_is_number(item) for item in value):
            raise MemoryFormatError(f"{name} is not a list of times")
        return tuple(value)
    if "Dict" in annotation:
        return value
    expected = {"str": str, "bool": bool, "int": int}.get(annotation.replace("Optional[", "").rstrip("]"))
    if expected is None:
        if not _is_number(value):
            raise MemoryFormatError(f"{name} is not a time")
    elif not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        raise MemoryFormatError(f"{name} is not of type {expected.__name__}")
    return value


def _is_number(value: Any) -> bool:
    """Whether it may be a time: a number that no calendar knows would stop every program that shows it."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _NO_TIME
