# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab's files, all below ``.lab/<prefix>/``; what is secret is readable by its owner alone."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any

from lab.errors import LabError

#: ``LAB_DIR`` moves the folder that holds all labs' files.
ROOT = Path(os.environ.get("LAB_DIR") or Path(__file__).resolve().parent.parent / ".lab")


def folder(prefix: str) -> Path:
    """The folder of one lab, made on first use, closed to others."""
    path = ROOT / prefix
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def write(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a file so that a reader sees the old or the new one whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        os.fchmod(file.fileno(), mode)
    os.replace(name, path)


def api_key(prefix: str) -> str:
    """The key of the lab's control servers, made once and kept."""
    path = folder(prefix) / "api_key"
    if not path.exists():
        write(path, secrets.token_hex(16) + "\n")
    return path.read_text(encoding="utf-8").strip()


def remember(prefix: str, settings: dict[str, Any]) -> None:
    """Keep the settings a lab was started with, so that later commands need the prefix alone."""
    write(folder(prefix) / "settings.json", json.dumps(settings, indent=1) + "\n")


def remembered(prefix: str) -> dict[str, Any] | None:
    """The settings a lab was started with; None if it was never started here."""
    path = ROOT / prefix / "settings.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise LabError(f"cannot read {path}: {error}", "Delete it and run `python -m lab up` again.") from error
