# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users set: options that modules share, names and ranges checked before a look, the orchestrator's .env.

Here belongs a new option and the check of it. Not here: what the option does. Knows `_model`, and of `_observe` how a
target is written.
"""
