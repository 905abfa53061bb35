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

from ansible_collections.acestream.vpn.plugins.module_utils._model.options import DockerOptions

# The low-level client is all that is needed. Importing it brings in the object model too (docker/__init__ does so),
# but nearly all of the time goes into requests.
try:
    from docker.api.client import APIClient
    from docker.errors import DockerException
    from docker.tls import TLSConfig

    LIBRARY_ERROR = None
except ImportError:
    LIBRARY_ERROR = traceback.format_exc()
    APIClient = object  # type: ignore[misc, assignment]  # whoever uses it calls docker.require_libraries before

#: Version of the API that is spoken first: Docker 20.10's. Asking a daemon what it speaks costs a call in every run.
API_VERSION = "1.41"

#: Connections that are kept for the next call, so that many containers are looked at without opening as many again.
_CONNECTIONS = 32

_TOO_OLD = re.compile(r"client version \S+ is too old\. Minimum supported API version is (\d+\.\d+)")
_VERSION_IN_PATH = re.compile(r"/v\d+\.\d+/")


class Client(APIClient):
    """The SDK's client, which goes on with a newer version of the API where a daemon no longer knows ours."""

    # The SDK calls it with these two by position.
    def request(  # type: ignore[override]  # what else it takes is none of our business
        self, method: str, url: str, *arguments: Any, **options: Any
    ) -> Any:
        response = super().request(method, url, *arguments, **options)
        oldest = _oldest_known(response)
        if oldest is None:
            return response
        self._version = oldest
        return super().request(method, _VERSION_IN_PATH.sub(f"/v{oldest}/", url, 1), *arguments, **options)


def make_client(docker: DockerOptions) -> APIClient:
    """Make a client; no connection is opened yet.

    :raises docker.errors.DockerException: the options make no sense.
    :raises ValueError: the same.
    """
    version = docker.chosen_version
    # Whoever chose a version gets that one or an error.
    kind = Client if version is None else APIClient
    return kind(
        base_url=_base_url(docker),
        version=version or API_VERSION,
        timeout=docker.timeout,
        tls=_tls(docker),
        max_pool_size=_CONNECTIONS,
    )


def _oldest_known(response: Any) -> Optional[str]:
    if response.status_code != 400:
        return None
    found = _TOO_OLD.search(response.text)
    return found.group(1) if found else None


def _base_url(docker: DockerOptions) -> str:
    host = docker.docker_host
    return host.replace("tcp://", "https://", 1) if _wants_tls(docker) else host


def _wants_tls(docker: DockerOptions) -> bool:
    return docker.tls or docker.validate_certs


def _tls(docker: DockerOptions) -> Any:
    if not _wants_tls(docker):
        return False
    pair = (docker.client_cert, docker.client_key) if docker.client_cert else None
    options: Dict[str, Any] = {"client_cert": pair, "ca_cert": docker.ca_path, "verify": docker.validate_certs}
    if docker.tls_hostname:
        options["assert_hostname"] = docker.tls_hostname
    try:
        return TLSConfig(**options)
    except TypeError as error:
        message = "tls_hostname is not supported by version 7 and later of the Python library docker: leave it out"
        raise DockerException(message) from error
