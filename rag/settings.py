"""Settings: the only reader of the environment."""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "RAG_"
ROOT = Path(__file__).resolve().parent.parent


def _url(value: str | None) -> str | None:
    if value and not value.startswith(("http://", "https://")):
        message = "must begin with http:// or https://"
        raise ValueError(message)
    return value


def _model(value: str | None) -> str | None:
    provider, _, name = (value or "").partition(":")
    if value and (provider != "openai" or not name.strip() or any(map(str.isspace, value))):
        message = "must be openai: and the name of a model, as in openai:gpt-4o-mini"
        raise ValueError(message)
    return value


class Settings(BaseSettings):
    """What the environment (``RAG_…``) and the file ``.env`` say; frozen.

    ``data`` holds the library, the vector store and the models; ``corpus`` the bundled
    books; ``encoder`` is ``bundled`` or any sentence-transformers name or folder;
    ``reranker`` any of a CrossEncoder, which reads the first passages found once more;
    ``chroma_url`` a Chroma server in place of the embedded one; ``evidence`` the number of
    passages that a question brings to the answer; ``read_seconds`` is how long a file may be
    read without progress, ``read_memory`` the MiB of memory it may take.

    ``llm`` is a language model, ``openai:MODEL``, behind any server that speaks OpenAI's
    protocol; ``llm_seconds`` is the most that a whole answer may take, ``llm_silence`` the
    wait for its first word or for the next; ``llm_tokens`` the longest answer;
    ``llm_daily`` the most calls a day (0: no limit), every one counted: for an answer, the
    rewriting of a follow-up, the translation of what is quoted (``llm_translate``: on or off) and
    the check of an answer's sentences, for which ``llm_check`` names a model of the same server;
    ``unsupported`` says what becomes of a sentence that the book does not bear out. The
    server's address and key bear the names that its clients use, ``OPENAI_BASE_URL`` and
    ``OPENAI_API_KEY``, without ``RAG_``.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
        populate_by_name=True,
    )

    data: Path = ROOT / "data"
    corpus: Path = ROOT / "corpus"
    encoder: str = Field("bundled", min_length=1)
    reranker: str | None = Field(None, min_length=1)
    chroma_url: Annotated[str | None, AfterValidator(_url)] = None
    host: str = Field("127.0.0.1", min_length=1)
    port: int = Field(7860, ge=0, le=65535)
    password: str | None = Field(None, min_length=4)
    evidence: int = Field(8, ge=1, le=50)
    read_seconds: float = Field(120.0, ge=1, le=3600)
    read_memory: int = Field(4096, ge=512)
    llm: Annotated[str | None, AfterValidator(_model)] = None
    llm_seconds: float = Field(60.0, gt=0, le=600)
    llm_silence: float = Field(20.0, gt=0, le=600)
    llm_tokens: int = Field(800, ge=50, le=8000)
    llm_daily: int = Field(0, ge=0)
    llm_translate: Literal["on", "off"] = "on"
    llm_check: Annotated[str | None, AfterValidator(_model)] = None
    unsupported: Literal["remove", "mark"] = "remove"
    openai_base_url: Annotated[str | None, AfterValidator(_url)] = Field(
        None, validation_alias="OPENAI_BASE_URL"
    )
    openai_api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")


def load_settings(
    environment: Mapping[str, str] | None = None,
    env_file: Path | None = ROOT / ".env",
    *,
    changed: Mapping[str, str] | None = None,
) -> Settings:
    """Return the settings; raise SettingsError naming an unknown variable or bad value.

    ``environment`` is where unknown names are looked for (default: the process's own,
    which is what the values are read from in any case). What ``changed`` gives, by the
    names of variables, goes before both.
    """
    known = {
        f"{PREFIX}{name}".upper()
        for name, field in Settings.model_fields.items()
        if field.validation_alias is None
    }
    written = dotenv_values(env_file) if env_file else {}
    chosen = dict(changed or {})
    for name in (*(os.environ if environment is None else environment), *written, *chosen):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            close = get_close_matches(name.upper(), known, n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise SettingsError(f"The setting {name} is unknown{hint}")
    try:
        values = {name.upper().removeprefix(PREFIX).lower(): chosen[name] for name in chosen}
        return Settings.model_validate({**Settings(_env_file=env_file).model_dump(), **values})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).removeprefix(PREFIX.lower()).upper()
        name = f"{PREFIX}{name}" if f"{PREFIX}{name}" in known else name
        raise SettingsError(f"The setting {name} is bad: {first['msg']}") from None
