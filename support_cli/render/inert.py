"""Finds what would act in an HTML document: scripts, handlers, forms, anything loaded from elsewhere.

Templates of packs are written by strangers, and answers by customers. Whatever either of them did, a document that
is opened in a browser or a mail program only shows text.
"""

import re
from html.parser import HTMLParser

_TAG_NAMES = (
    "html head meta title style body main header footer section article div span p br hr h1 h2 h3 h4 h5 h6 ul ol li"
    " dl dt dd table caption colgroup col thead tbody tfoot tr th td pre code kbd samp var blockquote q cite em strong"
    " b i u s small sub sup abbr time mark a del ins details summary address figure figcaption wbr bdi"
)
_ATTRIBUTE_NAMES = (
    "lang dir class id title charset name content media href colspan rowspan scope headers start reversed value"
    " datetime open abbr span align valign width style role"
)
_TAGS = frozenset(_TAG_NAMES.split())
_ATTRIBUTES = frozenset(_ATTRIBUTE_NAMES.split())
_LINK = re.compile(r"(?:https?://|mailto:|tel:|#)", re.IGNORECASE)
_CSS = re.compile(r"url\s*\(|@import|expression\s*\(|javascript:|-moz-binding|behavior\s*:|\\", re.IGNORECASE)
_META = frozenset(("viewport", "color-scheme", "supported-color-schemes", "format-detection", "generator", "author"))


def active_parts(html: str) -> list[str]:
    """Lists what a document may not hold.

    Args:
        html: A whole document or a part of one.

    Returns:
        One short English description each, for the pack's author; empty when all is well.
    """
    finder = _Finder()
    finder.feed(html)
    finder.close()
    return finder.found


class _Finder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.found.append(f"the element <{tag[:40]}>")
        self._style = tag == "style"
        for name, value in attrs:
            if name not in _ATTRIBUTES and not re.fullmatch(r"aria-[a-z]+|data-[a-z-]+", name):
                self.found.append(f"the attribute {name[:40]} of <{tag[:40]}>")
            elif name == "href" and not (tag == "a" and _LINK.match(value or "")):
                self.found.append(f"a link of <{tag}> to something else than a web, mail or phone address")
            elif name == "style" and _CSS.search(value or ""):
                self.found.append(f"a style of <{tag}> that loads something")
            elif tag == "meta" and name == "name" and (value or "").lower() not in _META:
                self.found.append("a <meta> of an unknown name")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser's signature
        self._style = False

    def handle_data(self, data: str) -> None:
        if self._style and _CSS.search(data):
            self.found.append("a style sheet that loads something")

    def handle_decl(self, decl: str) -> None:
        if decl.strip().lower() != "doctype html":
            self.found.append("a declaration other than <!DOCTYPE html>")

    def handle_pi(self, data: str) -> None:  # noqa: ARG002 - the parser's signature
        self.found.append("a processing instruction")

    def handle_comment(self, data: str) -> None:  # noqa: ARG002 - the parser's signature
        self.found.append("a comment")

    def unknown_decl(self, data: str) -> None:  # noqa: ARG002 - the parser's signature
        self.found.append("a declaration")
