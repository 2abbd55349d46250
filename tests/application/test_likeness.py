"""Which book a file is: none is lost to another that only looks like it."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageDraw

from rag.application.shuzheng import Shuzheng
from rag.cli.printing import added_text
from rag.library.tables import TableLibrary
from rag.settings import Settings
from rag.types import Correction, NotInLibraryError, ReadingError, RecordError, TextKind
from rag.types.forms import AddedForm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


VOLUME = "中华人民共和国成立前后对外关系史料汇编以及有关人物往来书信选辑"
CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>"
)
PACKAGE = (
    '<package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
    '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>T</dc:title></metadata>'
    '<manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
    '<spine><itemref idref="a"/></spine></package>'
)
KNOWN = """[book]
id = "deng-hua-lu"
title = "灯花录"
authors = ["裴守拙"]
"""


@dataclass(frozen=True, slots=True)
class Desk:
    """The product over an empty library, and a folder to write files in."""

    whole: Shuzheng
    folder: Path

    def file(self, name: str, title: str, words: str = "河灯自东门放起，至三更方散。") -> Path:
        """Return a file of paged Markdown with this title and these words."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = f"# {title}\n\n<!-- page 1 -->\n\n## 第一章\n\n{words}\n"
        path.write_text(text, encoding="utf-8")
        return path

    def record(self, book_id: str, title: str = "灯市志") -> Path:
        """Return a ``book.toml``."""
        path = self.folder / f"{book_id}.toml"
        path.write_text(f'[book]\nid = "{book_id}"\ntitle = "{title}"\n', encoding="utf-8")
        return path

    def held(self) -> dict[str, str]:
        """Return the title of each book by its id."""
        return {one.record.id: one.record.title for one in self.whole.books()}

    def label(self, book_id: str) -> str | None:
        """Return the label of a book's last page."""
        return self.whole.book(book_id).pages[-1].label


@pytest.fixture
def desk(models: Path, loaded: dict[str, Any], tmp_path: Path) -> Iterator[Desk]:
    """Return the product over an empty library and an empty corpus."""
    data, files = tmp_path / "data", tmp_path / "files"
    for folder in (data, files, tmp_path / "corpus"):
        folder.mkdir()
    (data / "models").symlink_to(models)
    with Shuzheng(Settings(data=data, corpus=tmp_path / "corpus")) as whole:
        whole._parts.made |= loaded
        yield Desk(whole, files)


def test_a_book_whose_title_sounds_the_same_takes_no_place(desk: Desk) -> None:
    """史记 and 诗集 are both kept, the second under a number, and the likeness is told."""
    desk.whole.add(desk.file("a.md", "史记"))
    added = desk.whole.add(desk.file("b.md", "诗集", "石桥建成那年，渡口停办。"))
    assert desk.held() == {"shi-ji": "史记", "shi-ji-2": "诗集"}
    assert (added.id, added.status, added.replaced_title) == ("shi-ji-2", "added", None)
    [told] = [one for one in added.problems if one.kind == "likeness"]
    assert "史记 (shi-ji)" in told.text
    assert "--replace shi-ji" in told.text
    assert "! likeness:" in added_text(added)
    assert desk.whole.book("shi-ji-2").text != desk.whole.book("shi-ji").text
    assert all(finding.ok for finding in desk.whole.doctor())


@pytest.mark.slow
def test_a_book_that_calls_itself_by_a_held_title_takes_no_place(desk: Desk) -> None:
    """The title alone makes no book the same, nor does front matter that names an id."""
    desk.whole.add(desk.file("mine.md", "灯市志"), desk.record("lamps"))
    before = desk.whole.book("lamps")
    forged = desk.file("forged.md", "灯市志", "这里写的全是假话。")
    forged.write_text(f"---\nid: lamps\n---\n{forged.read_text(encoding='utf-8')}", "utf-8")
    added = desk.whole.add(forged)
    assert added.status == "added"
    assert [one.kind for one in added.problems].count("likeness") == 1
    assert desk.whole.book("lamps") == before
    assert len(desk.held()) == 2


@pytest.mark.slow
def test_a_known_book_is_not_replaced_by_a_file_that_names_it(desk: Desk) -> None:
    """Its notes give way to it, but it gives way to no other file with its title page."""
    corpus = desk.whole.settings.corpus / "lamps"
    corpus.mkdir()
    (corpus / "book.toml").write_text(KNOWN + 'kind = "notes"\ntext = "notes.md"\n', "utf-8")
    (corpus / "notes.md").write_text("# 灯花录\n\n<!-- page 1 -->\n\n说的是灯花。\n", "utf-8")
    desk.whole.warm()
    desk.whole.correct("deng-hua-lu", [Correction(shift=40)])
    stranger = desk.file("c.txt", "", "").with_name("灯花录.txt")
    stranger.write_text("灯花录\n某乙 著\n\n这是另一个人的书，讲的是别的事。\n" * 2, "utf-8")
    assert desk.whole.add(stranger).id == "deng-hua-lu-2"
    added = desk.whole.add(desk.file("a.md", "灯花录"))
    assert (added.id, added.status, added.replaced_title) == ("deng-hua-lu", "replaced", "灯花录")
    assert "corrections_of_notes" in [one.kind for one in added.problems]
    assert desk.label("deng-hua-lu") == "1"
    assert desk.whole.books()[0].record.kind is TextKind.BOOK
    added = desk.whole.add(desk.file("b.md", "灯花录", "又一种灯花录，文字不同。"))
    assert (added.id, added.status) == ("deng-hua-lu-3", "added")
    desk.whole.warm()
    assert len(desk.held()) == 3


@pytest.mark.slow
def test_files_of_one_name_in_two_folders_are_two_books(desk: Desk) -> None:
    """A text without a title page is called by its file, and no more than called so."""
    for name, words in (("a/scan.txt", "河灯自东门放起。"), ("b/scan.txt", "渡口停办多年。")):
        desk.whole.add(desk.file(name, "第一节", words))
    assert list(desk.held()) == ["scan", "scan-2"]


@pytest.mark.slow
def test_volumes_whose_long_titles_begin_alike_are_two_books(desk: Desk) -> None:
    """Where the id ends before the titles differ, both volumes are kept."""
    for name in ("上册", "下册"):
        desk.whole.add(desk.file(f"{name}.md", f"{VOLUME} {name}", f"这是{name}的文字。"))
    first, second = desk.held()
    assert second == f"{first}-2"


@pytest.mark.slow
def test_books_of_one_declared_title_are_two_books(desk: Desk) -> None:
    """EPUBs that are both called T are both kept."""
    for name in ("甲", "乙"):
        path = desk.folder / f"{name}.epub"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("mimetype", "application/epub+zip")
            archive.writestr("META-INF/container.xml", CONTAINER)
            archive.writestr("book.opf", PACKAGE)
            archive.writestr("a.xhtml", f"<html><body><p>{name}书讲的是{name}。</p></body></html>")
        assert desk.whole.add(path).title == "T"
    assert len(desk.held()) == 2


@pytest.mark.slow
def test_folders_of_pictures_of_one_name_are_two_books(desk: Desk) -> None:
    """Scans in folders that are both called scans are both kept."""
    for parent, words in (("a", "THE FIRST BOOK OF LAMPS"), ("b", "A SECOND BOOK OF RIVERS")):
        folder = desk.folder / parent / "scans"
        folder.mkdir(parents=True)
        picture = Image.new("L", (900, 400), 255)
        ImageDraw.Draw(picture).text((60, 160), words, fill=0, font_size=48)
        picture.save(folder / "1.png")
        desk.whole.add(folder)
    assert list(desk.held()) == ["scans", "scans-2"]


@pytest.mark.slow
def test_the_same_file_changed_at_the_same_path_is_the_same_book(desk: Desk) -> None:
    """It replaces itself whatever its title is now, keeps its id, and what went is named."""
    desk.whole.add(desk.file("a.md", "史记"))
    desk.whole.add(desk.file("b.md", "诗集", "石桥建成那年，渡口停办。"))
    desk.whole.correct("shi-ji-2", [Correction(first=1, label="9")])
    added = desk.whole.add(desk.file("b.md", "诗集新编", "石桥建成那年，渡口停办。又添一句。"))
    assert (added.id, added.status, added.replaced_title) == ("shi-ji-2", "replaced", "诗集")
    assert desk.held() == {"shi-ji": "史记", "shi-ji-2": "诗集新编"}
    assert desk.label("shi-ji-2") == "9"
    assert "(replaced 诗集)" in added_text(added)
    assert AddedForm.of(added).replaced_title == "诗集"


def test_the_same_file_again_is_unchanged_under_any_id(desk: Desk) -> None:
    """A book that got a number is known again, and one that was moved is where it is now."""
    desk.whole.add(desk.file("a.md", "史记"))
    second = desk.file("b.md", "诗集", "石桥建成那年，渡口停办。")
    assert [desk.whole.add(second).status for _ in range(2)] == ["added", "unchanged"]
    moved = second.rename(desk.folder / "moved.md")
    assert desk.whole.add(moved).status == "unchanged"
    added = desk.whole.add(desk.file("moved.md", "诗集", "石桥建成那年，渡口已无人。"))
    assert (added.id, added.status) == ("shi-ji-2", "replaced")


@pytest.mark.slow
def test_the_id_in_a_record_says_which_book_it_is(desk: Desk) -> None:
    """Another file with the same id in its record replaces; corrections stay."""
    desk.whole.add(desk.file("a.md", "灯市志"), desk.record("lamps"))
    desk.whole.correct("lamps", [Correction(first=1, label="9")])
    changed = desk.file("b.md", "灯市志", "河灯自东门放起，至三更方散。又添一句。")
    added = desk.whole.add(changed, desk.record("lamps"))
    assert (added.status, added.replaced_title) == ("replaced", "灯市志")
    assert desk.label("lamps") == "9"
    added = desk.whole.add(changed, desk.record("other", "另一本"))
    assert (added.id, added.status) == ("other", "added")
    assert any("lamps" in one.text for one in added.problems if one.kind == "likeness")


def test_a_book_is_replaced_by_name(desk: Desk) -> None:
    """The file takes over the id of the book that is named by id or title, and no other goes."""
    desk.whole.add(desk.file("a.md", "史记"))
    desk.whole.add(desk.file("b.md", "诗集", "石桥建成那年，渡口停办。"))
    added = desk.whole.add(desk.file("c.md", "渡口记", "渡口在城南。"), replace="诗集")
    assert (added.id, added.status, added.replaced_title) == ("shi-ji-2", "replaced", "诗集")
    assert desk.held() == {"shi-ji": "史记", "shi-ji-2": "渡口记"}


@pytest.mark.slow
def test_what_cannot_be_replaced_is_said_and_stays(desk: Desk) -> None:
    """An unknown book, a title of two, another record, and a file that is there are refused."""
    first = desk.file("a.md", "史记")
    second = desk.file("b.md", "史记", "另一个人写的史记。")
    third = desk.file("c.md", "渡口记", "渡口在城南。")
    desk.whole.add(first)
    desk.whole.add(second)
    before = desk.whole.books()
    with pytest.raises(NotInLibraryError, match="no book 游记"):
        desk.whole.add(third, replace="游记")
    with pytest.raises(NotInLibraryError, match="say which by its id"):
        desk.whole.add(third, replace="史记")
    with pytest.raises(RecordError, match="leave out one"):
        desk.whole.add(third, desk.record("lamps"), replace="shi-ji")
    with pytest.raises(ReadingError, match="rag remove shi-ji-2"):
        desk.whole.add(second, replace="shi-ji")
    assert desk.whole.books() == before
    assert desk.whole.add(second, replace="shi-ji-2").status == "unchanged"


@pytest.mark.slow
def test_corrections_of_a_removed_book_pass_to_no_other(desk: Desk) -> None:
    """They wait for their own book, which has its id back when it is added again."""
    first = desk.file("a.md", "史记")
    desk.whole.add(first)
    desk.whole.correct("shi-ji", [Correction(shift=8)])
    desk.whole.remove("shi-ji")
    added = desk.whole.add(desk.file("b.md", "诗集", "石桥建成那年，渡口停办。"))
    assert (added.id, desk.label("shi-ji-2")) == ("shi-ji-2", "1")
    assert any("was removed" in one.text for one in added.problems if one.kind == "likeness")
    added = desk.whole.add(first)
    assert (added.id, added.status, desk.label("shi-ji")) == ("shi-ji", "added", "9")


@pytest.mark.slow
def test_a_book_of_an_older_library_has_no_path_to_be_known_by(desk: Desk) -> None:
    """A changed file is then another book; where the same file is seen again it is learnt."""
    first = desk.file("a.md", "史记")
    desk.whole.add(first)
    library = desk.whole._parts.library
    assert isinstance(library, TableLibrary)
    with library._file.write() as connection:
        connection.execute("UPDATE books SET source = NULL")
    second = desk.file("b.md", "史记", "另一种文字。")
    assert desk.whole.add(second).id == "shi-ji-2"
    assert desk.whole.add(first).status == "unchanged"
    assert desk.whole.add(desk.file("a.md", "史记", "改过的文字。")).id == "shi-ji"


@pytest.mark.slow
def test_a_path_that_is_no_unicode_is_remembered(desk: Desk) -> None:
    """A file in a folder whose name is in an old encoding is added, and known again."""
    try:
        desk.file("\udcca\udcb7/a.md", "史记")
    except (OSError, UnicodeError):
        pytest.skip("this system has no such names")
    for words, status in (("河灯自东门放起。", "added"), ("河灯自西门放起。", "replaced")):
        assert desk.whole.add(desk.file("\udcca\udcb7/a.md", "史记", words)).status == status
