# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client of Docker's Python SDK, with the connection options of community.docker.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import re
import traceback
from typing import Any, Dict, Optional

# The low-level client is all that is needed. Importing it brings in the object model too (docker/__init__ does so),
# but nearly all of the time goes into requests.
try:
    from docker.api.client import APIClient
    from docker.errors import DockerException
    from docker.tls import TLSConfig

    LIBRARY_ERROR = None
except ImportError:
    LIBRARY_ERROR = traceback.format_exc()
    APIClient = object

#: Version of the API that is spoken first: Docker 20.10's. Asking a daemon what it speaks costs a call in every run.
API_VERSION = "1.41"

#: Connections that are kept for the next call, so that many containers are looked at without opening as many again.
_CONNECTIONS = 32

_TOO_OLD = re.compile(r"client version \S+ is too old\. Minimum supported API version is (\d+\.\d+)")
_VERSION_IN_PATH = re.compile(r"/v\d+\.\d+/")


class Client(APIClient):
    """The SDK's client, which goes on with a newer version of the API where a daemon no longer knows ours."""

    def request(self, method: str, url: str, *arguments: Any, **options: Any) -> Any:
        response = super().request(method, url, *arguments, **options)
        oldest = _oldest_known(response)
        if oldest is None:
            return response
        self._version = oldest
        return super().request(method, _VERSION_IN_PATH.sub(f"/v{oldest}/", url, 1), *arguments, **options)


def make_client(params: Dict[str, Any]) -> APIClient:
    """Make a client; no connection is opened yet.

    :param params: the options of C(docker_argument_spec).
    :raises docker.errors.DockerException: they make no sense.
    :raises ValueError: the same.
    """
    version = params.get("api_version")
    chosen = version not in (None, "", "auto")
    # Whoever chose a version gets that one or an error.
    kind = APIClient if chosen else Client
    return kind(
        base_url=_base_url(params),
        version=version if chosen else API_VERSION,
        timeout=params["timeout"],
        tls=_tls(params),
        max_pool_size=_CONNECTIONS,
    )


def _oldest_known(response: Any) -> Optional[str]:
    if response.status_code != 400:
        return None
    found = _TOO_OLD.search(response.text)
    return found.group(1) if found else None


def _base_url(params: Dict[str, Any]) -> str:
    host = params["docker_host"]
    return host.replace("tcp://", "https://", 1) if _wants_tls(params) else host


def _wants_tls(params: Dict[str, Any]) -> bool:
    return bool(params.get("tls") or params.get("validate_certs"))


def _tls(params: Dict[str, Any]) -> Any:
    if not _wants_tls(params):
        return False
    pair = (params["client_cert"], params["client_key"]) if params.get("client_cert") else None
    options = {"client_cert": pair, "ca_cert": params.get("ca_path"), "verify": bool(params.get("validate_certs"))}
    if params.get("tls_hostname"):
        options["assert_hostname"] = params["tls_hostname"]
    try:
        return TLSConfig(**options)
    except TypeError as error:
        message = "tls_hostname is not supported by version 7 and later of the Python library docker: leave it out"
        raise DockerException(message) from error
