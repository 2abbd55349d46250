"""The looks of a Word document: fonts, headings, and circled footnotes on each page anew."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache
from typing import TYPE_CHECKING

from rag.citing import run_pandoc
from rag.language.catalog import say
from rag.language.text import family

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.types import Language

_ALTERNATIVES = {
    "宋体": "SimSun",
    "黑体": "SimHei",
    "新細明體": "PMingLiU",
    "微軟正黑體": "Microsoft JhengHei",
}
"""What the fonts for Chinese that the catalog names are called elsewhere."""

_CIRCLED = '<w:numFmt w:val="decimalEnclosedCircle"/><w:numRestart w:val="eachPage"/>'
_CONTINUOUS = '<w:numFmt w:val="decimal"/><w:numRestart w:val="continuous"/>'
_SECTION = (
    "<w:sectPr><w:footnotePr>{notes}</w:footnotePr>"
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1440" w:right="1701" w:bottom="1440" w:left="1701" w:header="851" '
    'w:footer="992" w:gutter="0"/></w:sectPr>'
)


def reference(language: Language, *, continuous: bool) -> bytes:
    """Return the document whose styles pandoc takes over, for text in a language.

    Its notes are circled numbers that begin anew on each page, or ``continuous`` ones.
    """
    out = io.BytesIO()
    notes = _CONTINUOUS if continuous else _CIRCLED
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in _default().items():
            text = content
            if name == "word/styles.xml":
                text = _styles(language).encode()
            elif name == "word/fontTable.xml":
                text = _fonts().encode()
            elif name == "word/document.xml":
                text = _replaced(content, r"<w:sectPr>.*</w:sectPr>", _SECTION.format(notes=notes))
            written.writestr(name, text)
    return out.getvalue()


@cache
def _default() -> Mapping[str, bytes]:
    """Return the members of pandoc's own reference document."""
    packed_styles = run_pandoc(["--print-default-data-file=reference.docx"], b"")
    with zipfile.ZipFile(io.BytesIO(packed_styles)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def _replaced(content: bytes, pattern: str, text: str) -> bytes:
    return re.sub(pattern.encode(), text.encode(), content, count=1, flags=re.DOTALL)


def _fonts() -> str:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/></w:font>'
        for name, other in _ALTERNATIVES.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<w:fonts {_SPACE}>{fonts}</w:fonts>'


_SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _styles(language: Language) -> str:
    """Return the styles: sizes in half points, lengths in twentieths of a point."""
    text, heading = say("language.font", language), say("language.heading_font", language)
    locale = say("language.locale", language)
    east = locale if family(language) == "zh" else "zh-CN"
    styles = [
        _style("paragraph", "Normal", "Normal", "", 'w:default="1"'),
        _style("character", "DefaultParagraphFont", "Default Paragraph Font", "", 'w:default="1"'),
        _paragraph("BodyText", "Body Text", '<w:spacing w:after="120"/>'),
        _paragraph("FirstParagraph", "First Paragraph", '<w:spacing w:after="120"/>'),
        _paragraph("Compact", "Compact", '<w:spacing w:after="40"/>'),
        _paragraph(
            "Title",
            "Title",
            '<w:spacing w:before="240" w:after="160"/><w:jc w:val="center"/>',
            _letters(36, heading, bold=True),
        ),
        _paragraph(
            "Heading1",
            "heading 1",
            '<w:keepNext/><w:keepLines/><w:spacing w:before="360" w:after="140"/>'
            '<w:outlineLvl w:val="0"/>',
            _letters(26, heading, bold=True),
        ),
        # Not justified: LibreOffice then drops a full stop that hangs over the edge.
        _paragraph(
            "BlockText",
            "Block Text",
            '<w:spacing w:after="120"/><w:ind w:left="420" w:right="210"/>',
        ),
        _paragraph(
            "Translation",
            "Translation",
            '<w:spacing w:after="160"/><w:ind w:left="420" w:right="210"/>',
            '<w:color w:val="595959"/>' + _size(19),
        ),
        _paragraph(
            "Aside",
            "Aside",
            '<w:spacing w:before="40" w:after="80"/>',
            '<w:color w:val="595959"/>' + _size(18),
        ),
        _paragraph(
            "Bibliography",
            "Bibliography",
            '<w:spacing w:after="80"/><w:ind w:left="420" w:hanging="420"/>',
        ),
        _paragraph(
            "FootnoteText",
            "footnote text",
            '<w:spacing w:after="0" w:line="264" w:lineRule="auto"/>',
            _size(18),
        ),
        _paragraph(
            "FootnoteDetail",
            "Footnote Detail",
            '<w:spacing w:after="60" w:line="264" w:lineRule="auto"/><w:ind w:left="300"/>',
            '<w:color w:val="595959"/>' + _size(17),
        ),
        _style(
            "character",
            "FootnoteReference",
            "footnote reference",
            '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>',
        ),
    ]
    defaults = (
        "<w:docDefaults><w:rPrDefault><w:rPr>"
        f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{text}" '
        f'w:cs="Times New Roman"/>{_size(22)}'
        f'<w:lang w:val="{locale}" w:eastAsia="{east}"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
        '<w:spacing w:line="324" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<w:styles {_SPACE}>{defaults}'
        f"{''.join(styles)}</w:styles>"
    )


def _style(kind: str, identifier: str, name: str, properties: str, more: str = "") -> str:
    return (
        f'<w:style w:type="{kind}" {more} w:styleId="{identifier}"><w:name w:val="{name}"/>'
        f"<w:qFormat/>{properties}</w:style>"
    )


def _paragraph(identifier: str, name: str, paragraph: str, letters: str = "") -> str:
    properties = f"<w:pPr>{paragraph}</w:pPr>" + (f"<w:rPr>{letters}</w:rPr>" if letters else "")
    return _style(
        "paragraph",
        identifier,
        name,
        properties,
    ).replace("<w:qFormat/>", '<w:basedOn w:val="Normal"/><w:qFormat/>')


def _letters(size: int, font: str, *, bold: bool) -> str:
    weight = "<w:b/><w:bCs/>" if bold else ""
    return f'<w:rFonts w:eastAsia="{font}"/>{weight}{_size(size)}'


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'
