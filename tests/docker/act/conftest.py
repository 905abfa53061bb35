# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An image and a world of containers for each test."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path

import docker
import pytest

from lab import base_image
from tests.docker.act.world import World, exists

CONTEXT = Path(__file__).with_name("image")


@pytest.fixture(scope="session")
def image() -> str:
    """An image that has an entry point, a command, a variable, a label, a port and a volume of its own."""
    client = docker.from_env()
    base = base_image.ensure(client)
    made_of = base.encode() + b"".join(path.read_bytes() for path in sorted(CONTEXT.iterdir()))
    tag = f"acelab-act:{hashlib.sha256(made_of).hexdigest()[:12]}"
    if not exists(tag):
        client.images.build(path=str(CONTEXT), tag=tag, buildargs={"BASE": base}, rm=True)
    client.close()
    return tag


@pytest.fixture
def world(image: str, tmp_path: Path):
    """A gluetun that runs, and no engine yet."""
    made = World(image, f"aceact-{uuid.uuid4().hex[:6]}", tmp_path / "state")
    made.start_gluetun()
    yield made
    made.clean()
