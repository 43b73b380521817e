"""Bytes of a text file as UTF-8: by their mark, else by what they look like."""

from __future__ import annotations

from partnership_analysis.errors import SourceError

_UTF8 = b"\xef\xbb\xbf"
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_HEAD = 4096
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\v"))
_NO_TEXT = (
    "{} is neither a spreadsheet that can be read here nor text: open it in the program that made it and save it "
    "as .xlsx or .csv."
)


def utf8(data: bytes, name: str) -> bytes:
    r"""Bytes of UTF-8 or UTF-16 text as UTF-8 without a mark; those of another one-byte encoding unchanged.

    >>> utf8("\ufeffCafé".encode("utf-16-le"), "a.csv").decode(), utf8("a;b".encode("utf-16-be"), "a.csv")
    ('Café', b'a;b')

    Raises
    ------
    SourceError
        If the bytes are no text.
    """
    if data.startswith(_UTF8):
        data = data[len(_UTF8) :]
    wide = _UTF16.get(data[:2]) or _wide_without_mark(data)
    if wide:
        try:
            return data.decode(wide).removeprefix("\ufeff").encode()
        except UnicodeDecodeError:
            raise SourceError(
                f"{name} begins as utf-16 text but is damaged: export it again, as UTF-8."
            ) from None
    head = data[:_HEAD]
    odd = len(head) - len(head.translate(None, _CONTROLS))
    if odd * 50 > len(head):
        raise SourceError(_NO_TEXT.format(name))
    # A stray zero is carried as a mark that can be seen.
    return data.replace(b"\x00", "\ufffd".encode()) if b"\x00" in data else data


def _wide_without_mark(data: bytes) -> str | None:
    """UTF-16 by its zeros: separators, line ends and figures have one each, all on one side."""
    head = data[: min(_HEAD, len(data) // 2 * 2)]
    first, second = head[::2].count(0), head[1::2].count(0)
    if max(first, second) * 10 < len(head) // 2 or 20 * min(first, second) > max(first, second):
        return None
    encoding = "utf-16-be" if first > second else "utf-16-le"
    letters = head.decode(encoding, "replace")
    controls = sum(letter < " " and letter not in "\t\n\r\f\v" for letter in letters)
    return encoding if controls * 50 <= len(letters) and len(data) % 2 == 0 else None


def decoded(data: bytes) -> tuple[str, bool]:
    """Text of UTF-8, or else Windows-1252, and whether it was UTF-8.

    >>> decoded("Café".encode("cp1252"))
    ('Café', False)
    """
    try:
        return data.decode("utf-8"), True
    except UnicodeDecodeError:
        # Windows leaves five bytes without a letter; they become a mark that can be seen.
        return data.decode("cp1252", "replace"), False
