# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the evidence means: verdicts, conditions, ports, outages, ladders, and what becomes of the memory. Pure.

Here belongs a rule that judges. Not here: which steps are due (`_plan`), and anything that looks or acts: no clock, no
I/O, no Ansible. Knows `_model` alone. The ladders are here because the latch is judged with them.
"""
