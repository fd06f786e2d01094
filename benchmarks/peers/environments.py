"""Environments of other tools, made by pip and kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.peers.known import Peer


class CannotInstall(RuntimeError):
    """A tool cannot be installed here; the message says why."""


def programs(peer: Peer, folder: Path) -> Path:
    """Return the folder of a tool's programs, installed there first if need be.

    Raises:
        CannotInstall: If pip fails.
    """
    if not peer.requirements:
        return Path(sys.executable).parent
    place = folder / peer.name
    found = place / ("Scripts" if sys.platform == "win32" else "bin")
    done = place / "installed.txt"
    if not done.exists() or done.read_text(encoding="utf-8") != "\n".join(peer.requirements):
        _call(sys.executable, "-m", "venv", "--clear", str(place))
        _call(str(found / "python"), "-m", "pip", "install", "--quiet", *peer.requirements)
        done.write_text("\n".join(peer.requirements), encoding="utf-8")
    return found


def _call(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotInstall((done.stderr.strip().splitlines() or ["pip failed"])[-1])
