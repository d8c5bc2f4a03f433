"""Children that do not outlive the process that started them, even when it is killed with -9. Linux only."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def signal_when_parent_dies(sent: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn` that has the kernel send this signal to the child when this process dies.

    The kernel forgets the wish when the user changes, so it is made after that. Call it in the main thread: the
    death that counts is the thread's. None where the system has no such call.
    """
    try:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return None
    parent = os.getpid()

    def ask_the_kernel() -> None:
        prctl(_PR_SET_PDEATHSIG, sent)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask_the_kernel
