"""The few words of the product's own that stand around what a book says, in each language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.types import Language, PageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rag.types import Place

FRAMES: Mapping[str, Mapping[Language, str]] = {
    "quoted": {
        Language.ZH: "原文如下：",
        Language.ZH_HANT: "原文如下：",
        Language.EN: "The book says, in its own words:",
        Language.RU: "В книге сказано дословно:",
    },
    "notes": {
        Language.ZH: "读书笔记（非原文）写道：",
        Language.ZH_HANT: "讀書筆記（非原文）寫道：",
        Language.EN: "Notes on the book, not its own words, say:",
        Language.RU: "В заметках о книге (не её словами) сказано:",
    },
    "mixed": {
        Language.ZH: "原文与读书笔记（笔记在出处中标明）如下：",
        Language.ZH_HANT: "原文與讀書筆記（筆記在出處中標明）如下：",
        Language.EN: "Books in their own words, and notes (marked as such in the citation):",
        Language.RU: "Книги дословно и заметки о них (отмечены в ссылке):",
    },
    "not_found": {
        Language.ZH: "书中没有找到对这个问题的回答。",
        Language.ZH_HANT: "書中沒有找到對這個問題的回答。",
        Language.EN: "The book does not say.",
        Language.RU: "В книге ответа на этот вопрос нет.",
    },
    "empty": {
        Language.ZH: "书库里还没有书。",
        Language.ZH_HANT: "書庫裡還沒有書。",
        Language.EN: "The library holds no book yet.",
        Language.RU: "В библиотеке пока нет книг.",
    },
    "within": {
        Language.ZH: "只在“{part}”中查找。",
        Language.ZH_HANT: "只在「{part}」中查找。",
        Language.EN: "Looked for in “{part}” only.",
        Language.RU: "Поиск только в части «{part}».",
    },
    "no_part": {
        Language.ZH: "书中没有“{part}”的正文。",
        Language.ZH_HANT: "書中沒有「{part}」的正文。",
        Language.EN: "The book has no text for “{part}”.",
        Language.RU: "В книге нет текста «{part}».",
    },
    "no_side": {
        Language.ZH: "书中没有找到关于“{side}”的内容，以下只引另一方。",
        Language.ZH_HANT: "書中沒有找到關於「{side}」的內容，以下只引另一方。",
        Language.EN: "Nothing on “{side}” was found in the book; only the other side is quoted.",
        Language.RU: "О «{side}» в книге ничего не найдено; ниже — только о другой стороне.",
    },
    "model_down": {
        Language.ZH: "语言模型没有应答，以下为逐字摘引。",
        Language.ZH_HANT: "語言模型沒有應答，以下為逐字摘引。",
        Language.EN: "The language model did not answer; what follows is quoted word for word.",
        Language.RU: "Языковая модель не ответила; ниже — дословные цитаты.",
    },
    "model_spent": {
        Language.ZH: "语言模型今天的次数已经用完，以下为逐字摘引。",
        Language.ZH_HANT: "語言模型今天的次數已經用完，以下為逐字摘引。",
        Language.EN: "The language model has answered as often as it may today; "
        "what follows is quoted word for word.",
        Language.RU: "На сегодня запросы к языковой модели исчерпаны; ниже — дословные цитаты.",
    },
    "model_unproven": {
        Language.ZH: "语言模型没有给出能由书证实的回答，以下为逐字摘引。",
        Language.ZH_HANT: "語言模型沒有給出能由書證實的回答，以下為逐字摘引。",
        Language.EN: "The language model wrote nothing that the book bears out; "
        "what follows is quoted word for word.",
        Language.RU: "Языковая модель не написала ничего, что подтверждала бы книга; "
        "ниже — дословные цитаты.",
    },
    "begins": {
        Language.ZH: "{heading}：{page}起",
        Language.ZH_HANT: "{heading}：{page}起",
        Language.EN: "{heading}: from {page}",
        Language.RU: "{heading}: с {page}",
    },
    "no_page": {
        Language.ZH: "{heading}：目录未载页码",
        Language.ZH_HANT: "{heading}：目錄未載頁碼",
        Language.EN: "{heading}: the contents give no page",
        Language.RU: "{heading}: страница в оглавлении не указана",
    },
    "count": {
        Language.ZH: "全书目录共{chapters}章、{sections}节。",
        Language.ZH_HANT: "全書目錄共{chapters}章、{sections}節。",
        Language.EN: "The contents list {chapters} chapters and {sections} sections.",
        Language.RU: "В оглавлении глав: {chapters}, разделов: {sections}.",
    },
    "authors": {
        Language.ZH: "作者：{value}",
        Language.ZH_HANT: "作者：{value}",
        Language.EN: "Author: {value}",
        Language.RU: "Автор: {value}",
    },
    "title": {
        Language.ZH: "书名：{value}",
        Language.ZH_HANT: "書名：{value}",
        Language.EN: "Title: {value}",
        Language.RU: "Название: {value}",
    },
    "publisher": {
        Language.ZH: "出版者：{value}",
        Language.ZH_HANT: "出版者：{value}",
        Language.EN: "Publisher: {value}",
        Language.RU: "Издательство: {value}",
    },
    "series": {
        Language.ZH: "丛书：{value}",
        Language.ZH_HANT: "叢書：{value}",
        Language.EN: "Series: {value}",
        Language.RU: "Серия: {value}",
    },
    "year": {
        Language.ZH: "出版年：{value}",
        Language.ZH_HANT: "出版年：{value}",
        Language.EN: "Year of publication: {value}",
        Language.RU: "Год издания: {value}",
    },
}
"""Every phrase in every language, by a key that says what it is for."""

_PAGE = {
    Language.ZH: ("第{pages}页", "约第{pages}页", "页码不明"),
    Language.ZH_HANT: ("第{pages}頁", "約第{pages}頁", "頁碼不明"),
    Language.EN: ("p. {pages}", "about p. {pages}", "page unknown"),
    Language.RU: ("с. {pages}", "около с. {pages}", "страница неизвестна"),
}


def frame(key: str, language: Language, **values: object) -> str:
    """Return a phrase in a language, its places filled with ``values``."""
    return FRAMES[key][language].format(**values)


def page_words(place: Place, language: Language) -> str:
    """Return the pages of a place as a reader says them: 第3页, about p. 12, page unknown."""
    exact, approximate, unknown = _PAGE[language]
    if place.status is PageStatus.UNKNOWN or not place.pages:
        return unknown
    form = exact if place.status is PageStatus.EXACT else approximate
    return form.format(pages=page_range(place.pages))


def page_range(pages: tuple[str, ...]) -> str:
    """Return labels as one range: ``3``, or ``3–5`` for several in a row."""
    return pages[0] if len(pages) == 1 else f"{pages[0]}–{pages[-1]}"
