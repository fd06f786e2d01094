"""How a file stores its records: told by its content, its name is only a hint."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from dslint.model.finding import DamageKind
from dslint.model.formats import FORMATS
from dslint.sources.detect import UNKNOWN, detect
from dslint.sources.jsonscan import OBJECT, TOKEN, Walk
from dslint.sources.spec import FileSpec
from dslint.sources.streams import open_stream

HEAD: Final = 64 * 1024
_PRETTY_HEAD: Final = 4 * 2**20
_LFS: Final = b"version https://git-lfs.github.com/spec/"
_BOM: Final = b"\xef\xbb\xbf"
_WIDE: Final = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_LINES: Final = ("jsonl", "ndjson")
_TYPICAL: Final = frozenset(
    ("data", "train", "test", "validation", "valid", "examples", "records", "rows", "items", "instances", "samples")
)


@dataclass(frozen=True, slots=True)
class Probe:
    """What a file turned out to be.

    Attributes:
        file: The file with its layout; ``None`` where it holds nothing to read.
        damages: What is to be said of it: kind, message, whether it can be read all the same.
        foreign: Why it is not a dataset, where it may well be none: in a folder it is passed over with a note.
    """

    file: FileSpec | None
    damages: tuple[tuple[DamageKind, str, bool], ...] = ()
    foreign: str = ""


def probe(file: FileSpec, extension: str) -> Probe:
    """Find out how ``file`` stores its records.

    Args:
        file: The file; its layout is not known yet.
        extension: Its extension without that of a compression, lower case.

    Raises:
        OSError: When it cannot be read.
    """
    reader, stream = open_stream(file)
    with reader:
        head = reader.read(HEAD)
    if stream.failure is not None and not head:
        return Probe(None, ((stream.failure[0], stream.failure[1], False),))
    trouble = _unreadable(head)
    if trouble is not None:
        return trouble
    binary = _binary(file, head, extension)
    if binary is not None:
        return binary
    marked = head.startswith(_BOM)
    start = len(_BOM) if marked else 0
    found = _text(replace(file, start=start), head[start:], extension)
    if marked:
        words = "file begins with a byte order mark"
        found = replace(found, damages=((DamageKind.BYTE_ORDER_MARK, words, True), *found.damages))
    return found


def _unreadable(head: bytes) -> Probe | None:
    if not head.strip(b" \t\r\n\x0b\x0c\xef\xbb\xbf") and b"\x00" not in head[:4]:
        words = "file is empty" if not head else "file holds nothing but white space"
        return Probe(None, ((DamageKind.EMPTY_FILE, words, False),)) if len(head) < HEAD else None
    if head.startswith(_LFS):
        words = "file is a Git LFS pointer, not the data; run git lfs pull"
        return Probe(None, ((DamageKind.LFS_POINTER, words, False),))
    encoding = next((name for mark, name in _WIDE if head.startswith(mark)), "")
    if not encoding and head[:1] in (b"\x00", b"{", b"[", b'"') and b"\x00" in head[:4]:
        encoding = "UTF-32" if head[:4].count(0) >= 2 else "UTF-16"
    if encoding:
        words = f"file is encoded in {encoding}, not in UTF-8"
        return Probe(None, ((DamageKind.WRONG_ENCODING, words, False),))
    return None


def _binary(file: FileSpec, head: bytes, extension: str) -> Probe | None:
    if head.startswith(b"PAR1") or extension == "parquet":
        layout = "parquet"
    elif head.startswith((b"ARROW1", b"FEA1", b"\xff\xff\xff\xff")) or extension in ("arrow", "feather"):
        layout = "arrow"
    else:
        return None
    from dslint.sources.columnar import problem

    wrong = problem(file, layout)
    if wrong:
        return Probe(None, ((DamageKind.CORRUPT, wrong, False),))
    return Probe(_with(file, layout, layout))


def _text(file: FileSpec, head: bytes, extension: str) -> Probe:
    if extension in ("csv", "tsv"):
        from dslint.sources.table import table

        return Probe(*table(_with(file, "csv", "csv"), extension))
    if extension not in (*_LINES, "json") and not head.lstrip().startswith((b"{", b"[")):
        return Probe(_with(file, "text", "text"))
    if extension in ("txt", "md", "text"):
        return Probe(_with(file, "text", "text"))
    body = head.lstrip()
    if body.startswith(b"["):
        return _array(file, head, extension)
    if body.startswith(b"{") and not _is_lines(body):
        return _spread(file, extension)
    if extension == "json" and not body.startswith(b"{"):
        return Probe(None, ((DamageKind.NO_RECORDS, "file holds a single value, no records", False),), "a single value")
    if extension == "json" and b"\n" not in body.strip():
        return _spread(file, extension)
    return Probe(_with(file, "lines", "jsonl"))


def _with(file: FileSpec, layout: str, container: str) -> FileSpec:
    return replace(file, layout=layout, source=replace(file.source, container=container))


def _is_lines(body: bytes) -> bool:
    """Whether an object ends where its line ends, or is broken so that nothing else can be said."""
    first, *rest = (line.strip() for line in body.split(b"\n") if line.strip())
    if _loads(first) is not None or not rest:
        return True
    # An object over several lines goes on with a key or a bracket, a record of a line of its own with a brace.
    return rest[0].startswith(b"{") and not first.endswith((b"{", b"[", b","))


def _loads(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None


def _array(file: FileSpec, head: bytes, extension: str) -> Probe:
    first, _, others = head.lstrip().partition(b"\n")
    # By its name each line is a record: what is whole on the first line is one, though a wrong one, if others follow.
    if extension in _LINES and others.strip() and _loads(first) is not None:
        return Probe(_with(file, "lines", "jsonl"))
    start = file.start + head.index(b"[") + 1
    inside = head[head.index(b"[") + 1 :].lstrip()
    if inside.startswith(b"]") and not inside[1:].strip():
        return Probe(None, ((DamageKind.NO_RECORDS, "array is empty", False),), "an empty array")
    if inside and not inside.startswith((b"{", b"]")) and b"{" not in inside:
        words = "array holds no objects"
        return Probe(None, ((DamageKind.NO_RECORDS, words, False),), "an array without objects")
    first_line = 1 + head.count(b"\n", 0, head.index(b"["))
    damages: tuple[tuple[DamageKind, str, bool], ...] = ()
    if extension in _LINES:
        words = "file holds a JSON array, not one record a line"
        damages = ((DamageKind.ARRAY_IN_JSONL, words, True),)
    return Probe(replace(_with(file, "array", "json"), start=start, first_line=first_line), damages)


def _spread(file: FileSpec, extension: str) -> Probe:
    """Tell an object that holds the records in an array from records that are spread over lines."""
    data = _read(file, _PRETTY_HEAD)
    stream = _with(file, "stream", "json")
    damages: tuple[tuple[DamageKind, str, bool], ...] = ()
    if extension in _LINES:
        damages = ((DamageKind.PRETTY_PRINTED, "records are spread over several lines, not one a line", True),)
    match = OBJECT.match(data, len(data) - len(data.lstrip()))
    end = match.end() if match else Walk(len(data) - len(data.lstrip())).run(data, len(data), final=True)
    if end >= 0:
        value = _loads(data[:end].strip())
        if isinstance(value, dict) and _is_record(value):
            return Probe(stream, damages)
        if data[end:].lstrip().startswith(b"{"):
            return Probe(stream, damages)
    elif extension in _LINES:
        return Probe(_with(file, "lines", "jsonl"))
    if extension in _LINES:
        return Probe(stream, damages)
    return _wrapped(file)


def _is_record(value: dict[str, Any]) -> bool:
    """Whether an object that is all of a file is a record: other files, too, have keys such as ``messages``."""
    names = {str: "string", list: "array", dict: "object", bool: "boolean", int: "number", float: "number"}
    for field in FORMATS[detect(value)].fields:
        given = next((value[key] for key in (field.name, *field.alternatives) if key in value), None)
        if field.required and names.get(type(given), "null") not in field.types:
            return False
    return detect(value) != UNKNOWN


def _read(file: FileSpec, size: int) -> bytes:
    reader, _ = open_stream(file)
    with reader:
        reader.read(file.start)
        return reader.read(size)


class _Arrays:
    """The arrays of objects that an object holds, found in one pass over the file."""

    def __init__(self) -> None:
        self.found: list[tuple[str, int, int, int]] = []  # key, offset, line, length
        self._key = b""
        self._level = 0
        self._open: tuple[str, int, int] | None = None
        self._last = b""

    def token(self, token: bytes, offset: int, line: int) -> None:
        """Take the next token."""
        if token in (b"{", b"["):
            if self._level == 1 and token == b"[" and self._key:
                key = _loads(self._key)
                self._open = (str(key), offset + 1, line)
            elif self._level == 2 and self._open is not None and token == b"{" and self._last == b"[":
                self.found.append((*self._open, 0))
            self._level += 1
        elif token in (b"}", b"]"):
            self._level -= 1
            if self._level == 1 and self._open is not None:
                if self.found and self.found[-1][1] == self._open[1]:
                    key, start, where, _ = self.found[-1]
                    self.found[-1] = (key, start, where, offset - start)
                self._open = None
        elif self._level == 1 and token.startswith(b'"'):
            self._key = token
        if token.strip(b" \t\r\n,:"):
            self._last = token

    def best(self) -> tuple[str, int, int] | None:
        """Return the array that holds the records, where one clearly does."""
        ranked = sorted(self.found, key=lambda item: -item[3])
        if not ranked or (len(ranked) > 1 and ranked[0][3] < 2 * ranked[1][3]):
            return None
        return ranked[0][:3]


def _wrapped(file: FileSpec) -> Probe:
    arrays = _Arrays()
    _scan(file, arrays)
    best = arrays.best()
    if best is None:
        words = "object holds no array of records"
        return Probe(None, ((DamageKind.NO_RECORDS, words, False),), "an object without an array of records")
    key, start, line = best
    pointer = "/" + key.replace("~", "~0").replace("/", "~1")
    found = replace(_with(file, "array", "json"), start=start, first_line=line, pointer=pointer)
    return Probe(found, (), "" if key in _TYPICAL else "an object with an array of something else")


def _scan(file: FileSpec, arrays: _Arrays) -> None:
    reader, _ = open_stream(file)
    with reader:
        reader.read(file.start)
        data, base, line, at = b"", file.start, 1, 0
        while True:
            token = TOKEN.match(data, at)
            # A token that touches the end of the buffer may go on in the next block.
            if token is None or token.end() == len(data):
                block = reader.read(max(HEAD, len(data) - at))
                if not block:
                    if token is not None:
                        arrays.token(token[0], base + at, line)
                    return
                if len(data) - at > file.max_record_bytes:
                    return
                data, base, at = data[at:] + block, base + at, 0
                continue
            arrays.token(token[0], base + at, line)
            line += token[0].count(b"\n")
            at = token.end()
