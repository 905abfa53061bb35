# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The known engine images and how each is told its ports.

Names, images and commands are those of the AceStream Orchestrator's C(ENGINE_VARIANT), except that every engine is
given a P2P port of its own: engines behind one gluetun share a namespace.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Dict

from ansible_collections.acestream.vpn.plugins.module_utils._model.options import NewEngineOptions

_PORTS = ("--http-port", "{http_port}", "--https-port", "{https_port}", "--port", "{p2p_port}")
_MAIN_PY = (
    "python", "main.py", "--bind-all", "--client-console", "--live-cache-type", "memory",
    "--live-mem-cache-size", "104857600", "--disable-sentry", "--log-stdout", *_PORTS,
)  # fmt: skip
_ACESERVE = (*_MAIN_PY, "--live-buffer", "25", "--disable-upnp")

VARIANTS: Dict[str, NewEngineOptions] = {
    "krinkuto11-amd64": NewEngineOptions(
        image="ghcr.io/krinkuto11/nano-ace:latest",
        command=("/acestream/acestreamengine", "--client-console", "--bind-all", *_PORTS),
    ),
    "jopsis-amd64": NewEngineOptions(
        image="jopsis/acestream:x64",
        environment={"ACESTREAM_ARGS": " ".join(["--client-console", "--bind-all", *_PORTS])},
    ),
    "jopsis-arm32": NewEngineOptions(image="jopsis/acestream:arm32-v3.2.13", command=_MAIN_PY),
    "jopsis-arm64": NewEngineOptions(image="jopsis/acestream:arm64-v3.2.13", command=_MAIN_PY),
    "AceServe-amd64": NewEngineOptions(image="ghcr.io/krinkuto11/acestream:latest-amd64", command=_ACESERVE),
    "AceServe-arm32": NewEngineOptions(image="ghcr.io/krinkuto11/acestream:latest-arm32", command=_ACESERVE),
    "AceServe-arm64": NewEngineOptions(image="ghcr.io/krinkuto11/acestream:latest-arm64", command=_ACESERVE),
}
