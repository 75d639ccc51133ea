"""The words of a document in any of the formats that offices use: text, Markdown, HTML, Word, PDF."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landbridge.errors import InputError, Problem

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MOST_TEXT_BYTES = 20_000_000
MOST_FILE_BYTES = 40_000_000
_MOST_UNPACKED_BYTES = 400_000_000
_PLAIN = "save the document as plain text in UTF-8"
_SUFFIXES = ".txt, .md, .html, .htm, .docx, .pdf"

# Page furniture, and what is never shown to a reader.
_NOT_TEXT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "nav",
        "aside",
        "footer",
        "form",
        "button",
        "select",
        "svg",
        "iframe",
        "object",
        "head",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)


_BETWEEN_CELLS = " | "
_FEWEST_CELLS = 3
_LONGEST_CELL = 400  # characters; a longer one is part of the layout of the page


def load_text(path: Path) -> str:
    """The text of a document: .txt and .md as they stand, of .html the main text, of .docx and .pdf the words.

    The same file always gives the same text. Raises InputError when the file cannot be read, is larger than an
    agreement can be, is not what its name says, or holds no words.
    """
    data = _read(path)
    kind = path.suffix.casefold()
    reader = _READERS.get(kind, _from_plain)
    limit = MOST_TEXT_BYTES if reader in (_from_plain, _from_html) else MOST_FILE_BYTES
    if len(data) > limit:
        message = f"the file has {len(data) / 1e6:.0f} MB; more than {limit / 1e6:.0f} MB is no agreement"
        raise InputError(Problem(str(path), message, "give the document alone"))
    if reader is _from_plain:
        _refuse_disguised(data, path)
    return reader(data, path)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # One byte more than any limit shows that the file is too large without reading the rest.
            data = file.read(MOST_FILE_BYTES + 1)
            return data if len(data) <= MOST_FILE_BYTES else data + file.read(MOST_FILE_BYTES)
    except OSError as error:
        raise InputError(Problem(str(path), f"the file cannot be read: {error.strerror}")) from None


# How files of other kinds begin.
_MARKS = (
    (b"%PDF-", "PDF (.pdf)"),
    (b"PK\x03\x04", "Word or zip file (.docx)"),
    (b"\xd0\xcf\x11\xe0", ""),
)


def _refuse_disguised(data: bytes, path: Path) -> None:
    for mark, name in _MARKS:
        if data.startswith(mark):
            what = f"a {name}, whatever its name says" if name else "an old Word file (.doc)"
            remedy = "give it the name of its kind" if name else "save it as .docx or as plain text"
            raise InputError(Problem(str(path), f"the file is {what}", remedy))


def _from_plain(data: bytes, path: Path) -> str:
    if b"\x00" in data:
        raise InputError(
            Problem(str(path), "the file is binary, not text", f"{_PLAIN}; read are {_SUFFIXES}")
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"not UTF-8: byte {error.start} cannot be read"
        raise InputError(Problem(str(path), message, _PLAIN)) from None


def _from_html(data: bytes, path: Path) -> str:
    from lxml import html

    if b"\x00" in data:
        raise InputError(Problem(str(path), "the file is binary, not a web page", _PLAIN))
    declared = re.search(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{1,40})", data[:4096], re.IGNORECASE)
    encoding = declared[1].decode("ascii") if declared else "utf-8"
    try:
        page = data.decode(encoding)
    except (UnicodeError, LookupError):
        page = data.decode("utf-8", errors="replace")
    # A declaration of the encoding is an error once the page is decoded.
    page = re.sub(r"^\s*<\?xml[^>]*\?>", "", page)
    if not page.strip():
        raise InputError(Problem(str(path), "the page is empty", "give the page with the agreement's words"))
    root = html.document_fromstring(page, parser=html.HTMLParser(huge_tree=False))
    lines = re.split(r"\n+", "".join(_visible(_main(root))))
    text = "\n\n".join(line for line in (re.sub(r"[^\S\n]+", " ", line).strip() for line in lines) if line)
    return _with_words(text, path, "the page shows no text")


def _main(root: HtmlElement) -> HtmlElement:
    """The element that holds the main text: the page's own mark for it where that has most of its words."""
    whole = len("".join(_visible(root)))
    marked = [element for tag in ("main", "article") for element in root.iter(tag)]
    held = [(len("".join(_visible(element))), element) for element in marked]
    most = max((size for size, _ in held), default=0)
    # The smallest that still has nearly as much as the largest: an article inside a main.
    best = min((item for item in held if item[0] >= 0.9 * most), key=lambda item: item[0], default=None)
    return best[1] if best is not None and best[0] >= 0.3 * whole else root


def _visible(element: Any) -> Iterator[str]:
    """Words of an element and its children; blocks are set off by line ends, list items by a dash."""
    if not isinstance(element.tag, str) or element.tag in _NOT_TEXT or "hidden" in element.attrib:
        yield element.tail or ""
        return
    tag = element.tag
    cells = [cell for cell in element if cell.tag in {"td", "th"}] if tag == "tr" else []
    if cells and element.find(".//table") is None:  # a table within a table lays out a page
        texts = ["".join(_visible(cell)) for cell in cells]
        if len(cells) > 1 and max(map(len, texts)) <= _LONGEST_CELL:
            yield "\n" + _row(" ".join(text.split()) for text in texts) + "\n"
            yield re.sub(r"\s+", " ", element.tail or "")
            return
    item = tag == "li"
    block = item or tag in _BLOCKS
    if block:
        yield "\n- " if item else "\n"
    elif tag in {"td", "th"}:
        yield " "
    elif tag == "br":
        yield "\n"
    # A line end in the source is a space on the page.
    yield re.sub(r"\s+", " ", element.text or "")
    for child in element:
        yield from _visible(child)
    if block:
        yield "\n"
    yield re.sub(r"\s+", " ", element.tail or "")


def _row(cells: Iterable[str]) -> str:
    """A row of a table as one line; two cells run on, and cells that hold paragraphs lay out a page."""
    held = [cell for cell in cells if cell]
    if len(held) < _FEWEST_CELLS or max(map(len, held)) > _LONGEST_CELL:
        return " ".join(held)
    return _BETWEEN_CELLS.join(" ".join(cell.split()) for cell in held)


def _from_docx(data: bytes, path: Path) -> str:
    from docx import Document
    from docx.table import Table

    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if sum(item.file_size for item in archive.infolist()) > _MOST_UNPACKED_BYTES:
                raise InputError(Problem(str(path), "the file unpacks to more than an agreement can be"))
        document = Document(BytesIO(data))
    except InputError:
        raise
    except Exception:
        # The library raises whatever it meets in a damaged file.
        message = "the file is not a readable Word document"
        raise InputError(Problem(str(path), message, "save it anew as .docx, or as plain text")) from None
    blocks: list[str] = []
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                # A merged cell comes once for every column that it covers.
                cells = {cell._tc: cell.text.strip() for cell in row.cells}
                blocks.append(_row(cells.values()))
        else:
            listed = block.style is not None and str(block.style.name).startswith("List")
            numbered = block._p.pPr is not None and block._p.pPr.numPr is not None
            words = block.text.strip()
            blocks.append(f"- {words}" if words and (listed or numbered) else words)
    return _with_words("\n\n".join(filter(None, blocks)), path, "the document holds no text")


def _from_pdf(data: bytes, path: Path) -> str:
    from pypdf import PdfReader

    try:
        reader = PdfReader(BytesIO(data))
        locked = reader.is_encrypted and not reader.decrypt("")
        pages = [] if locked else [page.extract_text() for page in reader.pages]
    except Exception:
        # The library raises whatever it meets in a damaged file.
        message = "the file is not a readable PDF"
        raise InputError(Problem(str(path), message, "save it anew, or as plain text")) from None
    if locked:
        raise InputError(Problem(str(path), "the PDF is locked with a password", "save it without one"))
    remedy = "the PDF holds no text: a scan needs text recognition first"
    return _with_words("\n".join(pages), path, remedy)


def _with_words(text: str, path: Path, otherwise: str) -> str:
    if not any(character.isalpha() for character in text):
        raise InputError(Problem(str(path), otherwise, "give the agreement's words"))
    return text if text.endswith("\n") else text + "\n"


_READERS: dict[str, Callable[[bytes, Path], str]] = {
    ".html": _from_html,
    ".htm": _from_html,
    ".xhtml": _from_html,
    ".docx": _from_docx,
    ".pdf": _from_pdf,
}
CONVERTED = frozenset(_READERS)
"""Suffixes of the files whose text is taken out, so that a record is read from that text and not from the file."""
