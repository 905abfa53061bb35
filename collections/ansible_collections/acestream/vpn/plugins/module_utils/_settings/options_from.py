# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options as they come in, by name, made into values: behind this door nothing is looked up by name any more.

They come from an C(AnsibleModule), which has checked their types and filled in what was left out, or from the
exporter's configuration, which does the same. A name that is missing is a defect of theirs: C(KeyError). Pure.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Any, Dict, Mapping

from ansible_collections.acestream.vpn.plugins.module_utils._model.options import (
    DiscoveryOptions,
    DockerOptions,
    EngineOptions,
    GluetunOptions,
    HostOptions,
    NewEngineOptions,
    ProbeOptions,
)


def docker_options(params: Mapping[str, Any]) -> DockerOptions:
    """How to reach Docker, from the options of C(docker_argument_spec)."""
    return DockerOptions(
        docker_host=params["docker_host"],
        timeout=params["timeout"],
        api_version=params.get("api_version"),
        tls=bool(params.get("tls")),
        validate_certs=bool(params.get("validate_certs")),
        tls_hostname=params.get("tls_hostname"),
        ca_path=params.get("ca_path"),
        client_cert=params.get("client_cert"),
        client_key=params.get("client_key"),
    )


def gluetun_options(params: Mapping[str, Any]) -> GluetunOptions:
    """One gluetun, from the options of C(gluetun_argument_spec) or an entry of C(gluetuns)."""
    return GluetunOptions(
        name=params["name"],
        control_url=params.get("control_url"),
        control_port=params["control_port"],
        api_key=params.get("api_key"),
        username=params.get("username"),
        password=params.get("password"),
        ports=params.get("ports"),
    )


def engine_options(params: Mapping[str, Any]) -> EngineOptions:
    """One engine, from an entry of C(engines)."""
    return EngineOptions(params["name"], params["gluetun"], params.get("http_port"))


def probe_options(params: Mapping[str, Any]) -> ProbeOptions:
    """How to look, from the options of C(probe_argument_spec)."""
    return ProbeOptions(
        egress_targets=tuple(params["egress_targets"]),
        dns_name=params["dns_name"],
        probe_timeout=params["probe_timeout"],
        evidence_timeout=params["evidence_timeout"],
    )


def new_engine_options(params: Mapping[str, Any]) -> NewEngineOptions:
    """What a new engine is made of, from the options of C(new_engine_argument_spec); what is not given is left out."""
    given: Dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in params.items() if value is not None
    }
    return NewEngineOptions(**given)


def host_options(params: Mapping[str, Any]) -> HostOptions:
    """Everything that one look needs, from the options of C(host_argument_spec)."""
    return HostOptions(
        docker=docker_options(params),
        gluetuns=tuple(gluetun_options(item) for item in params["gluetuns"]),
        engines=tuple(engine_options(item) for item in params["engines"]),
        discovery=DiscoveryOptions(
            engine_label=params["engine_label"],
            engine_filters=tuple(params["engine_filters"]),
            pool_label=params["pool_label"],
        ),
        probe=probe_options(params),
        state_dir=params["state_dir"],
    )
