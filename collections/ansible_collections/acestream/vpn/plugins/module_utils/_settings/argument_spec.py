# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that several modules share.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import os
from typing import Any, Dict, List

from ansible.module_utils.basic import AnsibleFallbackNotFound, env_fallback

LOCAL_SOCKET = "unix:///var/run/docker.sock"
STATE_DIR = "/var/lib/acestream-vpn"
ENGINE_LABEL = "acestream.vpn_container"
#: The ownership label of the AceStream Orchestrator, whose engines a pool can take over.
POOL_LABEL = "ondemand.app=myservice"


def docker_argument_spec() -> Dict[str, Any]:
    """How to reach Docker: the names, aliases and environment variables of community.docker."""
    return {
        "docker_host": _option("str", "DOCKER_HOST", default=LOCAL_SOCKET, aliases=["docker_url"]),
        "api_version": _option("str", "DOCKER_API_VERSION", aliases=["docker_api_version"]),
        "timeout": _option("int", "DOCKER_TIMEOUT", default=10),
        "tls": _option("bool", "DOCKER_TLS", default=False),
        "validate_certs": _option("bool", "DOCKER_TLS_VERIFY", default=False, aliases=["tls_verify"]),
        "tls_hostname": _option("str", "DOCKER_TLS_HOSTNAME"),
        "ca_path": _certificate("ca.pem", ["ca_cert", "tls_ca_cert", "cacert_path"]),
        "client_cert": _certificate("cert.pem", ["tls_client_cert", "cert_path"]),
        "client_key": _certificate("key.pem", ["tls_client_key", "key_path"]),
    }


def gluetun_argument_spec() -> Dict[str, Any]:
    """One gluetun and how to ask it."""
    return {
        "name": {"type": "str", "required": True},
        "control_url": {"type": "str"},
        "control_port": {"type": "int", "default": 8000},
        "api_key": {"type": "str", "no_log": True},
        "username": {"type": "str"},
        "password": {"type": "str", "no_log": True},
    }


def gluetuns_argument_spec() -> Dict[str, Any]:
    """The gluetuns of a host."""
    options = {**gluetun_argument_spec(), "ports": {"type": "str"}}
    return {"gluetuns": {"type": "list", "elements": "dict", "required": True, "options": options}}


def engines_argument_spec() -> Dict[str, Any]:
    """Which containers are engines."""
    options = {
        "name": {"type": "str", "required": True},
        "gluetun": {"type": "str", "required": True},
        "http_port": {"type": "int"},
    }
    return {
        "engines": {"type": "list", "elements": "dict", "default": [], "options": options},
        "engine_label": {"type": "str", "default": ENGINE_LABEL},
        "engine_filters": {"type": "list", "elements": "str", "default": []},
        "pool_label": {"type": "str", "default": POOL_LABEL},
    }


def new_engine_argument_spec() -> Dict[str, Any]:
    """What a new engine is made of."""
    return {
        "variant": {"type": "str"},
        "image": {"type": "str"},
        "command": {"type": "list", "elements": "str"},
        "environment": {"type": "dict"},
        "labels": {"type": "dict"},
        "volumes": {"type": "list", "elements": "str"},
        "memory": {"type": "str"},
        "cpus": {"type": "float"},
        "restart_policy": {
            "type": "str",
            "choices": ["no", "always", "unless-stopped", "on-failure"],
            "default": "unless-stopped",
        },
        "name_prefix": {"type": "str", "default": "acestream-"},
    }


def probe_argument_spec() -> Dict[str, Any]:
    """How to look."""
    return {
        "egress_targets": {"type": "list", "elements": "str", "default": ["1.1.1.1:443", "8.8.8.8:443"]},
        "dns_name": {"type": "str", "default": "cloudflare.com"},
        "probe_timeout": {"type": "float", "default": 2.0},
        "evidence_timeout": {"type": "float", "default": 5.0},
    }


def state_argument_spec() -> Dict[str, Any]:
    """Where memory and journal are."""
    return {"state_dir": {"type": "path", "default": STATE_DIR}}


def host_argument_spec() -> Dict[str, Any]:
    """Everything that one look at a host needs."""
    return {
        **docker_argument_spec(),
        **gluetuns_argument_spec(),
        **engines_argument_spec(),
        **probe_argument_spec(),
        **state_argument_spec(),
    }


def _certificate(name: str, aliases: List[str]) -> Dict[str, Any]:
    """A file that lies in E(DOCKER_CERT_PATH) unless it is given, as the Docker CLI has it."""
    return {"type": "path", "aliases": aliases, "fallback": (_from_certificate_directory, [name])}


def _from_certificate_directory(name: str) -> str:
    directory = os.environ.get("DOCKER_CERT_PATH")
    if not directory:
        raise AnsibleFallbackNotFound
    return os.path.join(directory, name)


def _option(kind: str, variable: str, **more: Any) -> Dict[str, Any]:
    return {"type": kind, "fallback": (env_fallback, [variable]), **more}
