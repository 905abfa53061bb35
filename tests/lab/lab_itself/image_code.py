# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The code inside the images, which is no package: modules of one image import each other by bare names."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from lab.image_builds import SOURCES


def load(kind: str, name: str) -> ModuleType:
    """A module of one image, together with its own neighbours and none of another image."""
    folders = [SOURCES / kind, SOURCES / "common"]
    names = {path.stem for folder in SOURCES.iterdir() if folder.is_dir() for path in folder.glob("*.py")}
    # The standard library or a test may have a module of the same name.
    kept = {other: sys.modules.pop(other) for other in names if other in sys.modules}
    sys.path[:0] = [str(folder) for folder in folders]
    try:
        return importlib.import_module(name)
    finally:
        del sys.path[: len(folders)]
        for other in names:
            sys.modules.pop(other, None)
        sys.modules.update(kept)
