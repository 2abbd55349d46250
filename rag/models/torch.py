"""Models that sentence-transformers loads and PyTorch serves: on a GPU, or to be exported.

PyTorch takes seconds to load and stays in the memory of its process, so it is imported by the
functions that use it, and those are called only where there may be a GPU, or in a process
that makes a model.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rag.models.base import INPUTS
from rag.models.encoding import Description, ModelEncoder
from rag.models.pairing import Judge, Pairing, Reranker
from rag.models.sources import BUNDLED, MODEL_NAME, query_files
from rag.types import EncoderError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import CrossEncoder, SentenceTransformer
    from tokenizers import Tokenizer

    from rag.models.sources import Role, Source

M = TypeVar("M")

_LONGEST = 8192
"""Tokens a pass at most, whatever a model's folder claims."""
_LABELS = {"reranker": 2, "reader": 2, "judge": 3}
"""Labels that a cross-encoder has at most, by what it is for."""
_ENTAILS = r"entail|supports?\b|yes\b|true\b"
"""How the label begins that says that one text follows from the other."""
_UNNAMED = 2
"""Labels at most whose order is known without a name."""
_POOLINGS = ("mean", "cls", "max", "lasttoken")


def may_have_gpu() -> bool:
    """Return whether it is worth importing PyTorch to look for a CUDA GPU."""
    return Path("/dev/nvidia0").exists() or shutil.which("nvidia-smi") is not None


def has_gpu() -> bool:
    """Return whether there is a CUDA GPU that PyTorch can use."""
    import torch  # noqa: PLC0415 - only where a GPU is likely

    return torch.cuda.is_available()


class TorchModel:
    """A network that PyTorch runs, on the device that sentence-transformers chose."""

    batch_tokens = 8192
    lanes = 1

    def __init__(
        self, model: SentenceTransformer | CrossEncoder, output: str = "token_embeddings"
    ) -> None:
        self._model = model
        self._output = output

    def run(
        self,
        tokens: NDArray[np.int64],
        mask: NDArray[np.int64],
        kinds: NDArray[np.int64] | None = None,
    ) -> NDArray[np.float32]:
        """See ``TokenModel.run``."""
        import torch  # noqa: PLC0415 - only where a model runs

        device = self._model.device
        given = (tokens, mask) if kinds is None else (tokens, mask, kinds)
        features = {
            name: torch.from_numpy(values).to(device)
            for name, values in zip(INPUTS, given, strict=False)
        }
        with torch.inference_mode():
            hidden = self._model[0](features)[self._output]
        vectors: NDArray[np.float32] = hidden.float().cpu().numpy()
        return vectors


def open_encoder_in_torch(source: Source, device: str) -> ModelEncoder:
    """Return the encoder as sentence-transformers serves it on ``device``. Raises EncoderError."""

    def opened(
        learned: Path | None = None, asking: Mapping[str, Callable[[], ModelEncoder]] | None = None
    ) -> ModelEncoder:
        model = load_encoder(source, device, learned)
        description = describe_encoder(source, model, "fp32")
        return ModelEncoder(description, _tokenizer(model, source.role), TorchModel(model), asking)

    known = query_files() if source.is_bundled else {}
    return opened(asking={language: partial(opened, path) for language, path in known.items()})


def open_reranker_in_torch(source: Source, device: str) -> Reranker:
    """Return the reranker as sentence-transformers serves it on ``device``. Raises EncoderError."""
    return Reranker(*_paired(source, device))


def open_judge_in_torch(source: Source, device: str) -> Judge:
    """Return the judge as sentence-transformers serves it on ``device``. Raises EncoderError."""
    return Judge(*_paired(source, device))


def _paired(source: Source, device: str) -> tuple[Pairing, Tokenizer, TorchModel]:
    """Return what serving a cross-encoder on ``device`` takes. Raises EncoderError."""
    model = load_cross_encoder(source, device)
    pairing = describe_cross_encoder(source, model, tuple(model.preprocess([("one", "two")])))
    return pairing, _tokenizer(model, source.role), TorchModel(model, "scores")


def load_encoder(source: Source, device: str, learned: Path | None = None) -> SentenceTransformer:
    """Return the model, with what it has ``learned``. Raises EncoderError."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - imports PyTorch

    model = _load(SentenceTransformer, source, device)
    if learned:
        teach(model, source, learned)
    return model


def teach(model: SentenceTransformer, source: Source, learned: Path) -> None:
    """Put what an adapter holds onto a bundled model. Raises EncoderError."""
    from rag.models.adapter import load_query_weights  # noqa: PLC0415 - imports PyTorch

    transformer: Any = model[0]
    weights = load_query_weights(learned, Path(source.model))
    # What was never learned by anybody, such as the pooler, is not among the encoder's weights.
    transformer.auto_model.load_state_dict(weights, strict=False)


def load_cross_encoder(source: Source, device: str) -> CrossEncoder:
    """Return the model. Raises EncoderError for one that is none, or of another build."""
    from sentence_transformers import CrossEncoder  # noqa: PLC0415 - imports PyTorch
    from sentence_transformers.base.modules import Transformer  # noqa: PLC0415 - likewise

    model: CrossEncoder = _load(CrossEncoder, source, device)
    trained = any(str(name).endswith("ForSequenceClassification") for name in _architectures(model))
    most = _LABELS[source.role.word]
    if (
        [type(module) for module in model] != [Transformer]
        or not trained
        or model.num_labels not in range(1, most + 1)
        or model.default_prompt_name
    ):
        raise EncoderError(
            f"The model {source.model} is no {source.role.word} that can be served (a "
            f"cross-encoder of at most {most} labels without a prompt, trained as such): set "
            f"{source.role.variable} to another, or {source.role.otherwise}."
        )
    return model


def _architectures(model: CrossEncoder) -> Sequence[object]:
    """Return what kinds of network a model was saved as."""
    made: Any = _configured(model, "architectures")
    return made or ()


def _configured(model: CrossEncoder, name: str) -> object:
    """Return what the configuration of the network has under a name, None for nothing."""
    first: Any = model[0]
    return getattr(getattr(getattr(first, "model", None), "config", None), name, None)


def _wanted(source: Source, model: CrossEncoder) -> int:
    """Return the number of the label for yes. Raises EncoderError where that cannot be told.

    It is the one that the configuration names after entailment, and of two without such a name
    the second (no, yes).
    """
    named: Any = _configured(model, "id2label") or {}
    found = [int(number) for number, name in named.items() if re.match(_ENTAILS, str(name).lower())]
    if len(found) == 1:
        return found[0]
    if model.num_labels <= _UNNAMED:
        return model.num_labels - 1
    raise EncoderError(
        f"Which of the labels of {source.model} is entailment its config.json does not say "
        f"(id2label): name them there, or set {source.role.variable} to another model."
    )


def describe_encoder(source: Source, model: SentenceTransformer, precision: str) -> Description:
    """Return what serving the model takes. Raises EncoderError for a model of another build."""
    from sentence_transformers.sentence_transformer.modules import (  # noqa: PLC0415
        Normalize,
        Pooling,
        Transformer,
    )

    kinds = [type(module) for module in model]
    pooling = model[1] if len(kinds) > 1 else None
    if (
        kinds not in ([Transformer, Pooling], [Transformer, Pooling, Normalize])
        or not isinstance(pooling, Pooling)
        or pooling.pooling_mode not in _POOLINGS
        or not pooling.include_prompt
    ):
        raise EncoderError(
            f"The encoder {source.model} is built of {', '.join(kind.__name__ for kind in kinds)}, "
            f"and only a transformer with one pooling ({', '.join(_POOLINGS)}) can be served: "
            "set RAG_ENCODER to another model."
        )
    prompts = model.prompts
    default = model.default_prompt_name or ""
    query = _first_prompt(prompts, "query", default)
    passage = _first_prompt(prompts, "document", "passage", "corpus", default)
    said = json.dumps([pooling.pooling_mode, query, passage])
    # The head that is not used is random where a folder lacks it.
    fingerprint = _fingerprint(model, source.role, said, without="pooler")
    base = MODEL_NAME if source.setting == BUNDLED else Path(source.model).name
    return Description(
        name=f"{base}:{precision}:{fingerprint}",
        dimension=int(model.get_embedding_dimension() or 0),
        max_tokens=_longest(model),
        pooling=str(pooling.pooling_mode),
        query_prompt=query,
        passage_prompt=passage,
        pad_token=int(model.tokenizer.pad_token_id or 0),
        inputs=(),
    )


def describe_cross_encoder(source: Source, model: CrossEncoder, inputs: tuple[str, ...]) -> Pairing:
    """Return what serving the model takes. Raises EncoderError where its labels cannot be told."""
    return Pairing(
        name=f"{Path(source.model).name}:fp32:{_fingerprint(model, source.role)}",
        max_tokens=_longest(model),
        labels=model.num_labels,
        pad_token=int(model.tokenizer.pad_token_id or 0),
        inputs=inputs,
        wanted=_wanted(source, model),
    )


def tokenizer_of(model: SentenceTransformer | CrossEncoder, role: Role) -> str:
    """Return the model's tokenizer as JSON. Raises EncoderError for one that is slow Python."""
    if not getattr(model.tokenizer, "is_fast", False):
        raise EncoderError(
            f"The {role.word}'s tokenizer has no fast form: set {role.variable} to another model."
        )
    text: str = model.tokenizer.backend_tokenizer.to_str()
    return text


def _tokenizer(model: SentenceTransformer | CrossEncoder, role: Role) -> Tokenizer:
    from tokenizers import Tokenizer  # noqa: PLC0415 - only where a model is opened

    tokenizer = Tokenizer.from_str(tokenizer_of(model, role))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _load(kind: Callable[..., M], source: Source, device: str) -> M:
    """Return a model of sentence-transformers' ``kind``. Raises EncoderError with its words."""
    import transformers  # noqa: PLC0415 - imports PyTorch

    logs: Any = transformers.utils.logging  # has no types
    logs.set_verbosity_error()
    logs.disable_progress_bar()
    role = source.role
    try:
        # Plain attention: the fused kernels of PyTorch do not become a plain graph.
        return kind(source.model, device=device, model_kwargs={"attn_implementation": "eager"})
    except Exception as error:  # the hub and the loaders raise whatever they like
        reason = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
        raise EncoderError(
            f"The {role.word} {source.model} cannot be had ({reason}): set {role.variable} to a "
            f"folder that holds a sentence-transformers model, or {role.otherwise}."
        ) from error


def _first_prompt(prompts: Mapping[str, str | None], *names: str) -> str:
    """Return the first of the named prompts that says anything; "" where none does."""
    return next((prompt for name in names if (prompt := prompts.get(name))), "")


def _longest(model: SentenceTransformer | CrossEncoder) -> int:
    return min(model.max_seq_length or _LONGEST, _LONGEST)


def _fingerprint(
    model: SentenceTransformer | CrossEncoder, role: Role, said: str = "", without: str = "\0"
) -> str:
    """Return twelve digits that differ where tokenizer, weights or what is ``said`` differ.

    Weights that have ``without`` in their names do not count.
    """
    digest = hashlib.sha256(tokenizer_of(model, role).encode())
    digest.update(said.encode())
    for name, tensor in sorted(model.state_dict().items()):
        if without not in name:
            digest.update(name.encode())
            digest.update(tensor.cpu().numpy().tobytes())
    return digest.hexdigest()[:12]
