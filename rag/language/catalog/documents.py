"""The words of a document that are the product's own, in each language; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.types import Language

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

ZH, HANT, EN, RU = Language.ZH, Language.ZH_HANT, Language.EN, Language.RU


def _row(zh: str, hant: str, en: str, ru: str) -> Mapping[Language, str]:
    return {ZH: zh, HANT: hant, EN: en, RU: ru}


WORDS: Mapping[str, Mapping[Language, str]] = {
    "title": _row("问书摘录", "問書摘錄", "Answers from the book", "Ответы по книге"),
    "of_books": _row("据{books}", "據{books}", "From {books}", "По книге: {books}"),
    "book": _row("《{title}》", "《{title}》", "{title}", "«{title}»"),
    "joint": _row("、", "、", ", ", ", "),
    "quotation": _row("“{text}”", "「{text}」", "“{text}”", "«{text}»"),
    "aside": _row("〔{text}〕", "〔{text}〕", "[{text}]", "[{text}]"),
    "labelled": _row("{label}：{text}", "{label}：{text}", "{label}: {text}", "{label}: {text}"),
    "question": _row("问", "問", "Question", "Вопрос"),
    "answer": _row("答", "答", "Answer", "Ответ"),
    "bibliography": _row("参考文献", "參考文獻", "References", "Литература"),
    "notes": _row("注释", "註釋", "Notes", "Примечания"),
    "back": _row("回到正文", "回到正文", "Back to the text", "Назад к тексту"),
    "not_found": _row(
        "书里没有找到能回答这个问题的话。",
        "書裡沒有找到能回答這個問題的話。",
        "The book does not seem to answer this question.",
        "В книге не нашлось ответа на этот вопрос.",
    ),
    "nearest": _row(
        "最相近的几处，供自己判断：",
        "最相近的幾處，供自己判斷：",
        "The nearest places, to be judged by the reader:",
        "Ближайшие места — судить читателю:",
    ),
    # How sure a page is
    "exact": _row("页码确切", "頁碼確切", "page exact", "страница точна"),
    "approximate": _row(
        "页码按篇幅推算，可能相差一两页",
        "頁碼按篇幅推算，可能相差一兩頁",
        "page reckoned by length; may be one or two off",
        "страница рассчитана по объёму; возможна ошибка в одну-две",
    ),
    "unknown": _row("页码不明", "頁碼不明", "page unknown", "страница неизвестна"),
    "notes_kind": _row(
        "读书笔记，非原文",
        "讀書筆記，非原文",
        "notes, not the book’s own words",
        "заметки, не слова самой книги",
    ),
    "contents_kind": _row(
        "据目录与书目", "據目錄與書目", "from contents and record", "по оглавлению и описанию"
    ),
    "own_note": _row("原注{mark}", "原註{mark}", "Author’s note {mark}", "Прим. автора {mark}"),
    "wording": _row("原文", "原文", "In the book", "В книге"),
    "wording_notes": _row("笔记", "筆記", "In the notes", "В заметках"),
    "translation": _row("机器译文", "機器譯文", "machine translation", "машинный перевод"),
    "translation_by": _row(
        "机器译文，{model}",
        "機器譯文，{model}",
        "machine translation by {model}",
        "машинный перевод, {model}",
    ),
    # What the check of a sentence has shown
    "supported": _row(
        "得到所引文字支持", "得到所引文字支持", "supported by what is cited", "подтверждено цитатой"
    ),
    "partly": _row(
        "只有部分得到所引文字支持",
        "只有部分得到所引文字支持",
        "only partly supported by what is cited",
        "подтверждено цитатой лишь отчасти",
    ),
    "unsupported": _row(
        "所引文字不支持这句话",
        "所引文字不支持這句話",
        "not supported by what is cited",
        "цитатой не подтверждено",
    ),
    # How an answer was made
    "quoted": _row(
        "逐字摘自书中，未用语言模型。",
        "逐字摘自書中，未用語言模型。",
        "Quoted from the book word for word; no language model was used.",
        "Дословные цитаты из книги; языковая модель не использовалась.",
    ),
    "quoted_notes": _row(
        "摘自读书笔记，非原书文字；未用语言模型。",
        "摘自讀書筆記，非原書文字；未用語言模型。",
        "Taken from reading notes, not from the book’s own words; no language model was used.",
        "Взято из заметок о книге, не из её слов; языковая модель не использовалась.",
    ),
    "quoted_translated": _row(
        "逐字摘自书中；译文出自语言模型，不是书中文字。",
        "逐字摘自書中；譯文出自語言模型，不是書中文字。",
        "Quoted from the book word for word; the translations are a language model’s, not the "
        "book’s words.",
        "Дословные цитаты из книги; перевод выполнен языковой моделью, это не слова книги.",
    ),
    "quoted_notes_translated": _row(
        "摘自读书笔记，非原书文字；译文出自语言模型。",
        "摘自讀書筆記，非原書文字；譯文出自語言模型。",
        "Taken from reading notes, not from the book’s own words; the translations are a "
        "language model’s.",
        "Взято из заметок о книге, не из её слов; перевод выполнен языковой моделью.",
    ),
    "from_contents": _row(
        "据书的目录与书目；未用语言模型。",
        "據書的目錄與書目；未用語言模型。",
        "From the book’s own contents and record; no language model was used.",
        "По оглавлению и описанию книги; языковая модель не использовалась.",
    ),
    "composed": _row(
        "由语言模型据书中文字写成，每句都与所引原文核对。",
        "由語言模型據書中文字寫成，每句都與所引原文核對。",
        "Written by a language model from the book’s text; each sentence was checked against "
        "what it cites.",
        "Составлено языковой моделью по тексту книги; каждая фраза сверена с цитируемым местом.",
    ),
    "composed_by": _row(
        "由语言模型 {model} 据书中文字写成，每句都与所引原文核对。",
        "由語言模型 {model} 據書中文字寫成，每句都與所引原文核對。",
        "Written by the language model {model} from the book’s text; each sentence was checked "
        "against what it cites.",
        "Составлено языковой моделью {model} по тексту книги; каждая фраза сверена с "
        "цитируемым местом.",
    ),
    "found": _row(
        "按词语查得，逐字摘自书中；未用语言模型。",
        "按詞語查得，逐字摘自書中；未用語言模型。",
        "Found by looking words up and quoted word for word; no language model was used.",
        "Найдено поиском слов, цитируется дословно; языковая модель не использовалась.",
    ),
    "dated": _row(
        "按日期排列，逐字摘自书中；未用语言模型。",
        "按日期排列，逐字摘自書中；未用語言模型。",
        "Arranged by date and quoted word for word; no language model was used.",
        "По датам, цитируется дословно; языковая модель не использовалась.",
    ),
    "no_answer": _row(
        "未用语言模型。",
        "未用語言模型。",
        "No language model was used.",
        "Языковая модель не использовалась.",
    ),
    "made_by": _row(
        "书证（Shuzheng）制，{date}。",
        "書證（Shuzheng）製，{date}。",
        "Made with Shuzheng (书证), {date}.",
        "Составлено в Shuzheng (书证), {date}.",
    ),
}

TAGS: Mapping[Language, str] = {ZH: "zh-Hans", HANT: "zh-Hant", EN: "en", RU: "ru"}
"""The languages as tags of HTML."""

_MONTHS = (
    ("January", "января"),
    ("February", "февраля"),
    ("March", "марта"),
    ("April", "апреля"),
    ("May", "мая"),
    ("June", "июня"),
    ("July", "июля"),
    ("August", "августа"),
    ("September", "сентября"),
    ("October", "октября"),
    ("November", "ноября"),
    ("December", "декабря"),
)


def say(key: str, language: Language, **values: object) -> str:
    """Return the words under a key, with its places filled; KeyError for an unknown key."""
    text = WORDS[key][language]
    return text.format(**values) if values else text


def say_date(day: date, language: Language) -> str:
    """Return a day as it is written: 2026年11月22日, 22 November 2026, 22 ноября 2026 г."""
    english, russian = _MONTHS[day.month - 1]
    if language is EN:
        return f"{day.day} {english} {day.year}"
    if language is RU:
        return f"{day.day} {russian} {day.year} г."
    return f"{day.year}年{day.month}月{day.day}日"
