"""Settings: the only reader of the environment."""

from __future__ import annotations

import os
import re
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from rag.types import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "RAG_"
ROOT = Path(__file__).resolve().parent.parent

PASSWORD_LENGTH = 10
"""Characters that a password has at least."""

PASSWORD_GUESSES = 100_000_000
"""Guesses that must not find it: at ten a second, the most that are taken, four months."""

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9_-])?")


def _url(value: str | None) -> str | None:
    if value and not value.startswith(("http://", "https://")):
        message = "must begin with http:// or https://"
        raise ValueError(message)
    return value


def _encoder(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme in {"http", "https"}:
        if "@" in parts.netloc or parts.query:
            message = "must be an address without a key in it; a key stands in RAG_ENCODER_KEY"
            raise ValueError(message)
        if not parts.netloc or not parts.fragment.strip():
            message = (
                "must end with # and the name of a model, as in http://127.0.0.1:8080/v1#bge-m3"
            )
            raise ValueError(message)
    return value


def _database(value: SecretStr | None) -> SecretStr | None:
    if value and not value.get_secret_value().startswith(("postgresql://", "postgres://")):
        message = "must begin with postgresql://"
        raise ValueError(message)
    return value


def _model(value: str | None) -> str | None:
    provider, _, name = (value or "").partition(":")
    if value and (provider != "openai" or not name.strip() or any(map(str.isspace, value))):
        message = "must be openai: and the name of a model, as in openai:gpt-4o-mini"
        raise ValueError(message)
    return value


def _hosts(value: object) -> object:
    """Return host names between commas as a tuple, as a browser would send them."""
    return tuple(map(_host, value.split(","))) if isinstance(value, str) else value


def _host(value: str) -> str:
    name = value.strip().rstrip(".").removeprefix("[").removesuffix("]").lower()
    try:
        return str(ip_address(name))
    except ValueError:
        pass
    try:
        name = name.encode("idna").decode()
    except UnicodeError:
        name = ""
    if not _HOST.fullmatch(name):
        message = (
            "must be host names with commas between them, without http:// and without ports, "
            "as in books.school.example, library.local"
        )
        raise ValueError(message)
    return name


PASSWORD_FAULTS = {
    "short": f"must have at least {PASSWORD_LENGTH} characters",
    "easy": (
        "is too easy to guess; take four words that do not belong together, "
        "or letters and digits at random"
    ),
}
"""What is said of a password that is not taken."""


def password_fault(given: str, *known: str) -> str | None:
    """Return a key of ``PASSWORD_FAULTS``; None for a password that takes guesses enough.

    ``known`` are words that whoever guesses would try first, as the reader's name.
    """
    if len(given) < PASSWORD_LENGTH:
        return "short"
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its lists are read only where one is set

    words = ["shuzheng", "书证", *known, *(word for one in known for word in one.split())]
    taken = zxcvbn(given[:72], user_inputs=words)["guesses"]
    return "easy" if taken < PASSWORD_GUESSES else None


def _password(value: SecretStr | None) -> SecretStr | None:
    """Return a password that takes at least ``PASSWORD_GUESSES`` guesses."""
    fault = password_fault(value.get_secret_value()) if value else None
    if fault:
        raise ValueError(PASSWORD_FAULTS[fault])
    return value


class Settings(BaseSettings):
    """What the environment (``RAG_…``) and the file ``.env`` say; frozen.

    ``data`` holds the library, the vector store and the models; ``corpus`` the bundled
    books; ``encoder`` is ``bundled``, any sentence-transformers name or folder, or the address of
    a server of OpenAI's protocol with # and the name of a model of it, which is given
    ``encoder_key`` as its key, with ``encoder_query`` before each question and
    ``encoder_passage`` before each passage;
    ``reranker`` any of a CrossEncoder, which reads the first passages found once more;
    ``judge`` any entailment model, which reads a language model's sentences with what they cite;
    ``reader`` looks what of that which was found answers: bundled, off, or a CrossEncoder or
    extractive question-answering model by name or folder; ``chroma_url`` a Chroma server in
    place of the embedded one; ``library_url`` a PostgreSQL database in place of the library's
    file; ``evidence`` the number of passages that a question brings to the answer;
    ``read_seconds`` is how long a file may be read without progress, ``read_memory`` the MiB of
    memory it may take.

    The chat listens on ``host`` and ``port``, and answers to the names in ``allowed_hosts``
    besides that host, the loopback's names and the address that a connection came to;
    ``password`` is asked of its readers, as long as they have no accounts of their own;
    ``questions_per_hour`` is how many one reader may ask in an hour (0: no limit). ``api_key`` is
    asked of programs, or that password as long as readers have no accounts; ``mcp`` offers
    its tools by the Model Context Protocol besides. ``metrics`` counts what is answered, for
    Prometheus; ``otlp`` is a collector that spans are sent to.
    ``library_room`` says what they do in the room of the
    library: nothing (off), see it (read), change it (keep), and add files of the server by their
    paths as well (paths); none: keep where only this machine reaches the chat without a
    password, else read. ``upload_mb`` are the megabytes that a file may have which they bring.

    ``llm`` is a language model, ``openai:MODEL``, behind any server that speaks OpenAI's
    protocol; ``llm_seconds`` is the most that a whole answer may take, ``llm_silence`` the
    wait for its first word or for the next; ``llm_tokens`` the longest answer;
    ``llm_daily`` the most calls a day (0: no limit), every one counted: for an answer, the
    rewriting of a follow-up, the translation of what is quoted (``llm_translate``: on or off) and
    the check of an answer's sentences, for which ``llm_check`` names a model of the same server;
    ``unsupported`` says what becomes of a sentence that the book does not bear out. ``log`` says
    whether the chat logs a line a question, and whether with the question's words. The
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
    encoder: Annotated[str, AfterValidator(_encoder)] = Field("bundled", min_length=1)
    encoder_key: SecretStr | None = None
    encoder_query: str = ""
    encoder_passage: str = ""
    reranker: str | None = Field(None, min_length=1)
    judge: str | None = Field(None, min_length=1)
    reader: str = Field("bundled", min_length=1)
    chroma_url: Annotated[str | None, AfterValidator(_url)] = None
    library_url: Annotated[SecretStr | None, AfterValidator(_database)] = None
    host: str = Field("127.0.0.1", min_length=1)
    port: int = Field(7860, ge=0, le=65535)
    allowed_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_hosts)] = ()
    password: Annotated[SecretStr | None, AfterValidator(_password)] = None
    questions_per_hour: int = Field(0, ge=0, le=10_000)
    api_key: Annotated[SecretStr | None, AfterValidator(_password)] = None
    mcp: bool = False
    metrics: bool = False
    otlp: Annotated[str | None, AfterValidator(_url)] = None
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
    log: Literal["off", "requests", "questions"] = "off"
    library_room: Literal["off", "read", "keep", "paths"] | None = None
    upload_mb: int = Field(200, ge=1, le=4000)
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
