"""Bytes of a file, decompressed, with a bound on what a small file may unfold to."""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Callable
from typing import Any, Final, Protocol, cast

from dslint.model.finding import DamageKind
from dslint.sources.spec import FileSpec
from dslint.sources.storage import is_remote, opened

BLOCK: Final = 256 * 1024
MAGIC: Final = ((b"\x1f\x8b", "gz"), (b"BZh", "bz2"), (b"\xfd7zXZ\x00", "xz"), (b"\x28\xb5\x2f\xfd", "zst"))
# Below this size any ratio is harmless, and short repetitive files legitimately reach high ones.
_HARMLESS: Final = 16 * 2**20
_ZSTD_BLOCK: Final = 1024
"""Bytes that are decompressed at once: they give what they hold, up to 128 KiB for each four of them."""


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes | None: ...

    def close(self) -> None: ...


class Stream(io.RawIOBase):
    """A decompressed stream that ends, rather than raises, where the data cannot be read further.

    Attributes:
        failure: Why it ended early: the kind of damage and what to say; ``None`` while all is well.
    """

    def __init__(self, raw: _Readable, limit: int | None) -> None:
        super().__init__()
        self._raw = raw
        self._limit = limit
        self._given = 0
        self.failure: tuple[DamageKind, str] | None = None

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Return whether it can be read from any place: not where it is decompressed."""
        return self._limit is None

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a place."""
        self._given = cast(io.RawIOBase, self._raw).seek(offset, whence)
        return self._given

    def tell(self) -> int:
        """Return the place."""
        return self._given

    def readinto(self, target: memoryview) -> int:  # type: ignore[override]
        """Fill ``target``; return 0 at the end, be it early or not."""
        if self.failure is not None:
            return 0
        if self._limit is None and isinstance(self._raw, io.RawIOBase):
            return self._filled(target, self._raw)
        data = self._next(min(len(target), BLOCK))
        self._given += len(data)
        if self._limit is not None and self._given > self._limit:
            self.failure = (
                DamageKind.TOO_LARGE,
                f"decompressed data exceeds {self._limit:,} bytes, the rest is not read",
            )
            return 0
        target[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the file as well."""
        if not self.closed:
            self._raw.close()
        super().close()

    def _filled(self, target: memoryview, raw: io.RawIOBase) -> int:
        """Read into ``target`` itself what needs no decompression."""
        try:
            count = raw.readinto(target) or 0
        except OSError as error:
            self.failure = (DamageKind.CORRUPT, self._unreadable(error))
            return 0
        self._given += count
        return count

    def _next(self, size: int) -> bytes:
        try:
            return self._raw.read(size) or b""
        except EOFError:
            self.failure = (DamageKind.TRUNCATED, f"compressed data ends early, after {self._given:,} bytes of content")
        except (OSError, zlib.error, _lzma_error(), _zstd_error()) as error:
            self.failure = (DamageKind.CORRUPT, self._unreadable(error))
        return b""

    def _unreadable(self, error: Exception) -> str:
        return f"data cannot be read further after {self._given:,} bytes: {_words(error)}"


def open_stream(file: FileSpec) -> tuple[io.BufferedReader, Stream]:
    """Open the file's decompressed bytes.

    Raises:
        OSError: When it cannot be opened.
    """
    if file.content is not None:
        stream = Stream(io.BytesIO(file.content), None)
    else:
        stream = Stream(_open(file.location, file.compression), _bound(file))
    return io.BufferedReader(stream, BLOCK), stream


def sniff_compression(head: bytes) -> str:
    """Return the compression that the file's first bytes tell, or an empty string."""
    return next((name for magic, name in MAGIC if head.startswith(magic)), "")


def _bound(file: FileSpec) -> int | None:
    return max(_HARMLESS, file.size * file.max_expansion) if file.compression else None


def _open(location: str, compression: str) -> _Readable:
    source: Any = opened(location) if is_remote(location) else location
    if compression == "gz":
        import gzip

        return cast(_Readable, gzip.open(source, "rb"))
    if compression == "bz2":
        import bz2

        return cast(_Readable, bz2.open(source, "rb"))
    if compression == "xz":
        import lzma

        return lzma.open(source, "rb")
    if compression == "zst":
        import zstandard

        return _ZstdFile(
            io.BufferedReader(cast(io.RawIOBase, opened(location)), BLOCK), zstandard.ZstdDecompressor().decompressobj
        )
    return opened(location)


class _ZstdFile:
    """A zstd file that tells a truncated frame from the end, which zstandard's own reader does not."""

    def __init__(self, raw: _Readable, new: Callable[[], Any]) -> None:
        self._raw = raw
        self._new = new
        self._frame = self._new()
        self._fresh = True
        self._held = bytearray()

    def read(self, size: int, /) -> bytes:
        while not self._held:
            block = self._raw.read(_ZSTD_BLOCK)
            if not block:
                if self._fresh:
                    return b""
                raise EOFError
            while block:
                if self._frame.eof:
                    self._frame, self._fresh = self._new(), True
                self._held += self._frame.decompress(block)
                self._fresh = bool(self._frame.eof)
                block = self._frame.unused_data if self._frame.eof else b""
        data = bytes(self._held[:size])
        del self._held[:size]
        return data

    def close(self) -> None:
        self._raw.close()


def _lzma_error() -> type[Exception]:
    import lzma

    return lzma.LZMAError


def _zstd_error() -> type[Exception]:
    import zstandard

    return zstandard.ZstdError


def _words(error: Exception) -> str:
    text = str(error).strip().rstrip(".")
    return text[:1].lower() + text[1:] if text else type(error).__name__
