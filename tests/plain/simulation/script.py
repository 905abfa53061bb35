# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The words of a script: faults, persons, programs, time."""

from __future__ import annotations

import random
from typing import Any

from tests.plain.simulation.world import ENGINES, GLUETUNS

#: One step: a word and its arguments, such as ("wait", 12).
Step = tuple
RUNS = ("A", "B", "C")
WAITS = (0.3, 1, 2, 4, 7, 12, 20, 28, 35, 61, 130, 400, 900)

_GLUETUN = GLUETUNS
#: Those that the world begins with, and some that a pool may make.
_ENGINE = (*ENGINES, "eng4", "eng5", "eng6")
_CONTAINER = _GLUETUN + _ENGINE

#: Word: how often it comes, relative to the others, and what each argument may be.
WORDS: dict[str, tuple[int, tuple[tuple[Any, ...], ...]]] = {
    "wait": (30, (WAITS,)),
    # Programs
    "run": (22, (RUNS, (0, 0, 20, 150))),
    "go": (10, (RUNS, (1, 2, 3, 5, 8, 20))),
    "kill": (4, (RUNS,)),
    "freeze": (2, (RUNS, (3, 30, 200))),
    "reset_run": (1, (RUNS,)),
    "exporter": (8, ()),
    "exporter_sees": (2, ()),
    # The VPN
    "provider_down": (6, (_GLUETUN,)),
    "provider_up": (9, (_GLUETUN,)),
    "provider_blink": (2, (_GLUETUN, (1, 5, 12, 25))),
    "new_ip": (2, (_GLUETUN,)),
    "other_port": (3, (_GLUETUN,)),
    "port_gone": (2, (_GLUETUN,)),
    "port_back": (2, (_GLUETUN,)),
    "tunnel_stuck": (3, (_GLUETUN, ("cycle", "restart"))),
    "tunnel_crashed": (2, (_GLUETUN,)),
    "leak": (1, (_GLUETUN, (0, 0.5, 0.9))),
    # What hinders looking
    "api": (3, (_GLUETUN, ("ok", "ok", "401", "500", "hang", "garbage"))),
    "probe": (2, (_GLUETUN, ("ok", "ok", "impossible"))),
    "docker": (3, (("ok", "ok", "hang", "flaky"),)),
    "proc_visible": (1, ((True, True, False),)),
    "health": (1, (_GLUETUN, ("healthy", "unhealthy", "starting"))),
    # Engines
    "crash": (4, (_CONTAINER,)),
    "crash_loop": (2, (_GLUETUN, (0.4, 1, 5, 40))),
    "engine_hangs": (2, (_ENGINE,)),
    "engine_deaf": (2, (_ENGINE,)),
    "engine_broken": (1, (_ENGINE,)),
    "play": (5, (_ENGINE,)),
    "hang_up": (3, (_ENGINE,)),
    "restart_policy": (1, (_CONTAINER, ("no", "always", "unless-stopped"))),
    # Persons
    "stop": (2, (_CONTAINER,)),
    "start": (3, (_CONTAINER,)),
    "restart": (4, (_CONTAINER,)),
    "pause": (1, (_CONTAINER,)),
    "unpause": (1, (_CONTAINER,)),
    "recreate_gluetun": (2, (_GLUETUN,)),
    "remove_engine": (2, (_ENGINE,)),
    "remove_gluetun": (1, (_GLUETUN,)),
    "maintenance": (2, (("", *_GLUETUN), (60, 600, 3600))),
    "maintenance_ended": (2, (("", *_GLUETUN),)),
    # The host
    "reboot": (1, ((True, False),)),
    "clock": (1, ((-3600, -30, 30, 3600),)),
}

_NAMES = tuple(WORDS)
_WEIGHTS = tuple(weight for weight, _arguments in WORDS.values())


def random_step(rng: random.Random) -> Step:
    word = rng.choices(_NAMES, _WEIGHTS)[0]
    return (word, *(rng.choice(values) for values in WORDS[word][1]))


def random_script(rng: random.Random, length: int) -> list[Step]:
    return [random_step(rng) for _each in range(length)]


def as_text(script: list[Step]) -> str:
    return "\n".join("    " + " ".join(str(word) for word in step) for step in script)
