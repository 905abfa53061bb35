# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source and the filter, loaded by their paths as ansible-rulebook does."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[3]
EXTENSION = ROOT / "collections/ansible_collections/acestream/vpn/extensions/eda"
SOURCE = EXTENSION / "plugins/event_source/gluetun.py"
FILTER = EXTENSION / "plugins/event_filter/alert_map.py"


def load(path: Path) -> ModuleType:
    """A module of its own name, so that nothing of the collection could be imported by it."""
    name = f"eda_{path.stem}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]
