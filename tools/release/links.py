# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The links of the collection. They are the publisher's: nothing in the repository names them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from tools.release.refusal import Refused


@dataclass(frozen=True)
class Links:
    """What `galaxy.yml` says of where things are; what is empty is left out.

    :ivar repository: the address of the repository, which Galaxy insists on.
    """

    repository: str = ""
    documentation: str = ""
    homepage: str = ""
    issues: str = ""

    @classmethod
    def given(cls, repository: str, documentation: str, homepage: str, issues: str) -> Links:
        """Links as a publisher gives them: what is not said follows from the repository.

        :raises Refused: one is no address, or others are given without a repository.
        """
        repository = repository.rstrip("/")
        if not repository:
            if documentation or homepage or issues:
                raise Refused("links without a repository: give its address as well, REPOSITORY=https://...")
            return cls()
        links = cls(repository, documentation or repository, homepage or repository, issues or f"{repository}/issues")
        for name, address in asdict(links).items():
            parts = urlsplit(address)
            if parts.scheme != "https" or not parts.hostname or any(map(str.isspace, address)):
                raise Refused(f"{name.upper()}={address} is no web address: write it as https://...")
            if parts.username or parts.password:
                raise Refused(f"{name.upper()} holds a user or a password, which everybody would see: leave it out")
        return links

    def put_into(self, galaxy: Path) -> None:
        """Write them into a `galaxy.yml`, which is a copy: comments and order are not kept."""
        content = yaml.safe_load(galaxy.read_text(encoding="utf-8"))
        content = {name: value for name, value in content.items() if name not in asdict(self)}
        content.update({name: address for name, address in asdict(self).items() if address})
        galaxy.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
