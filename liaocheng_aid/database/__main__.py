"""Entry of the keeper's process: `python -S -m liaocheng_aid.database demo|test`."""

from __future__ import annotations

import os
import sys

from liaocheng_aid.database import keeper

if os.fork():
    os._exit(0)  # whoever called us need not wait for the keeper, nor leave it unreaped
sys.exit(keeper.main(sys.argv[1]))
