"""How models are served: lanes that give way, and the pieces of words."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tokenizers import Tokenizer

from rag.models.making.bundled import make_folder, write_pieces
from rag.models.making.quantising import CALIBRATION
from rag.models.serving import TOKENIZER, WordPieces, side_by_side
from rag.models.sources import find_source

if TYPE_CHECKING:
    from rag.models import Encoder

TEXTS = (
    *CALIBRATION,
    "ﬁne ｱｲｳ ①½ Ⅷ ㎏ Å e\u0301té",
    "中文\u3000里的空格 和 English 混排，１９３７年",
    "𠀀𠀁🙂 …— «кавычки»",
)


def test_both_ways_of_cutting_give_the_same_pieces(
    encoder: Encoder, models: Path, tmp_path: Path
) -> None:
    """SentencePiece and ``tokenizers`` cut texts of all languages alike, at the same places."""
    source = find_source("bundled", models)
    make_folder(source, models, lambda: None)
    theirs = Tokenizer.from_file(str(Path(source.model) / TOKENIZER))
    write_pieces(tmp_path / "pieces.model")
    ours = WordPieces(tmp_path / "pieces.model")
    for told in TEXTS:
        text = f"passage: {told.removeprefix('passage: ')}"
        one, other = ours.encode(text), theirs.encode(text)
        assert one.ids == other.ids
        assert one.offsets == other.offsets
        assert one.special_tokens_mask == other.special_tokens_mask
    told = TEXTS[0].removeprefix("passage: ")
    assert encoder.count_tokens([told]) == [len(ours.encode(TEXTS[0]).ids)]


def test_work_side_by_side_keeps_its_order_and_ends_when_it_is_left() -> None:
    """Results come in order; what raises ends all, and what was not begun is left."""
    assert list(side_by_side(lambda n: n * n, range(20), 3)) == [n * n for n in range(20)]
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        time.sleep(0.01)
        if number == 2:
            raise ValueError("two")
        return number

    with pytest.raises(ValueError, match="two"):
        list(side_by_side(work, range(200), 2, patient=True))
    assert len(begun) < 20
    some = side_by_side(work, [0, *[1] * 200], 2)
    assert next(iter(some)) == 0
    some.close()
    assert len(begun) < 40
    assert not [one for one in threading.enumerate() if one.name.startswith("lane")]


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells threads apart")
def test_work_that_can_wait_stands_back() -> None:
    """Its threads are nice, that of the caller is as before."""

    def nice(_: int) -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = nice(0)
    assert all(one >= 10 for one in side_by_side(nice, range(4), 2, patient=True))
    assert list(side_by_side(nice, range(4), 2)) == [before] * 4
    assert nice(0) == before
