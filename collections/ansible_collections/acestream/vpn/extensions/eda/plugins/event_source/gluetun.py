# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source acestream.vpn.gluetun: what happens to the Gluetuns of any number of hosts, as it happens.

ansible-rulebook runs this file by its path and cannot import the collection, so that it is complete in itself. It needs
aiohttp, which ansible-rulebook brings, and Python 3.11 or newer.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import os
import random
import re
import resource
import ssl
import stat
import sys
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Callable, Optional
from urllib.parse import urlsplit

import aiohttp

DOCUMENTATION = r"""
---
module: gluetun
short_description: What happens to the Gluetuns and engines of any number of Docker hosts
description:
  - Follows C(GET /events) of the exporters that the role P(acestream.vpn.exporter#role) installs, each in a task of its
    own, and raises an event for each transition.
  - It resumes where it was after a break, so that no transition is lost while the exporter still has it.
  - The C(host) of an event is the one of the option O(exporters), never one that an exporter sent. An event holds
    nothing but the values below. Text is not passed on, so that no sentence of a container ever reaches a template.
  - If events are taken slowly, those of one host, VPN and kind give way to the newest. What is kept is bounded, and the
    newest event of each host and VPN is always kept.
  - "An event is C({'acestream': {...}, 'meta': {'hosts': host}}), with these values under C(acestream), always all of
    them. C(host): as configured; C(kind): a word; C(level): C(INFO), C(WARN), C(ERROR) or C(CRITICAL); C(vpn),
    C(engine): names of containers, or empty; C(at): epoch seconds. C(meta.hosts) limits what a rule runs to the host."
  - "Kinds beside those of the journal: C(exporter_followed), first contact since the start; C(exporter_lost), once,
    after O(lost_after) without contact; C(exporter_found), once, after that; C(events_missed), the exporter no longer
    has what happened since the last event; C(recheck), see O(recheck_every); C(heartbeat), without a host, and with
    the numbers C(exporters), C(connected) and C(lost)."
options:
  exporters:
    description: Whom to follow.
    type: list
    elements: dict
    required: true
    suboptions:
      host:
        description: The host as the inventory names it. Letters, digits, C(.), C(_) and C(-); no pattern.
        type: str
        required: true
      url:
        description: Where its exporter is, such as V(http://127.0.0.1:9811). Redirects are not followed.
        type: str
        required: true
      vpns:
        description: Names of its Gluetun containers. Events of others are left out. Without it, up to 32 are let in.
        type: list
        elements: str
      token:
        description: The bearer token. Better use O(exporters[].token_file).
        type: str
      token_file:
        description: A file with the bearer token that nobody else may read. It is read anew for each connection.
        type: str
      ca_file:
        description: A PEM file with the authority that signed its certificate, if the system does not know it.
        type: str
      verify:
        description: Whether its certificate is verified.
        type: bool
        default: true
  lost_after:
    description: Seconds without contact after which an exporter is reported as lost.
    type: float
    default: 60
  read_timeout:
    description: Seconds without a line after which a connection is given up. An exporter sends one every 15 seconds.
    type: float
    default: 40
  backoff_max:
    description: The longest pause between two attempts to connect, in seconds. The first is about one second.
    type: float
    default: 30
  heartbeat_every:
    description: Seconds between two events of the kind C(heartbeat); V(0) for none.
    type: float
    default: 60
  recheck_every:
    description:
      - Seconds between two events of the kind C(recheck) of a host, V(0) for none. They come as long as one of its
        Gluetuns is not healthy, and for O(recheck_for) after its last transition, because some steps of a mend are due
        later, when nothing happens that an exporter could tell. The first one comes 16 s after a transition, if that is
        sooner, so that one which a throttle of 15 s held back is made up for.
    type: float
    default: 60
  recheck_for:
    description: Seconds after a host's last transition in which it is rechecked.
    type: float
    default: 900
author: [acestream.vpn contributors]
"""

EXAMPLES = r"""
- acestream.vpn.gluetun:
    exporters:
      - host: mediaserver
        url: http://127.0.0.1:9811
      - host: attic
        url: https://attic.example:9811
        token_file: /etc/acestream-vpn/attic.token
        ca_file: /etc/acestream-vpn/ca.pem
"""

#: A line, and a whole event, of an exporter may have this many bytes. Longer ones are left out.
MAX_LINE, MAX_EVENT = 64 * 1024, 128 * 1024
#: Events that wait for each host, and VPNs of a host that does not say which it has. The former are more: see Pending.
MAX_WAITING, MAX_VPNS = 64, 32
#: So many of a host's last events are remembered, to leave out those that come twice.
REMEMBERED = 64
#: Seconds for the connection to be made, and over which the first connections are spread at most.
CONNECT_TIMEOUT, SPREAD = 10.0, 5.0
#: After this many seconds of contact, the pauses between attempts begin anew.
STEADY = 5.0
#: The first recheck after a transition comes after so many seconds at the latest, a little more than the rulebooks'
#: throttle: a transition that the throttle held back, with no run under way any more, is made up for.
SOON = 16.0

LEVELS = ("INFO", "WARN", "ERROR", "CRITICAL")
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,252}")
#: What Docker allows as a name of a container: nothing that a template or a shell would take for its own.
_CONTAINER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,63}")
_ID = re.compile(r"[!-~]{1,128}")
_NOT_HOSTS = ("all", "ungrouped")
_LINE_END = re.compile(rb"\r\n|\r|\n")

_log = logging.getLogger("acestream.vpn.gluetun")


# --- the options --------------------------------------------------------------------------------------------------


class OptionError(ValueError):
    """An option cannot be used; the message names it and says what to do."""


@dataclass(frozen=True)
class Exporter:
    """One of those that are followed; the options are described above."""

    host: str
    url: str
    vpns: Optional[tuple[str, ...]] = None
    token: Optional[str] = None
    token_file: Optional[str] = None
    ca_file: Optional[str] = None
    verify: bool = True

    def bearer(self) -> Optional[str]:
        """:raises OptionError: the file cannot be used."""
        return self.token if self.token_file is None else read_token(self.token_file)


@dataclass(frozen=True)
class Options:
    """All options; times in seconds."""

    exporters: tuple[Exporter, ...]
    lost_after: float = 60.0
    read_timeout: float = 40.0
    backoff_max: float = 30.0
    heartbeat_every: float = 60.0
    recheck_every: float = 60.0
    recheck_for: float = 900.0


#: The least that each figure may be; 0 switches off what may be switched off.
_LEAST = {
    "lost_after": 1.0,
    "read_timeout": 1.0,
    "backoff_max": 1.0,
    "heartbeat_every": 0.0,
    "recheck_every": 0.0,
    "recheck_for": 0.0,
}


def parse_options(args: dict[str, Any]) -> Options:
    """Check what a rulebook gives.

    :raises OptionError: something is missing, unknown or makes no sense.
    """
    _only(args, [item.name for item in fields(Options)], "")
    given = args.get("exporters")
    if not isinstance(given, list) or not given:
        raise OptionError("exporters: name at least one, as a list of {host: ..., url: ...}")
    exporters = tuple(_exporter(item, f"exporters[{number}]") for number, item in enumerate(given))
    hosts = [exporter.host for exporter in exporters]
    for host in hosts:
        if hosts.count(host) > 1:
            raise OptionError(f"exporters: {host} is there twice; each host has one exporter")
    return Options(exporters, **{name: _number(args, name) for name in _LEAST if name in args})


def _exporter(given: Any, where: str) -> Exporter:
    if not isinstance(given, dict):
        raise OptionError(f"{where}: it has to be {{host: ..., url: ...}}")
    _only(given, [item.name for item in fields(Exporter)], where + ".")
    for name in ("host", "url"):
        if not isinstance(given.get(name), str):
            raise OptionError(f"{where}.{name} is missing, or is no text")
    host = given["host"]
    if not _HOST.fullmatch(host) or host in _NOT_HOSTS:
        raise OptionError(
            f"{where}.host is {host!r}: give one host's name in the inventory, of letters, digits, '.', '_' and '-'"
        )
    values = {name: value for name, value in given.items() if value is not None}
    values["url"] = _url(given["url"], where)
    if "vpns" in values:
        values["vpns"] = _names(values["vpns"], where)
    for name in ("token", "token_file", "ca_file"):
        if name in values and (not isinstance(values[name], str) or not values[name]):
            raise OptionError(f"{where}.{name} has to be text, and not empty; leave it out if there is none")
    if "token" in values and "token_file" in values:
        raise OptionError(f"{where}: give token_file or token, not both")
    if not isinstance(values.get("verify", True), bool):
        raise OptionError(f"{where}.verify has to be true or false")
    exporter = Exporter(**values)
    if exporter.token is not None:
        _header_safe(exporter.token, f"{where}.token")
    exporter.bearer()
    if exporter.ca_file is not None:
        tls(exporter.ca_file, exporter.verify)
    return exporter


def _url(text: str, where: str) -> str:
    example = "such as http://127.0.0.1:9811"
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good or not text.isascii() or any(letter.isspace() for letter in text):
        raise OptionError(f"{where}.url is no exporter's address: give http:// or https://, host and port, {example}")
    if parts.username is not None or parts.password is not None:
        raise OptionError(f"{where}.url holds a user or a password: an exporter takes a token; use token_file")
    if parts.query or parts.fragment or parts.path not in ("", "/"):
        raise OptionError(f"{where}.url has to end with the port, {example}: /events is added")
    return f"{parts.scheme}://{parts.netloc}"


def _names(given: Any, where: str) -> tuple[str, ...]:
    if not isinstance(given, list) or not given or len(given) > MAX_VPNS:
        raise OptionError(f"{where}.vpns has to be a list of 1 to {MAX_VPNS} names")
    for name in given:
        if not isinstance(name, str) or not _CONTAINER.fullmatch(name):
            raise OptionError(f"{where}.vpns: {name!r} is no name that a container can have")
    return tuple(given)


def _number(args: dict[str, Any], name: str) -> float:
    value = args[name]
    good = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not good or value < _LEAST[name]:
        raise OptionError(f"{name} is {value!r}: it has to be a number of seconds, at least {_LEAST[name]:g}")
    return float(value)


def _only(given: dict[str, Any], known: list[str], where: str) -> None:
    for name in given:
        if name not in known:
            raise OptionError(f"{where}{name} is not an option: there are {', '.join(known)}")


def read_token(path: str) -> str:
    """:raises OptionError: it cannot be read, is empty, or others may read it."""
    try:
        with open(path, encoding="utf-8") as handle:
            if stat.S_IMODE(os.fstat(handle.fileno()).st_mode) & 0o077:
                raise OptionError(f"token_file {path} may be read by others: chmod 600 {path}")
            token = handle.read(4096).strip()
    except (OSError, UnicodeError) as error:
        raise OptionError(f"token_file {path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if not token:
        raise OptionError(f"token_file {path} is empty: write the exporter's token into it")
    return _header_safe(token, f"token_file {path}")


def _header_safe(token: str, where: str) -> str:
    if not re.fullmatch(r"[!-~]+", token):
        raise OptionError(f"{where} holds something else than one word of ASCII")
    return token


@lru_cache(maxsize=None)
def tls(ca_file: Optional[str], verify: bool) -> ssl.SSLContext:
    """One for all exporters that have these in common: each holds all authorities of the system.

    :raises OptionError: the file of the authority cannot be used.
    """
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise OptionError(f"ca_file {ca_file} cannot be used: {error}") from error
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


# --- server-sent events -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Message:
    """One event of a stream.

    :ivar data: None: it was too long, and was left out.
    :ivar id: what to send as C(Last-Event-ID) to go on behind it; empty: none was given so far.
    """

    kind: str
    data: Optional[str]
    id: str


class Parser:
    """Server-sent events, as the HTML standard has them, from bytes that come in any pieces. What it keeps is bounded.

    :ivar lines: how many complete lines, comments too, there were so far.
    """

    def __init__(self) -> None:
        self.lines = 0
        self._line = bytearray()
        self._too_long = False
        self._after_cr = False
        self._id = ""
        self._clear()

    def _clear(self) -> None:
        self._kind, self._size, self._damaged = "", 0, False
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> list[Message]:
        """:returns: the events that are complete with it."""
        found: list[Message] = []
        if not chunk:
            return found
        if self._after_cr:
            # The rest of a line end that was cut in two.
            chunk = chunk[1:] if chunk.startswith(b"\n") else chunk
            self._after_cr = False
        start = 0
        for end in _LINE_END.finditer(chunk):
            self._append(chunk[start : end.start()])
            start = end.end()
            self._end_of_line(found)
        self._append(chunk[start:])
        self._after_cr = start == len(chunk) and chunk.endswith(b"\r")
        return found

    def _append(self, part: bytes) -> None:
        if len(self._line) + len(part) > MAX_LINE:
            self._too_long = True
        if not self._too_long:
            self._line += part

    def _end_of_line(self, found: list[Message]) -> None:
        line, too_long = self._line.decode("utf-8", "replace"), self._too_long
        self._line, self._too_long = bytearray(), False
        if not self.lines:
            line = line.removeprefix("\ufeff")
        self.lines += 1
        if too_long:
            self._damaged = True
        elif line:
            self._field(*line.partition(":"))
        elif self._data or self._damaged:
            data = None if self._damaged else "\n".join(self._data)
            found.append(Message(self._kind or "message", data, self._id))
            self._clear()
        else:
            self._clear()

    def _field(self, name: str, _colon: str, value: str) -> None:
        value = value.removeprefix(" ")
        if name == "data":
            self._size += len(value) + 1
            if self._size > MAX_EVENT:
                self._damaged, self._data = True, []
            else:
                self._data.append(value)
        elif name == "event":
            self._kind = value
        elif name == "id" and "\0" not in value:
            self._id = value


# --- events -------------------------------------------------------------------------------------------------------


def event(host: str, kind: str, level: str, at: float, vpn: str = "", engine: str = "", **more: int) -> dict[str, Any]:
    """An event as rules see it. C(meta.hosts) is what ansible-rulebook limits a run to."""
    values = {"host": host, "vpn": vpn, "kind": kind, "level": level, "at": at, "engine": engine, **more}
    return {"acestream": values, **({"meta": {"hosts": host}} if host else {})}


def transition(host: str, text: Optional[str]) -> Optional[dict[str, Any]]:
    """An event from what an exporter sent. Nothing passes but what is named here, of the type that it must have."""
    try:
        given = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, dict):
        return None
    vpn, engine = _name(given, "vpn"), _name(given, "engine")
    kind, level, at = given.get("kind"), given.get("level"), given.get("at")
    if vpn is None or engine is None or not isinstance(kind, str) or not _KIND.fullmatch(kind):
        return None
    if not isinstance(level, str) or level not in LEVELS or isinstance(at, bool) or not isinstance(at, (int, float)):
        return None
    try:
        at = float(at)
    except OverflowError:
        return None
    return event(host, kind, level, at, vpn, engine) if math.isfinite(at) else None


def _name(given: dict[str, Any], name: str) -> Optional[str]:
    """Empty where there is none; None where it is not what it must be."""
    value = given.get(name)
    if value is None:
        return ""
    return value if isinstance(value, str) and _CONTAINER.fullmatch(value) else None


class Pending:
    """Events that wait to be taken, oldest first, the hosts in turn.

    An event gives way to a newer one of its host, VPN and kind. Of one host, no more than C(MAX_WAITING) wait: then the
    oldest goes that is not the newest of its VPN. There always is one, for a host has fewer VPNs than that.
    """

    def __init__(self) -> None:
        self._hosts: OrderedDict[str, OrderedDict[tuple[str, str], dict[str, Any]]] = OrderedDict()
        self._some = asyncio.Event()

    def __len__(self) -> int:
        return sum(len(waiting) for waiting in self._hosts.values())

    def put(self, new: dict[str, Any]) -> None:
        """Never waits."""
        values = new["acestream"]
        waiting = self._hosts.setdefault(values["host"], OrderedDict())
        key = (values["vpn"], values["kind"])
        waiting.pop(key, None)
        waiting[key] = new
        if len(waiting) > MAX_WAITING:
            newest = {vpn: (vpn, kind) for vpn, kind in waiting}
            del waiting[next(key for key in waiting if newest[key[0]] != key)]
        self._some.set()

    async def get(self) -> dict[str, Any]:
        """Wait for the next one."""
        while not self._hosts:
            self._some.clear()
            await self._some.wait()
        host, waiting = self._hosts.popitem(last=False)
        _key, oldest = waiting.popitem(last=False)
        if waiting:
            self._hosts[host] = waiting
        return oldest


# --- following ----------------------------------------------------------------------------------------------------


class Refused(Exception):
    """The exporter answered, but not with events; the message says what to do."""


class Following:
    """One exporter, followed for ever.

    :param session: how to ask. It must keep neither time-outs nor limits of its own.
    :param put: takes the events.
    """

    def __init__(
        self,
        exporter: Exporter,
        options: Options,
        session: aiohttp.ClientSession,
        put: Callable[[dict[str, Any]], None],
    ) -> None:
        self._exporter, self._options, self._session, self._put = exporter, options, session, put
        self._tls = tls(exporter.ca_file, exporter.verify) if exporter.url.startswith("https") else True
        self._loop = asyncio.get_running_loop()
        self._last_id = ""
        self._seen: deque[int] = deque(maxlen=REMEMBERED)
        self._vpns = set(exporter.vpns or ())
        self._followed = False
        self.connected, self.lost = False, False
        self._contact = self._loop.time()
        self._lost_timer: Optional[asyncio.TimerHandle] = None
        self._said = ""
        self._not_healthy: set[str] = set()
        self._last_transition = -math.inf
        self._recheck_timer: Optional[asyncio.TimerHandle] = None

    async def run(self) -> None:
        """Until it is cancelled."""
        self._out_of_contact()
        await asyncio.sleep(random.uniform(0, min(SPREAD, len(self._options.exporters) / 200)))
        failures = 0
        while True:
            began = self._loop.time()
            try:
                await self._follow()
                why = "the exporter ended the connection"
            except TimeoutError:
                why = f"it is silent for {self._options.read_timeout:g} s, or takes no connection"
            except aiohttp.ClientResponseError:
                # Its text would hold what was answered.
                why = "what answers there does not speak HTTP: correct the url"
            except (aiohttp.ClientError, OSError, Refused, OptionError, ValueError) as error:
                why = f"{error}" or type(error).__name__
            except Exception:  # A defect that one exporter brings to light must not end the others.
                _log.exception("%s: a defect in following", self._exporter.host)
                why = "a defect, see above"
            failures = 0 if self.connected and self._loop.time() - began >= STEADY else failures + 1
            self._out_of_contact()
            self._complain(why)
            pause = min(2.0 ** max(0, failures - 1), self._options.backoff_max)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))

    async def _follow(self) -> None:
        token = self._exporter.bearer()
        # No compression: what is read stays as long as it says.
        headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity", "Cache-Control": "no-store"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if self._last_id:
            headers["Last-Event-ID"] = self._last_id
        parser, lines = Parser(), 0
        async with asyncio.timeout(self._options.read_timeout) as deadline:
            asked = self._session.get(
                self._exporter.url + "/events", headers=headers, ssl=self._tls, allow_redirects=False
            )
            async with asked as answer:
                _check(answer)
                async for chunk in answer.content.iter_any():
                    messages = parser.feed(chunk)
                    # Only whole lines count: one that drips is as good as one that is silent.
                    if parser.lines > lines:
                        lines = parser.lines
                        self._in_contact()
                        deadline.reschedule(self._loop.time() + self._options.read_timeout)
                    for message in messages:
                        self._take(message)

    def _take(self, message: Message) -> None:
        repeated = message.id == self._last_id and message.kind == "transition" and message.id != ""
        if _ID.fullmatch(message.id):
            self._last_id = message.id
        if message.kind == "gap":
            self._put(event(self._exporter.host, "events_missed", "WARN", time.time()))
        elif message.kind == "transition" and not repeated:
            self._transition(transition(self._exporter.host, message.data))

    def _transition(self, new: Optional[dict[str, Any]]) -> None:
        if new is None:
            _log.warning("%s: an event was left out, for it is too long or not what it must be", self._exporter.host)
            return
        values = new["acestream"]
        mark = hash(tuple(sorted(values.items())))
        if mark in self._seen or not self._known(values["vpn"]):
            return
        self._seen.append(mark)
        self._put(new)
        if values["kind"] in ("gluetun_unhealthy", "gluetun_stopped"):
            self._not_healthy.add(values["vpn"])
        elif values["kind"] == "gluetun_healthy":
            self._not_healthy.discard(values["vpn"])
        self._last_transition = self._loop.time()
        if self._options.recheck_every:
            self._recheck_within(min(SOON, self._options.recheck_every))

    def _recheck_within(self, seconds: float) -> None:
        """At that time, or earlier where one is due before."""
        due = self._loop.time() + seconds
        if self._recheck_timer is not None:
            if self._recheck_timer.when() <= due:
                return
            self._recheck_timer.cancel()
        self._recheck_timer = self._loop.call_at(due, self._recheck)

    def _known(self, vpn: str) -> bool:
        if vpn and vpn not in self._vpns:
            if self._exporter.vpns is not None or len(self._vpns) >= MAX_VPNS:
                return False
            self._vpns.add(vpn)
        return True

    def _recheck(self) -> None:
        self._recheck_timer = None
        quiet = self._loop.time() - self._last_transition >= self._options.recheck_for
        if quiet and not self._not_healthy:
            return
        # A host that cannot be reached is found again first.
        if self.connected:
            self._put(event(self._exporter.host, "recheck", "INFO", time.time()))
        self._recheck_within(self._options.recheck_every)

    def _in_contact(self) -> None:
        self._contact = self._loop.time()
        if self.connected:
            return
        self.connected, self._said = True, ""
        if self._lost_timer is not None:
            self._lost_timer.cancel()
            self._lost_timer = None
        host = self._exporter.host
        if self.lost:
            self.lost = False
            _log.warning("%s: the exporter is found again", host)
            self._put(event(host, "exporter_found", "INFO", time.time()))
        if not self._followed:
            self._followed = True
            self._put(event(host, "exporter_followed", "INFO", time.time()))

    def _out_of_contact(self) -> None:
        self.connected = False
        if self._lost_timer is None and not self.lost:
            left = self._contact + self._options.lost_after - self._loop.time()
            self._lost_timer = self._loop.call_later(max(0.0, left), self._give_up)

    def _give_up(self) -> None:
        self._lost_timer = None
        if not self.connected:
            self.lost = True
            _log.error("%s: the exporter is lost: %s", self._exporter.host, self._said or "it does not answer")
            self._put(event(self._exporter.host, "exporter_lost", "ERROR", time.time()))

    def _complain(self, why: str) -> None:
        """Once for each cause, not at each attempt."""
        if why != self._said:
            _log.warning("%s: %s", self._exporter.host, why)
        self._said = why


def _check(answer: aiohttp.ClientResponse) -> None:
    """:raises Refused: this is no stream of events."""
    if answer.status in (401, 403):
        raise Refused(f"the exporter refuses the token ({answer.status}): give the one of its exporter_token")
    if 300 <= answer.status < 400:
        raise Refused(f"the exporter answers with a redirect ({answer.status}), which is not followed: correct the url")
    if answer.status != 200:
        raise Refused(f"the exporter answers {answer.status}: see its log, and whether the url is right")
    if answer.content_type != "text/event-stream":
        raise Refused("what answers there is no exporter of acestream.vpn: correct the url")


async def main(queue: asyncio.Queue[dict[str, Any]], args: dict[str, Any]) -> None:
    """Follow all exporters until cancelled.

    :param queue: of ansible-rulebook; takes the events.
    :param args: the options.
    :raises OptionError: they cannot be used.
    """
    options = parse_options(args)
    _allow_sockets(len(options.exporters))
    for exporter in options.exporters:
        if not exporter.verify:
            _log.warning("%s: the certificate of the exporter is not verified", exporter.host)
    pending = Pending()
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT, connect=None, sock_read=None)
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(
        connector=connector, timeout=timeout, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        everyone = [Following(exporter, options, session, pending.put) for exporter in options.exporters]
        async with asyncio.TaskGroup() as group:
            for following in everyone:
                group.create_task(following.run())
            if options.heartbeat_every:
                group.create_task(_heartbeat(everyone, options.heartbeat_every, pending.put))
            while True:
                await queue.put(await pending.get())


async def _heartbeat(everyone: list[Following], every: float, put: Callable[[dict[str, Any]], None]) -> None:
    while True:
        await asyncio.sleep(every)
        connected, lost = sum(one.connected for one in everyone), sum(one.lost for one in everyone)
        put(event("", "heartbeat", "INFO", time.time(), exporters=len(everyone), connected=connected, lost=lost))


def _allow_sockets(count: int) -> None:
    """Each exporter takes a file descriptor, and 1,024 is what many systems allow at first.

    :raises OptionError: the system does not allow as many.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = count + 256
    if soft != resource.RLIM_INFINITY and soft < needed:
        if hard != resource.RLIM_INFINITY and hard < needed:
            raise OptionError(f"{count} exporters need {needed} open files, {hard} are allowed: raise LimitNOFILE")
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


if __name__ == "__main__":

    class PrintingQueue(asyncio.Queue[dict[str, Any]]):
        """Shows what rules would get."""

        async def put(self, item: dict[str, Any]) -> None:
            print(json.dumps(item), flush=True)

    if len(sys.argv) < 2:
        sys.exit("usage: gluetun.py http://127.0.0.1:9811 [...]")
    names = [{"host": urlsplit(url).hostname or "host", "url": url} for url in sys.argv[1:]]
    try:
        asyncio.run(main(PrintingQueue(), {"exporters": names}))
    except OptionError as wrong:
        sys.exit(f"gluetun.py: {wrong}")
    except KeyboardInterrupt:
        pass
