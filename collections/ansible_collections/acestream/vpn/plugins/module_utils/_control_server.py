# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gluetun's control server, versions 3.38 to 3.41 and main: what it says of the tunnel, and the switch.

Bodies are parsed whatever their type: Gluetun sends JSON as C(text/plain). The routes that
hold settings are never asked, for their answers hold credentials.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, Dict, Optional, Tuple
from urllib.parse import urljoin, urlsplit

from ansible_collections.acestream.vpn.plugins.module_utils._observation import (
    API_ERROR,
    API_GARBAGE,
    API_OK,
    API_TIMEOUT,
    API_UNAUTHORISED,
    API_UNREACHABLE,
)

try:
    import requests
except ImportError:  # said by _docker.require_libraries
    requests = None  # type: ignore[assignment]

STATUS = "/v1/vpn/status"
PUBLIC_IP = "/v1/publicip/ip"
PORT = "/v1/portforward"  # from 3.41.0; before, and as a redirect since:
PORT_OLD = "/v1/openvpn/portforwarded"
VERSION = "/v1/version"

_STATUSES = ("starting", "running", "stopping", "stopped", "crashed")
#: No true answer is longer, bytes.
_BODY_MAX = 65536
_REDIRECTS = (301, 302, 307, 308)


@dataclass(frozen=True)
class Answer:
    """What one call came to.

    :ivar api: one of the C(API_*) values.
    :ivar document: the JSON object; empty unless C(api) is ok.
    :ivar problem: a sentence that says what failed and what to do; empty if ok.
    :ivar status: HTTP status; 0: none came.
    """

    api: str
    document: Dict[str, Any]
    problem: str = ""
    status: int = 0


class ControlServer:
    """One control server.

    :param url: where it is, e.g. V(http://172.17.0.2:8000).
    :param api_key: sent as C(X-API-Key), never as part of a URL.
    :param basic: user name and password, for basic authentication.
    :param timeout: of each call, seconds.
    """

    def __init__(
        self, url: str, api_key: Optional[str] = None, basic: Optional[Tuple[str, str]] = None, timeout: float = 2.0
    ) -> None:
        self._url = url.rstrip("/")
        self._timeout = timeout
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy of the environment knows no container's address
        self._session.auth = basic
        if api_key:
            self._session.headers["X-API-Key"] = api_key

    def close(self) -> None:
        self._session.close()

    def status(self) -> Answer:
        """The tunnel's status, in C(document["status"])."""
        answer = self._call("GET", STATUS)
        if answer.api == API_OK and answer.document.get("status") not in _STATUSES:
            return Answer(API_GARBAGE, {}, f"GET {STATUS} answered something else than a status", answer.status)
        return answer

    def public_ip(self) -> Answer:
        """The public IP and where it is; C(document["public_ip"]) is empty where Gluetun knows none."""
        answer = self._call("GET", PUBLIC_IP)
        if answer.api == API_OK and not isinstance(answer.document.get("public_ip"), str):
            return Answer(API_GARBAGE, {}, f"GET {PUBLIC_IP} answered something else than an IP", answer.status)
        return answer

    def forwarded_port(self) -> Tuple[Optional[int], Answer]:
        """The forwarded port, 0 where there is none; None: it could not be found out."""
        answer = self._call("GET", PORT)
        if answer.api == API_OK:
            return _port(answer.document), answer
        if answer.status not in (400, 401, 404):
            return None, answer
        # Versions before 3.41 do not have that route, and say so with any of these.
        older = self._call("GET", PORT_OLD)
        if older.api == API_OK:
            return _port(older.document), older
        return None, answer if older.api == API_UNAUTHORISED and older.status == answer.status else older

    def put_status(self, wanted: str, deadline: float) -> bool:
        """Stop the tunnel or let it run, and see it happen.

        A PUT may block for minutes and is not undone by going away, so that a time-out says nothing:
        the status is asked until it is the wanted one.

        :param wanted: V(stopped) or V(running).
        :param deadline: on the clock of C(time.monotonic).
        :returns: whether it was seen.
        """
        asked = False
        while time.monotonic() < deadline:
            if not asked:
                answer = self._call("PUT", STATUS, {"status": wanted})
                asked = answer.api in (API_OK, API_TIMEOUT)
                if answer.api == API_UNAUTHORISED:
                    return False
            if self.status().document.get("status") == wanted:
                return True
            time.sleep(0.1)
        return False

    def _call(self, method: str, path: str, body: Optional[Dict[str, str]] = None) -> Answer:
        """One call, with redirects followed on the same server, so that the key goes nowhere else."""
        url, route = self._url + path, path
        try:
            for _hop in range(3):
                with self._session.request(
                    method, url, json=body, timeout=self._timeout, allow_redirects=False, stream=True
                ) as response:
                    if response.status_code in _REDIRECTS and self._is_here(response.headers.get("Location", "")):
                        url = urljoin(url, response.headers["Location"])
                        route = urlsplit(url).path
                        continue
                    text = response.raw.read(_BODY_MAX, decode_content=True)
                    return _read(method, route, path, response.status_code, text)
        except requests.Timeout:
            return Answer(API_TIMEOUT, {}, f"the control server did not answer {method} {route} in {self._timeout:g} s")
        except (requests.RequestException, OSError, ValueError) as error:
            # The text of an exception may hold a URL, never a header: the key is not in it.
            return Answer(API_UNREACHABLE, {}, f"the control server cannot be reached: {type(error).__name__}")
        return Answer(API_ERROR, {}, f"{method} {path} is redirected in a circle")

    def _is_here(self, location: str) -> bool:
        target = urlsplit(urljoin(self._url, location))
        return bool(location) and target[:2] == urlsplit(self._url)[:2]


def _read(method: str, route: str, asked: str, status: int, text: bytes) -> Answer:
    if status == 401:
        via = "" if route == asked else f" (to which {asked} is redirected)"
        problem = (
            f"the control server refused {method} {route}{via} with 401: give the right api_key, and add "
            f'"{method} {route}" to the routes of its role'
        )
        return Answer(API_UNAUTHORISED, {}, problem, status)
    if status != 200:
        return Answer(API_ERROR, {}, f"the control server answered {method} {route} with status {status}", status)
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        return Answer(API_GARBAGE, {}, f"the control server answered {method} {route} with something else than JSON", status)
    return Answer(API_OK, document, "", status)


def _port(document: Dict[str, Any]) -> Optional[int]:
    """Read any version's answer: C(port) alone, C(ports) alone, or both (gone in v4: C(port))."""
    found = document.get("port")
    if isinstance(found, int) and not isinstance(found, bool) and found:
        return found if 0 < found < 65536 else None
    ports = document.get("ports")
    if isinstance(ports, list) and ports:
        return ports[0] if isinstance(ports[0], int) and 0 < ports[0] < 65536 else None
    return 0 if "port" in document or "ports" in document else None
