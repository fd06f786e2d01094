"""What a worker process does: answer tasks until its parent is gone.

A task is two pickles: the function with its context, sent once, and an item. The answer says whether it is a result or
an exception.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable, Sequence
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Final

from dslint.api.attempt import attempt as contained
from dslint.engine.garbage import collect_rarely

READY: Final = b"ready"
CONTEXT: Final = b"c"
ITEM: Final = b"i"
RESULT: Final = b"r"
FAILURE: Final = b"f"


def serve(connection: Connection, local_files: Sequence[str]) -> None:
    """Answer tasks.

    Args:
        connection: To the parent.
        local_files: Local rule files: their modules have private names, so they are loaded before rules are unpickled.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to every process of a terminal; the parent ends workers
    threading.Thread(target=_follow_parent, daemon=True).start()
    gc.disable()  # as in the parent, nothing that imports make is garbage
    from dslint.plugins.local import load_local

    for path in local_files:
        load_local(Path(path))
    connection.send_bytes(READY)
    task: Any = None
    while True:
        try:
            message = connection.recv_bytes()
        except EOFError:
            return
        if message.startswith(CONTEXT):
            task = pickle.loads(message[1:])  # noqa: S301 - made by the parent process, never read from data
            collect_rarely()
        else:
            connection.send_bytes(answer(task, message[1:]))


def answer(task: tuple[Callable[[Any, Any], Any], Any], packed_item: bytes) -> bytes:
    """Do a task for one item; the answer says whether it is a result or an exception."""
    function, context = task
    item = pickle.loads(packed_item)  # noqa: S301 - as above
    return sealed(contained(function, context, item))


def sealed(result: Any) -> bytes:
    """Pickle what a task gave, a result or an exception."""
    if isinstance(result, Exception):
        result.add_note("in a worker process:\n" + "".join(traceback.format_exception(result)))
    packed = contained(pickle.dumps, result)
    if isinstance(packed, Exception):
        result, packed = packed, pickle.dumps(RuntimeError(f"its result cannot be sent: {packed}"))
    return (FAILURE if isinstance(result, Exception) else RESULT) + packed


def _follow_parent() -> None:
    """End when the parent ends, however it did."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
