# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One call of a control server: deadlines, redirects and what an answer means; nothing of its routes.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import dataclass, field
from typing import Any, Dict, Optional, Tuple
from urllib.parse import urljoin, urlsplit

from ansible_collections.acestream.vpn.plugins.module_utils._host.parallel import gather
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
    API_ERROR,
    API_GARBAGE,
    API_OK,
    API_TIMEOUT,
    API_UNAUTHORISED,
    API_UNREACHABLE,
)

try:
    # What requests is made of: a call by itself costs a third. The trust is that of requests.
    import urllib3
    from requests.certs import where  # type: ignore[attr-defined]  # the stubs leave it out
    from urllib3.exceptions import HTTPError, NewConnectionError
    from urllib3.exceptions import TimeoutError as CallTimeout
except ImportError:  # said by docker.require_libraries
    urllib3 = None  # type: ignore[assignment]  # nothing is called before it is said

#: No true answer is longer, bytes.
_BODY_MAX = 65536
_REDIRECTS = (301, 302, 307, 308)
_HOPS_MAX = 3
_SCHEMES = ("http://", "https://")


@dataclass(frozen=True)
class Answer:
    """What one call came to.

    :ivar api: one of the C(API_*) values.
    :ivar document: the JSON object; empty unless C(api) is ok.
    :ivar problem: a sentence that says what failed and what to do; empty if ok.
    :ivar status: HTTP status; 0: none came.
    :ivar route: the path that answered, after redirects.
    """

    api: str
    document: Dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    status: int = 0
    route: str = ""


class ControlHttp:
    """Calls one control server. Nothing that it says or raises holds the key or the password.

    :param url: where it is, e.g. V(http://172.17.0.2:8000).
    :param api_key: sent as C(X-API-Key), never as part of a URL.
    :param basic: user name and password, for basic authentication.
    """

    def __init__(self, url: str, api_key: Optional[str] = None, basic: Optional[Tuple[str, str]] = None) -> None:
        self._url = url.rstrip("/")
        self._api_key = api_key
        self._basic = basic
        self._pools = _pools() if url.lower().startswith(_SCHEMES) else None

    def close(self) -> None:
        if self._pools is not None:
            self._pools.clear()

    def call(self, method: str, path: str, timeout: float, body: Optional[Dict[str, str]] = None) -> Answer:
        """Call, and follow redirects on the same server, so that the key goes nowhere else.

        :param timeout: seconds for all of it, a server that answers byte by byte included.
        """
        # The library's own time-out is one for each read. It comes a little earlier, for it leaves nothing behind.
        task = {"call": lambda: self._call(method, path, timeout, body)}
        answer = gather(task, time.monotonic() + timeout * 1.1)["call"]
        return answer if isinstance(answer, Answer) else _late(method, path, timeout)

    def _call(self, method: str, path: str, timeout: float, body: Optional[Dict[str, str]]) -> Answer:
        if self._pools is None:
            return Answer(API_UNREACHABLE, problem="control_url has to begin with http:// or https://", route=path)
        url, route = self._url + path, path
        try:
            headers = self._headers(body)
            content = None if body is None else json.dumps(body)
            limits = urllib3.Timeout(connect=timeout, read=timeout)
            for _hop in range(_HOPS_MAX):
                response = self._pools.request(
                    method, url, body=content, headers=headers, timeout=limits, redirect=False, preload_content=False
                )
                with contextlib.closing(response):
                    if response.status in _REDIRECTS:
                        target = urljoin(url, response.headers.get("Location", ""))
                        if urlsplit(target)[:2] != urlsplit(url)[:2]:
                            return _elsewhere(method, route, response.status)
                        url, route = target, urlsplit(target).path
                        continue
                    text = response.read(_BODY_MAX, decode_content=True)
                    return read_answer(method, path, route, response.status, text)
        except UnicodeError:
            return Answer(API_UNREACHABLE, problem="the api_key or the password holds characters that HTTP cannot send")
        except (HTTPError, OSError, ValueError) as error:
            # Of version 1, a refused connection is a kind of time-out.
            if isinstance(error, CallTimeout) and not isinstance(error, NewConnectionError):
                return _late(method, route, timeout)
            # The text of an exception may hold a header, and so the key: its kind has to do.
            return Answer(API_UNREACHABLE, problem=_unreachable(error), route=route)
        return Answer(API_ERROR, problem=f"the control server redirects {method} {path} in a circle", route=route)

    def _headers(self, body: Optional[Dict[str, str]]) -> Dict[str, str]:
        """:raises UnicodeError: the password cannot be sent."""
        headers = {} if body is None else {"Content-Type": "application/json"}
        if self._api_key:
            headers["X-API-Key"] = self._api_key
        if self._basic is not None:
            headers["Authorization"] = urllib3.util.make_headers(basic_auth=":".join(self._basic))["authorization"]
        return headers


def _pools() -> Any:
    """Connections that are kept for the next call. Nothing of the environment counts: no proxy knows a container."""
    return urllib3.PoolManager(retries=False, cert_reqs="CERT_REQUIRED", ca_certs=where())


def read_answer(method: str, asked: str, route: str, status: int, text: bytes) -> Answer:
    """Classify an answer. Its C(Content-Type) does not matter: Gluetun sends JSON as C(text/plain)."""
    via = "" if route == asked else f" (where {asked} is redirected to)"
    if status == 401:
        problem = (
            f"the control server refused {method} {route}{via} with 401: give the right api_key, and add "
            f'"{method} {route}" to the routes of its role'
        )
        return Answer(API_UNAUTHORISED, {}, problem, status, route)
    if status != 200:
        problem = f"the control server answered {method} {route}{via} with status {status}: see Gluetun's log"
        return Answer(API_ERROR, {}, problem, status, route)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        return garbage(method, route)
    return Answer(API_OK, document, "", status, route)


def garbage(method: str, route: str) -> Answer:
    """An answer that no Gluetun gives."""
    problem = f"what answered {method} {route} is no control server of Gluetun: see control_url and control_port"
    return Answer(API_GARBAGE, {}, problem, 200, route)


def _late(method: str, route: str, timeout: float) -> Answer:
    problem = f"the control server did not answer {method} {route} in {timeout:.1f} s"
    return Answer(API_TIMEOUT, {}, problem, 0, route)


def _elsewhere(method: str, route: str, status: int) -> Answer:
    problem = f"the control server redirects {method} {route} to another server, where the key is not sent"
    return Answer(API_ERROR, {}, problem, status, route)


def _unreachable(error: Exception) -> str:
    return f"the control server cannot be reached ({type(error).__name__}): see control_url and control_port"
