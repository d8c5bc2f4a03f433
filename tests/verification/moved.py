"""Celery with a clock that a file moves while it runs: `python -m tests.verification.moved worker …`. Tests only.

AID_CLOCK_FILE holds the seconds; every process of a pool reads it again and again.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

from celery.signals import worker_process_init

LOOK_SECONDS = 0.1


def follow() -> None:
    from accounts import clock

    path = Path(os.environ["AID_CLOCK_FILE"])
    while True:
        clock.shift(timedelta(seconds=int(path.read_text() or 0)))
        time.sleep(LOOK_SECONDS)


def begin(**_: Any) -> None:
    Thread(target=follow, daemon=True).start()


def main() -> None:
    from liaocheng_aid.celery import app

    worker_process_init.connect(begin, weak=False)
    begin()
    app.start(sys.argv[1:])


if __name__ == "__main__":
    main()
