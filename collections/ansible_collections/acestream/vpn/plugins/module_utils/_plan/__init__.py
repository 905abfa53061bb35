# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which steps are due now, and what comes next. Pure.

Here belongs a rule that chooses a step. Not here: how a step is carried out (`_act`). Knows `_model` and `_assess`.
"""
