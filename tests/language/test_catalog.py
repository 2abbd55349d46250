"""The catalog: the product's own words, in every language that it speaks."""

from __future__ import annotations

import ast
import re
import shutil
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from rag.citing import STYLES
from rag.language.catalog import languages, page_words, say, say_date
from rag.language.catalog.texts import read_catalog
from rag.language.text import language_of
from rag.types import Language, PageStatus, Place, Verdict

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "rag" / "language" / "catalog"
CATALOG = read_catalog(FOLDER)
KEYS = list(CATALOG[Language.ZH])
TABLES = "|".join(dict.fromkeys(key.partition(".")[0] for key in KEYS))
FOUR = (Language.ZH, Language.ZH_HANT, Language.EN, Language.RU)
FILES = {"answers.jsonl", "styles.docx"}
"""What looks like a key and is the name of a file."""
PLACES = re.compile(r"{(\w+)}")


@cache
def asked() -> tuple[frozenset[str], frozenset[str]]:
    """Return the keys that the product's code names, and the beginnings of those it puts together.

    A key is a string such as ``web.title``; one put together begins with its table and a dot.
    """
    keys, beginnings = set(), set()
    for path in (ROOT / "rag").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                first = node.values[0] if node.values else None
                text = first.value if isinstance(first, ast.Constant) else ""
                if re.fullmatch(rf"(?:{TABLES})\.\w*", str(text)):
                    beginnings.add(str(text))
            elif isinstance(node, ast.Constant) and re.fullmatch(
                rf"(?:{TABLES})\.\w+", str(node.value)
            ):
                keys.add(str(node.value))
    return frozenset(keys - beginnings - FILES), frozenset(beginnings)


def test_the_product_speaks_every_language_of_the_contract() -> None:
    """Each language that an answer can be in has a file."""
    assert languages() == tuple(Language)


@pytest.mark.parametrize("language", languages())
def test_every_language_has_every_key(language: Language) -> None:
    """Each text is there in each language, with the same places to fill."""
    texts = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    found = {f"{table}.{key}": text for table, row in texts.items() for key, text in row.items()}
    assert list(found) == KEYS
    for key, text in found.items():
        assert set(PLACES.findall(text)) == set(PLACES.findall(CATALOG[Language.ZH][key])), key


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_asked_for(key: str) -> None:
    """What the catalog holds, some code says."""
    keys, beginnings = asked()
    assert key in keys or key.startswith(tuple(beginnings))


def test_every_key_that_is_asked_for_is_there() -> None:
    """What code says, the catalog holds."""
    keys, beginnings = asked()
    assert sorted(keys - set(KEYS)) == []
    assert [start for start in beginnings if not any(key.startswith(start) for key in KEYS)] == []


def test_states_have_words() -> None:
    """How sure a page is can be said everywhere, and what the check of a sentence has shown."""
    wanted = {f"web.sure_{status}" for status in PageStatus}
    wanted |= {f"documents.verdict_{verdict}" for verdict in Verdict}
    wanted |= {f"web.verdict_{verdict}" for verdict in Verdict if verdict != Verdict.SUPPORTED}
    known = {status for status in PageStatus if status is not PageStatus.UNKNOWN}
    wanted |= {f"{table}.page_{status}" for table in ("answers", "documents") for status in known}
    wanted |= {f"{table}.{n}" for table in ("months", "months_of_days") for n in range(1, 13)}
    assert wanted <= set(KEYS)


def test_every_citation_style_has_a_name() -> None:
    """The styles that can be chosen have names, and no other."""
    assert {key for key in KEYS if key.startswith("styles.")} == {f"styles.{s}" for s in STYLES}


@pytest.mark.parametrize("key", [key for key in KEYS if key.startswith("answers.")])
def test_every_phrase_is_in_its_language(key: str) -> None:
    """The letters of what is said in an answer are those of its language."""
    for language, texts in CATALOG.items():
        script = language_of(PLACES.sub("", texts[key]))
        assert script == language or {script, language} == {Language.ZH, Language.ZH_HANT}


def test_a_phrase_takes_its_values() -> None:
    """The places of a phrase are filled, braces in a value being left as they are."""
    filled = say("answers.begins", Language.ZH, heading="{甲}", page="第3页")
    assert filled == "{甲}：第3页起"
    assert say("web.page", Language.ZH, page="iv") == "第iv页"
    assert say("web.pages", Language.EN, first="3", last="4") == "pp. 3–4"


def test_places_that_are_not_those_of_the_words_are_refused() -> None:
    """A place left empty, or a value that has none, is told with key and language."""
    wrong = r"^web\.pages in zh-Hant takes first, last, and was given first\.$"
    with pytest.raises(LookupError, match=wrong):
        say("web.pages", Language.ZH_HANT, first="3")
    with pytest.raises(LookupError, match=r"web\.title in ru takes nothing, and was given page"):
        say("web.title", Language.RU, page="3")


def test_an_unknown_key_is_refused() -> None:
    """Asked for what it does not hold, the catalog names it."""
    with pytest.raises(LookupError, match=r"no words for web\.nothing in en"):
        say("web.nothing", Language.EN)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('close = "Close"\n', "", r"en\.toml lacks web\.close, which zh\.toml has"),
        ("[web]\n", '[web]\nnew = "x"\n', r"zh\.toml lacks web\.new, which en\.toml has"),
        ('"Close"', '""', r"en\.toml: web\.close is no text"),
        ('"Close"', "3", r"en\.toml: web\.close is no text"),
        ('"Close"', '"Close {it}"', r"toml: web\.close has other places than in"),
        ("[language]", 'loose = "x"\n[language]', r"en\.toml: loose stands in no table"),
    ],
)
def test_a_file_that_differs_is_refused(tmp_path: Path, before: str, after: str, told: str) -> None:
    """A key missing or new, an empty text and another place are told with file and key."""
    for path in FOLDER.glob("*.toml"):
        shutil.copy(path, tmp_path)
    text = (tmp_path / "en.toml").read_text(encoding="utf-8")
    assert before in text
    (tmp_path / "en.toml").write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=told):
        read_catalog(tmp_path)


def test_a_file_of_no_language_is_refused(tmp_path: Path) -> None:
    """A file is named after a language that the contract knows."""
    shutil.copy(FOLDER / "en.toml", tmp_path / "tlh.toml")
    with pytest.raises(ValueError, match=r"tlh\.toml: there is no Language of that name"):
        read_catalog(tmp_path)


def test_days_are_written() -> None:
    """A day is written as each language writes it."""
    assert [say_date(date(2026, 5, 2), language) for language in FOUR] == [
        "2026年5月2日",
        "2026年5月2日",
        "2 May 2026",
        "2 мая 2026 г.",
    ]


@pytest.mark.parametrize(
    ("pages", "status", "words"),
    [
        (("3",), PageStatus.EXACT, ["第3页", "第3頁", "p. 3", "с. 3"]),
        (("3", "4"), PageStatus.EXACT, ["第3–4页", "第3–4頁", "p. 3–4", "с. 3–4"]),
        (("12",), PageStatus.APPROXIMATE, ["约第12页", "約第12頁", "about p. 12", "около с. 12"]),
        ((), PageStatus.UNKNOWN, ["页码不明", "頁碼不明", "page unknown", "страница неизвестна"]),
        (
            ("9",),
            PageStatus.UNKNOWN,
            ["页码不明", "頁碼不明", "page unknown", "страница неизвестна"],
        ),
        ((), PageStatus.EXACT, ["页码不明", "頁碼不明", "page unknown", "страница неизвестна"]),
    ],
)
def test_pages_are_said_with_how_sure_they_are(
    pages: tuple[str, ...], status: PageStatus, words: list[str]
) -> None:
    """An approximate page is called so, and an unknown one is never named."""
    place = Place(None, None, None, pages, status)
    assert [page_words(place, language) for language in FOUR] == words
