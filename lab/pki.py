# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The certificates of one lab's tunnels, made by openssl when the lab is started first."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from lab.errors import LabError

_DAYS = "3650"
_CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
_PURPOSE = {
    "server": "extendedKeyUsage=serverAuth\nkeyUsage=digitalSignature\n",
    "client": "extendedKeyUsage=clientAuth\nkeyUsage=digitalSignature\n",
}


def ensure(folder: Path) -> None:
    """Make ca, server and client certificates with their keys (0600) in ``folder``, unless they are there.

    :raises LabError: openssl is missing or fails.
    """
    wanted = [folder / f"{name}.{kind}" for name in ("ca", "server", "client") for kind in ("crt", "key")]
    if all(path.exists() for path in wanted):
        return
    if shutil.which("openssl") is None:
        raise LabError("openssl is not installed", "apt-get install openssl")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    _openssl(folder, "req", "-x509", *_CURVE, "-subj", "/CN=lab-ca", "-days", _DAYS, "-keyout", "ca.key",
             "-out", "ca.crt")  # fmt: skip
    for name, purpose in _PURPOSE.items():
        (folder / f"{name}.ext").write_text(purpose, encoding="utf-8")
        _openssl(folder, "req", "-new", *_CURVE, "-subj", f"/CN=lab-{name}", "-keyout", f"{name}.key",
                 "-out", f"{name}.csr")  # fmt: skip
        _openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key",
                 "-CAcreateserial", "-days", _DAYS, "-extfile", f"{name}.ext", "-out", f"{name}.crt")  # fmt: skip
    for path in folder.glob("*.key"):
        path.chmod(0o600)


def _openssl(folder: Path, *arguments: str) -> None:
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(f"openssl {arguments[0]} failed: {done.stderr.strip()}")
