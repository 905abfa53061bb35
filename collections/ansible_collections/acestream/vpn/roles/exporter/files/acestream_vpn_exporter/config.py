# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exporter's configuration: one JSON file that the role writes, checked before anything starts.

It holds the API keys of the control servers, so that only its owner may read it (mode 0600).
"""

from __future__ import annotations

import json
import stat
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ansible_collections.acestream.vpn.plugins.module_utils._model.options import HostOptions
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy, PolicyError
from ansible_collections.acestream.vpn.plugins.module_utils._settings.options_from import host_options

#: What a look at a host needs: the options that C(recovery_plan) has as well, all of them, with their values.
HOST_OPTIONS = (
    "docker_host",
    "timeout",
    "gluetuns",
    "engines",
    "engine_label",
    "engine_filters",
    "pool_label",
    "egress_targets",
    "dns_name",
    "probe_timeout",
    "evidence_timeout",
    "state_dir",
)
_OPTIONAL_HOST_OPTIONS = (
    "api_version",
    "tls",
    "validate_certs",
    "tls_hostname",
    "ca_path",
    "client_cert",
    "client_key",
)
_GLUETUN = {
    "control_url": None,
    "control_port": 8000,
    "api_key": None,
    "username": None,
    "password": None,
    "ports": None,
}
_ENGINE = {"http_port": None}


class ConfigError(ValueError):
    """The configuration cannot be used; the message names the file, what is wrong and what to do."""


@dataclass(frozen=True)
class Config:
    """What the exporter was told.

    :ivar host: what to look at, and how.
    :ivar policy: the figures of judgement; the same as those of the recovery run, or both would argue.
    :ivar address: where to listen. Loopback unless told otherwise.
    :ivar port: TCP port; 0: any that is free, said in the log.
    :ivar interval: seconds between two looks while nothing is in doubt (C(GLUETUN_HEALTH_CHECK_INTERVAL_S)).
    :ivar token_file: holds the bearer token that requests must carry; None: no token is asked for.
    :ivar tls_certificate, tls_key: PEM files; with both, TLS is spoken instead of plain HTTP.
    """

    host: HostOptions
    policy: Policy
    address: str = "127.0.0.1"
    port: int = 9811
    interval: float = 5.0
    token_file: str | None = None
    tls_certificate: str | None = None
    tls_key: str | None = None

    @property
    def token(self) -> str | None:
        """The bearer token, read anew so that a replaced file is honoured after a restart of the service.

        :raises ConfigError: the file cannot be read, or is empty.
        """
        if self.token_file is None:
            return None
        return _secret(Path(self.token_file))


def load(path: Path, private: bool = True) -> Config:
    """Read and check the file.

    :param private: nobody but its owner may read it. Ansible checks a temporary copy, whose mode says nothing.
    :raises ConfigError: it cannot be read, others may read it, or a value is missing, unknown or makes no sense.
    """
    try:
        if private and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ConfigError(f"{path} may be read by others and holds keys: chmod 600 {path}")
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}. The role exporter writes it") from error
    except ValueError as error:
        raise ConfigError(f"{path} is no JSON: {error}. Run the role exporter again") from error
    try:
        return parse(document)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def parse(document: Any) -> Config:
    """Check a configuration that has been read.

    :raises ConfigError: a value is missing, unknown or makes no sense.
    """
    if not isinstance(document, dict):
        raise ConfigError("it has to be an object")
    known = {item.name for item in fields(Config)}
    _only(document, known, "")
    values = {name: value for name, value in document.items() if value is not None}
    try:
        values["policy"] = Policy.from_dict(_table(document, "policy"))
    except PolicyError as error:
        raise ConfigError(f"policy: {error}") from error
    values["host"] = host_options(_host(_table(document, "host")))
    for name, low in (("port", 0), ("interval", 1)):
        value = values.get(name, getattr(Config, name))
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value < low:
            raise ConfigError(f"{name} is {value!r}: it must be a number, at least {low}")
    if ("tls_certificate" in values) != ("tls_key" in values):
        raise ConfigError("tls_certificate and tls_key belong together: give both, or none")
    return Config(**values)


def _host(given: dict[str, Any]) -> dict[str, Any]:
    _only(given, {*HOST_OPTIONS, *_OPTIONAL_HOST_OPTIONS}, "host.")
    missing = [name for name in HOST_OPTIONS if given.get(name) is None]
    if missing:
        raise ConfigError(f"host.{missing[0]} is missing")
    if not isinstance(given["gluetuns"], list) or not given["gluetuns"]:
        raise ConfigError("host.gluetuns is empty: name at least one Gluetun container")
    gluetuns = [_item(item, _GLUETUN, ("name",), "host.gluetuns") for item in given["gluetuns"]]
    engines = [_item(item, _ENGINE, ("name", "gluetun"), "host.engines") for item in given["engines"]]
    optional = dict.fromkeys(_OPTIONAL_HOST_OPTIONS)
    return {**optional, **given, "gluetuns": gluetuns, "engines": engines}


def _item(item: Any, defaults: dict[str, Any], required: tuple[str, ...], where: str) -> dict[str, Any]:
    if not isinstance(item, dict) or not all(isinstance(item.get(name), str) for name in required):
        raise ConfigError(f"an entry of {where} has no {' or no '.join(required)}")
    _only(item, {*defaults, *required}, where + ".")
    return {**defaults, **{name: value for name, value in item.items() if value is not None}}


def _table(document: dict[str, Any], name: str) -> dict[str, Any]:
    value = document.get(name)
    if not isinstance(value, dict):
        raise ConfigError(f"{name} is missing, or is no object")
    return value


def _only(given: dict[str, Any], known: set[str], where: str) -> None:
    for name in given:
        if name not in known:
            raise ConfigError(f"{where}{name} is not a setting: allowed are {', '.join(sorted(known))}")


def _secret(path: Path) -> str:
    try:
        token = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(f"token_file {path} cannot be read: {error.strerror}") from error
    if not token:
        raise ConfigError(f"token_file {path} is empty: write a token into it, such as 32 random letters")
    return token
