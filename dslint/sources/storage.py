"""Where the bytes of a file are: on this machine, or at a URL that fsspec opens (``s3://``, ``https://``, ``hf://``)."""

from __future__ import annotations

import atexit
import io
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar, cast

from dslint.api.attempt import attempt
from dslint.sources.spec import SourceError

T = TypeVar("T")
_URL: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*::)*[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_SECRET: Final = re.compile(r"(?<=//)[^/\s]*@|\?[^\s'\"]*")
_BLOCK: Final = 4 << 20
_KEPT_BLOCKS: Final = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """A remote file.

    Attributes:
        url: Its address.
        below: Its path below the folder that was given, that folder's name first; its name where it was given itself.
        ranges: Whether any process can read parts of it.
    """

    url: str
    below: str
    ranges: bool


def is_remote(path: str) -> bool:
    """Whether a path is a URL."""
    return _URL.match(path) is not None


def shown(url: str) -> str:
    """Return a URL without the parts that may hold secrets: user, password, query."""
    return _SECRET.sub("", url)


def absolute(folder: Path | str, name: str) -> str:
    """Return where a file is that a configuration in ``folder`` names: a URL as it stands, else an absolute path."""
    return name if is_remote(name) else os.path.abspath(Path(folder) / Path(name).expanduser())


def opened(location: str) -> BinaryIO:
    """Open a file, unbuffered where it is on this machine.

    Raises:
        OSError: When it cannot be opened.
    """
    if not is_remote(location):
        return cast(BinaryIO, open(location, "rb", buffering=0))
    system, path = _system(location)
    # Places of records are looked up to and fro: a cache that only reads ahead would fetch each of them anew.
    options = {"block_size": _BLOCK, "cache_type": "blockcache", "cache_options": {"maxblocks": _KEPT_BLOCKS}}
    return cast(BinaryIO, _RemoteFile(_tried(system.open, path, "rb", **options)))


def size_of(location: str) -> int:
    """Return a file's size.

    Raises:
        OSError: When it cannot be looked up.
    """
    if not is_remote(location):
        return os.path.getsize(location)
    system, path = _system(location)
    return int(_tried(system.size, path))


def read_range(location: str, offset: int, length: int) -> bytes:
    """Read a part of a file; fewer bytes where it ends early.

    Raises:
        OSError: When it cannot be read.
    """
    if is_remote(location):
        system, path = _system(location)
        return bytes(_tried(system.cat_file, path, start=offset, end=offset + length)) if length else b""
    with open(location, "rb", buffering=0) as file:
        file.seek(offset)
        left, pieces = length, []
        while left and (piece := file.read(left)):
            pieces.append(piece)
            left -= len(piece)
    return b"".join(pieces)


def copied(source: BinaryIO, name: str, folder: str) -> str:
    """Copy what can be read once to a temporary file, which goes with the process; return where it is.

    Args:
        source: What to read.
        name: What it is called; the file's name ends with it.
        folder: Where the copy is; empty for the system's folder of temporary files.

    Raises:
        OSError: When it cannot be read, or there is no room.
    """
    handle, location = tempfile.mkstemp("-" + re.sub(r"[^\w.-]", "_", name)[-64:], "dslint-", folder or None)
    atexit.register(_remove, location)
    with os.fdopen(handle, "wb") as file:
        while block := source.read(_BLOCK):
            file.write(block)
    return location


def local_copy(url: str, folder: str) -> str:
    """Copy a remote file to a temporary one; see :func:`copied`."""
    with opened(url) as source:
        return copied(source, shown(url).rstrip("/").rpartition("/")[2], folder)


def entries(url: str) -> list[Entry]:
    """Return the files that a URL stands for, sorted: itself, those below it, or those that a pattern with ``*`` names.

    Raises:
        SourceError: When there is nothing, or it cannot be looked up.
    """
    try:
        found = list(_entries(url))
    except OSError as error:
        raise SourceError(f"cannot read {shown(url)}: {error.strerror or error}") from error
    if not found:
        raise SourceError(f"no such file or folder: {shown(url)}")
    return sorted(found, key=lambda entry: entry.url)


def _entries(url: str) -> list[Entry]:
    system, path = _system(url)
    if "*" in url:
        root, inner = (each[: each.index("*")].rpartition("/")[0] for each in (url, path))
        listed = _tried(system.glob, path, detail=True)
    else:
        info = {} if url.endswith("/") else _tried(system.info, path)
        if info and info["type"] != "directory":
            return [Entry(url, shown(url).rpartition("/")[2], _ranges(system, path, info))]
        root, inner = url.rstrip("/"), path.rstrip("/")
        listed = _tried(system.find, path, detail=True)
    given = shown(root).rpartition("/")[2]
    rests = {name: name[len(inner) :].lstrip("/") for name, info in listed.items() if info["type"] == "file"}
    return [
        Entry(f"{root}/{rest}", f"{given}/{rest}", _ranges(system, name, listed[name])) for name, rest in rests.items()
    ]


def _ranges(system: Any, path: str, info: Mapping[str, Any]) -> bool:
    """Whether any process can read parts of a file: neither from this one's memory, nor from a server that cannot."""
    protocols = {system.protocol} if isinstance(system.protocol, str) else {*system.protocol}
    if "memory" in protocols:
        return False
    if not protocols & {"http", "https"}:
        return info.get("size") is not None
    # Servers do not tell: one that cannot answers with the whole file, which fsspec takes for an error.
    return not isinstance(attempt(_last_byte, system, path), Exception)


def _last_byte(system: Any, path: str) -> None:
    with system.open(path, "rb", cache_type="none") as file:
        file.seek(-1, io.SEEK_END)
        if len(file.read(1)) != 1:
            raise EOFError(path)


def _system(url: str) -> tuple[Any, str]:
    """Return the file system of a URL and the path in it.

    Raises:
        SourceError: When what opens it is not installed.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise SourceError(f"to read {shown(url)} needs fsspec: pip install 'dslint-llm[remote]'") from error
    found = attempt(url_to_fs, url)
    if isinstance(found, ImportError):
        raise SourceError(f"to read {shown(url)} needs one more package: {_words(found)}") from found
    if isinstance(found, Exception):
        raise SourceError(f"cannot read {shown(url)}: {_words(found)}") from found
    return cast(tuple[Any, str], found)


def _tried(work: Callable[..., T], *arguments: Any, **options: Any) -> T:
    """Do ``work`` of a file system; what it raises, which may be any library's own error, becomes an ``OSError``."""
    result = attempt(lambda: work(*arguments, **options))
    if isinstance(result, Exception):
        raise OSError(_words(result)) from result
    return result


def _words(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    text = shown(" ".join(str(error).split()))[:120].rstrip(".")
    return text[:1].lower() + text[1:] if text else type(error).__name__


def _remove(location: str) -> None:
    try:
        os.unlink(location)
    except OSError:
        return


class _RemoteFile(io.RawIOBase):
    """A file of fsspec that raises nothing but ``OSError``."""

    def __init__(self, file: Any) -> None:
        super().__init__()
        self._file = file

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Whether places in it can be chosen."""
        return bool(self._file.seekable())

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place."""
        return int(_tried(self._file.seek, offset, whence))

    def tell(self) -> int:
        """Return the place."""
        return int(self._file.tell())

    def readinto(self, target: Any) -> int:
        """Fill ``target``."""
        data = _tried(self._file.read, len(target))
        target[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the file as well."""
        if not self.closed:
            self._file.close()
        super().close()
