"""Rows picked out of the pages of a broken database, whatever became of the pages that lead to them.

Follows "Database File Format" of SQLite: 1.6 (B-tree pages), 2.1 (records), 1.5 (overflow), 4.1 (the log).
What was deleted does not come back: deleted rows and freed pages are overwritten (``secure_delete``).
"""

from collections.abc import Iterator

_MAGIC = b"SQLite format 3\x00"
_PAGE = 4096
_LEAF_OF_TABLE = 0x0D
_LOG_HEADER = 32
_FRAME_HEADER = 24
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}

Column = str | int | float | bytes | None


def carve(database: bytes, log: bytes) -> Iterator[tuple[int, list[Column]]]:
    """Finds every row of every table.

    Args:
        database: Content of the file.
        log: Content of its write-ahead log, or nothing.

    Yields:
        The row's number and its columns; one declared INTEGER PRIMARY KEY is None, as it is stored.
    """
    size = _page_size(database)
    pages = {number + 1: database[at : at + size] for number, at in enumerate(range(0, len(database), size))}
    pages.update(_logged(log, size))
    for number, page in sorted(pages.items()):
        start = 100 if number == 1 else 0
        if len(page) < size or page[start] != _LEAF_OF_TABLE:
            continue
        for cell in range(min(int.from_bytes(page[start + 3 : start + 5]), size // 6)):
            at = start + 8 + 2 * cell
            try:
                yield _row(pages, page, int.from_bytes(page[at : at + 2]), size)
            except (LookupError, ValueError):
                continue


def _page_size(database: bytes) -> int:
    if not database.startswith(_MAGIC):
        return _PAGE
    size = int.from_bytes(database[16:18])
    return 65_536 if size == 1 else size if size in (512 << power for power in range(7)) else _PAGE


def _logged(log: bytes, size: int) -> dict[int, bytes]:
    """The last committed copy of each page in the log."""
    pages: dict[int, bytes] = {}
    waiting: dict[int, bytes] = {}
    salt = log[16:24]
    for at in range(_LOG_HEADER, len(log) - _FRAME_HEADER - size + 1, _FRAME_HEADER + size):
        frame = log[at : at + _FRAME_HEADER]
        if frame[8:16] != salt:  # left over from before the log was begun anew
            break
        waiting[int.from_bytes(frame[:4])] = log[at + _FRAME_HEADER : at + _FRAME_HEADER + size]
        if int.from_bytes(frame[4:8]):  # a commit
            pages.update(waiting)
            waiting.clear()
    return pages


def _row(pages: dict[int, bytes], page: bytes, at: int, size: int) -> tuple[int, list[Column]]:
    length, at = _varint(page, at)
    number, at = _varint(page, at)
    number -= (number >> 63) << 64  # two's complement
    return number, list(_columns(_payload(pages, page, at, length, size)))


def _payload(pages: dict[int, bytes], page: bytes, at: int, length: int, size: int) -> bytes:
    if length > size * len(pages):
        raise ValueError
    most = size - 35
    if length <= most:
        return page[at : at + length]
    least = (size - 12) * 32 // 255 - 23
    here = least + (length - least) % (size - 4)
    if here > most:
        here = least
    found = bytearray(page[at : at + here])
    following = int.from_bytes(page[at + here : at + here + 4])
    while len(found) < length:
        more = pages[following]
        following = int.from_bytes(more[:4])
        found += more[4:]
    return bytes(found[:length])


def _columns(record: bytes) -> Iterator[Column]:
    end, at = _varint(record, 0)
    kinds = []
    while at < end:
        kind, at = _varint(record, at)
        kinds.append(kind)
    at = end
    for kind in kinds:
        if kind in (0, 8, 9):
            yield None if kind == 0 else kind - 8
            continue
        width = _INTEGERS.get(kind) or (8 if kind == 7 else (kind - 12) // 2)
        piece = record[at : at + width]
        at += width
        if len(piece) != width or kind in (10, 11):
            raise ValueError
        if kind in _INTEGERS:
            yield int.from_bytes(piece, signed=True)
        elif kind % 2 and kind >= 13:
            yield piece.decode("utf-8", "replace")
        else:
            yield piece


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for count in range(9):
        byte = data[at + count]
        if count == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + count + 1
    raise ValueError
