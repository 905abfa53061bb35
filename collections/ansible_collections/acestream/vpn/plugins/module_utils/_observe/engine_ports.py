# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where an engine listens, from what Docker keeps of its container. Pure.

Images take their ports in many ways: as options in the command, as options in a variable of any name, as a variable
that holds nothing but the number, or not at all. What is no port falls through to the next source.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Dict, Iterator, List, Optional, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import UNKNOWN, EngineEvidence
from ansible_collections.acestream.vpn.plugins.module_utils._model.port_range import TAKEN
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_words import (
    as_port,
    command_words,
    option,
    variables,
    words_of,
)

DECLARED, LABEL, COMMAND, VARIABLE, EXPOSED, DEFAULT = "declared", "label", "command", "variable", "exposed", "default"
#: Where an engine listens that is told nothing.
DEFAULT_HTTP_PORT = 6878

#: The variable that a known image is given its options in. It comes before those of any other name.
_ARGUMENTS = "ACESTREAM_ARGS"
#: Variables that hold the number alone. PORT comes last and is only assumed: most programs mean by it where they serve
#: HTTP, but the option of that name is an engine's P2P port. Beside any other variable for HTTP it is therefore not
#: taken for one, nor ever for the P2P port. ACESTREAM_PORT is left out: it mostly is the old API's, which is not HTTP.
_HTTP = ("HTTP_PORT", "ACESTREAM_HTTP_PORT", "ACE_HTTP_PORT")
_HTTPS = ("HTTPS_PORT", "ACESTREAM_HTTPS_PORT", "ACE_HTTPS_PORT")
_P2P = ("P2P_PORT", "ACESTREAM_P2P_PORT", "ACE_P2P_PORT")
_BARE = "PORT"
#: Exposed by images for something else: the old API and P2P as engines have them by default, and what Gluetun uses.
_NOT_HTTP = TAKEN | {62062, 8621}
#: Said where a port is not known.
WHAT_TO_DO = "declare its http_port, or label it with acestream.http_port"
#: Variables with options that are read, and exposed ports that are looked at; more of them say nothing.
_MOST = 16


@dataclass(frozen=True)
class EnginePorts:
    """Ports of an engine; None: not known.

    :ivar http: of its API; None only where nobody asked what the container says.
    :ivar p2p: that peers connect to. There is none by default: what is not given is not known.
    :ivar told_by: what told C(http): declared, label, command, variable, exposed or default; empty: nothing did.
    :ivar https: of its API with TLS.
    :ivar assumed: C(http) may be wrong: it was told by something that is not meant for the engine alone, or by nothing.
    """

    http: Optional[int] = None
    p2p: Optional[int] = None
    told_by: str = ""
    https: Optional[int] = None
    assumed: bool = False


def ports(raw: Dict[str, Any], declared_http_port: Optional[int] = None) -> EnginePorts:
    """Ports of an engine: each from the first source that gives one.

    :param raw: C(docker inspect) of it.
    :param declared_http_port: what the user says.
    """
    config = raw.get("Config") or {}
    labels = config.get("Labels") or {}
    env = variables(config)
    command = command_words(config, env)
    given = list(_with_options(env))

    def find(name: str, bare: Tuple[str, ...]) -> Tuple[Optional[int], str]:
        found = option(command, name)
        if found is not None:
            return found, COMMAND
        options = (option(words, name) for words in given)
        numbers = (as_port(env.get(variable)) for variable in bare)
        found = next((port for source in (options, numbers) for port in source if port is not None), None)
        return found, VARIABLE if found is not None else ""

    p2p, _from = find("--port", _P2P)
    https = as_port(labels.get("acestream.https_port")) or find("--https-port", _HTTPS)[0]
    for port, told_by in (
        (as_port(declared_http_port), DECLARED),
        (as_port(labels.get("acestream.http_port")), LABEL),
        find("--http-port", _HTTP),
    ):
        if port is not None:
            return EnginePorts(port, p2p, told_by, https)
    bare = None if any(name in env for name in _HTTP) else as_port(env.get(_BARE))
    if bare is not None and bare != p2p:
        return EnginePorts(bare, p2p, VARIABLE, https, assumed=True)
    exposed = _exposed(config.get("ExposedPorts"), {p2p, https})
    if exposed is not None:
        return EnginePorts(exposed, p2p, EXPOSED, https, assumed=True)
    return EnginePorts(DEFAULT_HTTP_PORT, p2p, DEFAULT, https, assumed=True)


def command_line(config: Dict[str, Any]) -> List[str]:
    """All words that an engine is started with: entry point, command and C(ACESTREAM_ARGS).

    :param config: C(Config) of C(docker inspect), or the body of C(POST /containers/create).
    """
    env = variables(config)
    return [*command_words(config, env), *words_of(env.get(_ARGUMENTS, ""), env)]


def without_disputed(engines: Dict[str, EngineEvidence]) -> Dict[str, EngineEvidence]:
    """The same engines, but whose port was only assumed, and is that of another one of its gluetun, has no port.

    They share a network, so that whoever answers there is the other one as likely as not.
    """
    having: Dict[Tuple[str, Optional[int]], List[str]] = {}
    for name, engine in engines.items():
        if engine.container is not None and engine.container.running:
            having.setdefault((engine.gluetun, engine.http_port), []).append(name)
    made = dict(engines)
    for (_gluetun, port), names in having.items():
        for name in names if port is not None and len(names) > 1 else ():
            if engines[name].http_port_assumed:
                others = ", ".join(other for other in names if other != name)
                said = f"its HTTP port is not known, and {port} may be that of {others}: {WHAT_TO_DO}"
                made[name] = replace(engines[name], http_port=None, api=UNKNOWN, connected=None, problems=(said,))
    return made


def _with_options(env: Dict[str, str]) -> Iterator[List[str]]:
    """The words of each variable that holds options of an engine."""
    names = [name for name, value in env.items() if "--http-port" in value or "--port" in value]
    for name in sorted(names, key=lambda name: name != _ARGUMENTS)[:_MOST]:
        yield words_of(env[name], env)


def _exposed(listed: Any, taken: Any) -> Optional[int]:
    """The only port that its image or container exposes and that may be the API; None: none or several.

    One that is exposed for UDP as well is the P2P port.
    """
    if not isinstance(listed, dict) or len(listed) > _MOST:
        return None
    named = [str(item).partition("/") for item in listed]
    udp = {number for number, _slash, protocol in named if protocol == "udp"}
    tcp = {as_port(number) for number, _slash, protocol in named if protocol in ("", "tcp") and number not in udp}
    found = [port for port in tcp if port is not None and port not in _NOT_HTTP and port not in taken]
    return found[0] if len(found) == 1 else None
