"""This process' part in a cluster of Ray."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable
from typing import Any, Final

from dslint.api.attempt import attempt as contained
from dslint.config.errors import ConfigError

_CONNECT_SECONDS: Final = 5


class Connection:
    """This process' part in a cluster.

    Attributes:
        ray: The package.
        interrupt: What a signal has raised.
    """

    def __init__(self, address: str) -> None:
        self.interrupt: KeyboardInterrupt | None = None
        # Ray reports its use to its makers unless it is told not to, and warns of what concerns no user of dslint.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        try:
            import ray
            import ray.util.scheduling_strategies
        except ImportError as error:
            raise ConfigError(["--engine ray needs Ray: pip install 'dslint-llm[ray]'"]) from error
        self.ray: Any = ray
        self._own = not ray.is_initialized()
        self._before = _handlers()
        if self._own:
            _probe(address)
            failure = contained(self._join, address)
            if isinstance(failure, Exception):
                place = f"no Ray cluster at {address}" if address else "Ray cannot be started"
                raise ConfigError([f"{place}: {said(failure)}"])
        for number, handler in self._before.items():
            if callable(handler):
                signal.signal(number, self._noting(handler))

    def close(self) -> None:
        """Leave, if this process was not part of it before."""
        if self._own and self.ray.is_initialized():
            self.ray.shutdown()
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}

    def _join(self, address: str) -> None:
        # Whatever ends a worker is written to stdout, among the report; there is no other way to turn that off.
        self.ray._private.worker._worker_logs_enabled = False
        self.ray.init(address=address or None, log_to_driver=False, logging_level="CRITICAL")

    def _noting(self, handler: Callable[[int, Any], Any]) -> Callable[[int, Any], Any]:
        def noted(number: int, frame: Any) -> None:
            try:
                handler(number, frame)
            except KeyboardInterrupt as interrupt:
                self.interrupt = interrupt
                raise

        return noted


def _probe(address: str) -> None:
    """See whether anything listens at an address: Ray itself tries for a minute and then ends the process.

    Raises:
        ConfigError: If nothing does.
    """
    if address in ("", "auto", "local"):
        return
    host, _, port = address.rpartition(":")
    if "://" in address or not host or not port.isdecimal():
        raise ConfigError([f"Ray address {address!r} is not host:port; run dslint on a machine of the cluster"])
    try:
        socket.create_connection((host.strip("[]"), int(port)), _CONNECT_SECONDS).close()
    except (OSError, OverflowError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise ConfigError([f"no Ray cluster at {address}: {words.lower()}"]) from error


def _handlers() -> dict[int, Any]:
    """Return what is done at signals: Ray has its own way, which would not clear away what dslint has begun."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    found = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    return {number: handler for number, handler in found.items() if handler is not None}


def said(error: Exception) -> str:
    """Return the last line of what an error says."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = (lines[-1] if lines else type(error).__name__)[:160].rstrip(".")
    return text[:1].lower() + text[1:]
