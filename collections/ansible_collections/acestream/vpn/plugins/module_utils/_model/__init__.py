# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plain values that everybody shares: observation, memory, policy, transitions, steps, runs, maintenance.

Here belongs what has a meaning and no will of its own: frozen values, their JSON form, arithmetic on them. Not here: a
rule that judges (`_assess`), anything that asks a clock, a file or Docker. Imports nothing of the other packages.
"""
