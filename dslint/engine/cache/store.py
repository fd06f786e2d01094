"""Signed entries in a folder: what is damaged, foreign or gone is simply not there.

Entries are files of their own, written beside their place and renamed into it, so that concurrent and killed runs leave
whole entries or none. A keyed hash over name and content tells those that this user's dslint wrote; the key lies in the
user's own cache folder, wherever the entries are, since a folder in a repository may come with anything.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import re
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Final

LIMIT: Final = 4 << 30
"""Bytes that entries may take together, where nothing else is configured."""

_KEY: Final = "key"
_KEY_BYTES: Final = 32
_MAC_BYTES: Final = 32
_SHELF: Final = "entries"
_TEMPORARY: Final = "new-"
_STALE: Final = 3600.0
_ENTRY: Final = re.compile(r"[0-9a-f]{40}")
_TAG: Final = "Signature: 8a477f597d28d172789f06886806bc55\n# Results of dslint; see https://bford.info/cachedir/\n"


def user_folder() -> Path:
    """Return the user's own cache folder, by the convention of the platform."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "dslint" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "dslint"
    given = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(given) if os.path.isabs(given) else home / ".cache") / "dslint"


@dataclass(slots=True)
class Store:
    """The entries in one folder.

    Attributes:
        folder: Where they are.
        limit: Bytes that they may take together; a run writes no more than that, either.
        problem: Why nothing more is written; empty while all is well.
    """

    folder: Path
    limit: int = LIMIT
    problem: str = ""
    _written: int = 0
    _secret: bytes = field(default=b"", repr=False)

    def get(self, key: bytes) -> memoryview | None:
        """Return an entry, if there is a whole one that this user's dslint wrote."""
        secret = self._signing()
        if not secret:
            return None
        name = _name(key)
        path = self._path(name)
        try:
            with open(path, "rb", buffering=0) as file:
                stored = file.readall()
        except OSError:
            return None
        body = memoryview(stored)[_MAC_BYTES:]
        if not hmac.compare_digest(_mac(secret, name, body), stored[:_MAC_BYTES]):
            return None
        with contextlib.suppress(OSError):  # what was used last is the last to go; a folder may be read-only
            os.utime(path)
        return body

    def put(self, key: bytes, body: bytes) -> None:
        """Write an entry; after a failure no more is written."""
        secret = b"" if self.problem else self._signing()
        if not secret or self._written + len(body) > self.limit:
            return
        self._written += len(body)
        name = _name(key)
        path = self._path(name)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(path, _mac(secret, name, body), body)
        except OSError as error:
            self.problem = error.strerror or type(error).__name__

    def evict(self) -> None:
        """Remove what was used longest ago, until the rest is within the limit, and what killed runs left."""
        entries = []
        for path in self._files():
            with contextlib.suppress(OSError):
                state = path.stat()
                if not path.name.startswith(_TEMPORARY):
                    entries.append((state.st_mtime_ns, state.st_size, path))
                elif time.time() - state.st_mtime > _STALE:
                    path.unlink()
        excess = sum(size for _, size, _ in entries) - self.limit
        for _, size, path in sorted(entries):
            if excess <= 0:
                return
            with contextlib.suppress(OSError):
                path.unlink()
            excess -= size

    def clear(self) -> tuple[int, int]:
        """Remove all entries; return how many there were, and their bytes.

        Raises:
            OSError: If one cannot be removed.
        """
        count = size = 0
        for path in self._files():
            with contextlib.suppress(FileNotFoundError):
                size += path.stat().st_size
                path.unlink()
                count += 1
        return count, size

    def _files(self) -> Iterator[Path]:
        shelf = self.folder / _SHELF
        for folder in sorted(shelf.iterdir()) if shelf.is_dir() else ():
            if re.fullmatch("[0-9a-f]{2}", folder.name) and folder.is_dir() and not folder.is_symlink():
                for path in sorted(folder.iterdir()):
                    if path.name.startswith(_TEMPORARY) or _ENTRY.fullmatch(folder.name + path.name):
                        yield path

    def _path(self, name: str) -> Path:
        return self.folder / _SHELF / name[:2] / name[2:]

    def _signing(self) -> bytes:
        if not self._secret and not self.problem:
            try:
                self._secret = _secret(user_folder())
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                for name, content in ((".gitignore", "*\n"), ("CACHEDIR.TAG", _TAG)):
                    if not (self.folder / name).exists():
                        _write(self.folder / name, content.encode())
            except (OSError, RuntimeError) as error:  # RuntimeError: there is no home
                self.problem = getattr(error, "strerror", None) or str(error)
        return self._secret


def _name(key: bytes) -> str:
    return blake2b(key, digest_size=20).hexdigest()


def _mac(secret: bytes, name: str, body: bytes | memoryview) -> bytes:
    state = hmac.new(secret, name.encode(), "sha256")  # processors have instructions for it: twice as fast as BLAKE2
    state.update(body)
    return state.digest()


def _secret(folder: Path) -> bytes:
    """Return the user's key; make one where there is none."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / _KEY
    if not path.exists():
        handle, made = tempfile.mkstemp(prefix=_TEMPORARY, dir=folder)
        try:
            with open(handle, "wb") as file:
                file.write(secrets.token_bytes(_KEY_BYTES))
            _claim(Path(made), path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(made)
    secret = path.read_bytes()
    if len(secret) != _KEY_BYTES:
        raise OSError(0, f"{_KEY} in the user's cache folder is damaged; remove it")
    if os.name == "posix" and (path.stat().st_uid != os.getuid() or path.stat().st_mode & 0o077):
        raise OSError(0, f"{_KEY} in the user's cache folder belongs to or is open to others")
    return secret


def _claim(made: Path, path: Path) -> None:
    """Put a file in its place; of several runs that begin at once, the first one's counts."""
    try:
        os.link(made, path)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        os.replace(made, path)


def _write(path: Path, *pieces: bytes) -> None:
    handle, made = tempfile.mkstemp(prefix=_TEMPORARY, dir=path.parent)
    try:
        with open(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
        os.replace(made, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(made)
        raise
