# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gluetun's control server, versions 3.38 to 3.41 and main: what it says of the tunnel, and the switch.

The routes that hold settings are never asked, for their answers hold credentials.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any, Dict, Optional, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
    API_OK,
    API_TIMEOUT,
    API_UNAUTHORISED,
)
from ansible_collections.acestream.vpn.plugins.module_utils._observe.control_http import Answer, ControlHttp, garbage

STATUS = "/v1/vpn/status"
PUBLIC_IP = "/v1/publicip/ip"
VERSION = "/v1/version"
PORT = "/v1/portforward"  # from 3.41.0; before, and as a redirect since:
PORT_OLD = "/v1/openvpn/portforwarded"

_STATUSES = ("starting", "running", "stopping", "stopped", "crashed")
_PORT_SINCE = (3, 41)
#: How the versions say that they do not have a route: 3.38; 3.39 to 3.41.1; from 3.41.2.
_NO_SUCH_ROUTE = (400, 401, 404, 405)
_POLL = 0.1


@dataclass(frozen=True)
class Switch:
    """What became of switching the tunnel. It is true where the wanted status was seen.

    :ivar outcome: Gluetun's word for it, such as V(stopped) or V(already running); empty: none came.
    :ivar problem: why it was not seen, and what to do.
    """

    seen: bool
    outcome: str = ""
    problem: str = ""

    def __bool__(self) -> bool:
        return self.seen


class ControlServer:
    """One control server.

    :param url: where it is, e.g. V(http://172.17.0.2:8000).
    :param api_key: its role's key.
    :param basic: user name and password, for basic authentication.
    :param timeout: of each call, seconds.
    :param until: of all questions together, on the clock of C(time.monotonic); None: no matter.
    """

    def __init__(
        self,
        url: str,
        api_key: Optional[str] = None,
        basic: Optional[Tuple[str, str]] = None,
        timeout: float = 2.0,
        until: Optional[float] = None,
    ) -> None:
        self._http = ControlHttp(url, api_key, basic)
        self._timeout = timeout
        self._until = until

    def close(self) -> None:
        self._http.close()

    def status(self) -> Answer:
        """The tunnel's status, in C(document["status"])."""
        answer = self._get(STATUS)
        if answer.api == API_OK and answer.document.get("status") not in _STATUSES:
            return garbage("GET", STATUS)
        return answer

    def public_ip(self) -> Answer:
        """The public IP and where it is; C(document["public_ip"]) is empty where Gluetun knows none."""
        answer = self._get(PUBLIC_IP)
        if answer.api == API_OK and not isinstance(answer.document.get("public_ip"), str):
            return garbage("GET", PUBLIC_IP)
        return answer

    def version(self) -> Optional[str]:
        """Its version, such as V(v3.41.0), V(latest) or V(unknown); None: it did not say."""
        told = self._get(VERSION).document.get("version")
        return told if isinstance(told, str) else None

    def forwarded_port(self, version: Optional[str] = None) -> Tuple[Optional[int], Answer]:
        """The forwarded port, 0 where there is none; None: it could not be found out, and the answer says why.

        :param version: of Gluetun, where it is known: then only the route is asked that this version has.
        """
        number = _number(version)
        if number is not None:
            answer = self._get(PORT if number >= _PORT_SINCE else PORT_OLD)
        else:
            answer = self._get(PORT)
            if answer.status in _NO_SUCH_ROUTE:
                answer = _which(answer, self._get(PORT_OLD))
        if answer.api != API_OK:
            return None, answer
        port = _port(answer.document)
        return port, garbage("GET", answer.route) if port is None else answer

    def put_status(self, wanted: str, deadline: float) -> Switch:
        """Stop the tunnel or let it run, and see it happen.

        A PUT may block for minutes and is not undone by going away, so that a time-out says nothing:
        the status is asked, which never blocks, until it is the wanted one.

        :param wanted: V(stopped) or V(running).
        :param deadline: on the clock of C(time.monotonic).
        """
        asked, outcome = False, ""
        problem = f"there was no time left to ask for {wanted}"
        while time.monotonic() < deadline:
            if not asked:
                answer = self._http.call("PUT", STATUS, self._left(deadline), {"status": wanted})
                if answer.api == API_UNAUTHORISED:
                    return Switch(False, "", answer.problem)
                asked = answer.api in (API_OK, API_TIMEOUT)
                outcome = str(answer.document.get("outcome", ""))
                problem = answer.problem
            status = self.status()
            if status.document.get("status") == wanted:
                return Switch(True, outcome)
            problem = _why_not(wanted, outcome, status, problem)
            time.sleep(_POLL)
        return Switch(False, outcome, problem)

    def _get(self, path: str) -> Answer:
        return self._http.call("GET", path, self._left(self._until))

    def _left(self, deadline: Optional[float]) -> float:
        if deadline is None:
            return self._timeout
        return max(_POLL, min(self._timeout, deadline - time.monotonic()))


def _number(version: Optional[str]) -> Optional[Tuple[int, int]]:
    """Major and minor number; None: the version has none, as that of an image that was built from a branch."""
    found = re.match(r"v?(\d+)\.(\d+)(?!\d*:)", version or "")
    return (int(found.group(1)), int(found.group(2))) if found else None


def _which(newer: Answer, older: Answer) -> Answer:
    """The answer that counts, where it is not known which of the two routes this version has."""
    if older.api == API_OK or older.api != API_UNAUTHORISED:
        return newer if newer.api == API_UNAUTHORISED and older.status in _NO_SUCH_ROUTE else older
    if older.route == PORT or newer.api != API_UNAUTHORISED:
        return older
    problem = (
        f"the control server refused GET {PORT} and GET {PORT_OLD} with 401: give the right api_key, and add the "
        f'first of them to the routes of its role from Gluetun 3.41 on, the second before, and "GET {VERSION}" in any '
        "case"
    )
    return Answer(API_UNAUTHORISED, {}, problem, 401, PORT)


def _port(document: Dict[str, Any]) -> Optional[int]:
    """Read any version's answer: C(port) alone, C(ports) alone, or both (C(port) goes away in version 4).

    :returns: the first port, 0 where there is none; None: this is no such answer.
    """
    if not {"port", "ports"} & set(document):
        return None
    ports = document.get("ports") or []
    numbers = [document.get("port", 0)] + (ports if isinstance(ports, list) else [None])
    if not all(isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 65536 for number in numbers):
        return None
    return next((number for number in numbers if number), 0)


def _why_not(wanted: str, outcome: str, status: Answer, problem: str) -> str:
    if status.api != API_OK:
        return status.problem
    found = status.document["status"]
    if found == "crashed":
        return "the tunnel has crashed, which no request can change: Gluetun tries again by itself in some seconds"
    said = f" (it said: {outcome})" if outcome else f" ({problem})" if problem else ""
    return f"the tunnel is {found} and not {wanted}{said}"
