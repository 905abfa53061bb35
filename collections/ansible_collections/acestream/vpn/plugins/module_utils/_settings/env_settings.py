# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The specification's settings, from the lines of a C(.env) to values of this collection. Pure.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._model.engine_variants import VARIANTS
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import (
    RECONNECT_ALWAYS,
    RECONNECT_NEVER,
    Policy,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.port_range import PortRangeError, overlap, parse
from ansible_collections.acestream.vpn.plugins.module_utils._settings.env_lines import (
    EnvError,
    Line,
    passed_over,
    place,
    sort,
)
from ansible_collections.acestream.vpn.plugins.module_utils._settings.env_names import NOTHING_TO_SET

_TRUE, _FALSE = ("true", "1", "yes", "on", "t", "y"), ("false", "0", "no", "off", "f", "n")
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_IMAGE = re.compile(r"[a-z0-9](?=.*[/:])[a-zA-Z0-9._:/@-]+")
# A value that is one word may be shown; behind a space or a sign of the shell there may be another setting's.
_ONE_WORD = re.compile(r"[^\s=;&|\"'`]{0,60}")


def settings(lines: Sequence[Line], file: str) -> Tuple[Dict[str, Any], List[str]]:
    """Read the settings; of a name that comes twice the last one counts, and names of others are passed over.

    :returns: the values by the names of the role's variables without their prefix, and a sentence for each setting
        that has no effect, with one for all names that are not ours.
    :raises EnvError: a name is a typing error of one of ours, or one of ours has a value that is not allowed.
    """
    in_order = sort(lines, _READERS, file)
    found: Dict[str, Any] = {}
    where: Dict[str, int] = {}
    for line in in_order.ours:
        name, text = line.name or "", line.value or ""
        where[name] = line.number
        try:
            found[name] = _READERS[name](text)
        except ValueError as error:
            value = f"is {text!r}" if _ONE_WORD.fullmatch(text) else "has a value that makes no sense"
            raise EnvError(f"{place(file, line.number)}: {name} {value}: {error}") from None
    try:
        return _together(found), _ignored(found) + passed_over(in_order, _READERS, file)
    except _Conflict as error:
        raise EnvError(f"{place(file, where[error.name])}: {error}") from None


class _Conflict(Exception):
    """Two settings contradict each other; named is the one that has to be changed."""

    def __init__(self, name: str, said: str) -> None:
        super().__init__(f"{name} {said}")
        self.name = name


def _together(found: Dict[str, Any]) -> Dict[str, Any]:
    values: Dict[str, Any] = {}
    gluetuns = _gluetuns(found)
    if gluetuns:
        values["gluetuns"] = gluetuns
    if "VPN_UNHEALTHY_RESTART_TIMEOUT_S" in found:
        after = found["VPN_UNHEALTHY_RESTART_TIMEOUT_S"]
        # The gentle step has to come first.
        values.update(restart_after=after, cycle_after=min(after, Policy().cycle_after))
    if "VPN_RESTART_ENGINES_ON_RECONNECT" in found:
        wanted = found["VPN_RESTART_ENGINES_ON_RECONNECT"]
        values["restart_engines_on_reconnect"] = RECONNECT_ALWAYS if wanted else RECONNECT_NEVER
    if found.get("MAX_REPLICAS", 1 << 30) < found.get("MIN_REPLICAS", 0):
        raise _Conflict("MAX_REPLICAS", f"is {found['MAX_REPLICAS']}: it must not be less than MIN_REPLICAS")
    for name, variable in (
        ("MIN_REPLICAS", "min_replicas"),
        ("CONTAINER_LABEL", "pool_label"),
        ("ENGINE_VARIANT", "engine_variant"),
    ):
        if name in found and not (name == "ENGINE_VARIANT" and _is_image(found[name])):
            values[variable] = found[name]
    return values


def _gluetuns(found: Dict[str, Any]) -> List[Dict[str, Any]]:
    first, second = found.get("GLUETUN_CONTAINER_NAME"), found.get("GLUETUN_CONTAINER_NAME_2")
    redundant = found.get("VPN_MODE", "redundant" if second else "single") == "redundant"
    if found.get("VPN_MODE") == "redundant":
        for name, value in (("GLUETUN_CONTAINER_NAME", first), ("GLUETUN_CONTAINER_NAME_2", second)):
            if not value:
                raise _Conflict("VPN_MODE", f"is redundant: it needs {name} as well")
    if second and not first:
        raise _Conflict("GLUETUN_CONTAINER_NAME_2", "needs GLUETUN_CONTAINER_NAME as well")
    if first and first == second:
        raise _Conflict(
            "GLUETUN_CONTAINER_NAME_2", "is the name of GLUETUN_CONTAINER_NAME: each VPN is a container of its own"
        )
    one, two = found.get("GLUETUN_PORT_RANGE_1"), found.get("GLUETUN_PORT_RANGE_2")
    if one and two and overlap(parse(one), parse(two)):
        raise _Conflict("GLUETUN_PORT_RANGE_2", f"is {two}: it overlaps with GLUETUN_PORT_RANGE_1, {one}")
    made = [_gluetun(first, one, found)] if first else []
    return made + ([_gluetun(second, two, found)] if second and redundant else [])


def _gluetun(name: str, ports: Optional[str], found: Dict[str, Any]) -> Dict[str, Any]:
    made: Dict[str, Any] = {"name": name}
    if "GLUETUN_API_PORT" in found:
        made["control_port"] = found["GLUETUN_API_PORT"]
    if ports:
        made["ports"] = ports
    return made


def _ignored(found: Dict[str, Any]) -> List[str]:
    said = [f"{name} has no effect: {why}" for name, why in NOTHING_TO_SET.items() if name in found]
    if "MAX_REPLICAS" in found:
        said.append("MAX_REPLICAS has no effect: the pool has MIN_REPLICAS engines, no more")
    if found.get("GLUETUN_CONTAINER_NAME_2") and found.get("VPN_MODE") == "single":
        said.append("GLUETUN_CONTAINER_NAME_2 has no effect: VPN_MODE is single")
    if _is_image(found.get("ENGINE_VARIANT", "")):
        said.append("ENGINE_VARIANT has no effect: it is an image, not a variant: set recovery_engine_spec")
    return said


def _number(least: float, whole: bool, what: str) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = int(text) if whole else float(text)
        except ValueError:
            raise ValueError(f"allowed is {what}") from None
        if not least <= value < 1e9:
            raise ValueError(f"allowed is {what}")
        return value

    return read


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise ValueError("allowed is a port, from 1 to 65535")
    return int(text)


def _truth(text: str) -> bool:
    if text.lower() not in _TRUE + _FALSE:
        raise ValueError("allowed are true and false")
    return text.lower() in _TRUE


def _mode(text: str) -> str:
    if text not in ("single", "redundant"):
        raise ValueError("allowed are single and redundant")
    return text


def _container(text: str) -> str:
    if text and not _NAME.fullmatch(text):
        raise ValueError("allowed is the name of a container: letters, digits and . _ -")
    return text


def _span(text: str) -> str:
    try:
        return "-".join(str(port) for port in parse(text)) if text else ""
    except PortRangeError:
        raise ValueError("allowed is a range of ports such as 19000-19499") from None


def _label(text: str) -> str:
    name, equals, _value = text.partition("=")
    if not name.strip() or not equals:
        raise ValueError("allowed is a label with its value, such as ondemand.app=myservice")
    return text


def _variant(text: str) -> str:
    if text and text not in VARIANTS and not _is_image(text):
        raise ValueError(f"allowed are {', '.join(sorted(VARIANTS))}")
    return text


def _is_image(text: str) -> bool:
    """The orchestrator's releases from 2.0 on take the name of an image."""
    return _IMAGE.fullmatch(text) is not None


_SECONDS = _number(0.001, False, "a number of seconds, more than 0")
_COUNT = _number(0, True, "a whole number, 0 or more")
_READERS: Dict[str, Callable[[str], Any]] = {
    "GLUETUN_CONTAINER_NAME": _container,
    "GLUETUN_CONTAINER_NAME_2": _container,
    "VPN_MODE": _mode,
    "GLUETUN_API_PORT": _port,
    "GLUETUN_PORT_RANGE_1": _span,
    "GLUETUN_PORT_RANGE_2": _span,
    "GLUETUN_HEALTH_CHECK_INTERVAL_S": _SECONDS,
    "GLUETUN_PORT_CACHE_TTL_S": _SECONDS,
    "VPN_UNHEALTHY_RESTART_TIMEOUT_S": _SECONDS,
    "VPN_RESTART_ENGINES_ON_RECONNECT": _truth,
    "MIN_REPLICAS": _COUNT,
    "MAX_REPLICAS": _COUNT,
    "CONTAINER_LABEL": _label,
    "ENGINE_VARIANT": _variant,
}
#: The names that are read.
NAMES = tuple(_READERS)
