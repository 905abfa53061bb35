# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a command with a Docker that is newer than the machine's own: `python -m tools.newer_docker -- COMMAND ...`.

The daemon is unpacked beside the project and runs in namespaces of its own. Nothing of it is left when the command has
ended, and the machine's own Docker never notices.
"""
