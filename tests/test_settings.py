"""The settings: what is accepted, what is refused, and in which words."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from rag.settings import ROOT, load_settings
from rag.types import SettingsError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith(("RAG_", "OPENAI_")):
            monkeypatch.delenv(name)


def written(folder: Path, text: str) -> Path:
    """Return an .env file of this text."""
    path = folder / ".env"
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_needs_to_be_set() -> None:
    """Without any setting there are the bundled encoder, corpus and a local address."""
    settings = load_settings(env_file=None)
    assert settings.encoder == "bundled"
    assert settings.data == ROOT / "data"
    assert settings.corpus == ROOT / "corpus"
    assert (settings.host, settings.port) == ("127.0.0.1", 7860)
    assert settings.password is None


def test_the_reader_is_on_unless_it_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is the bundled one, none, or one that is named."""
    assert load_settings(env_file=None).reader == "bundled"
    monkeypatch.setenv("RAG_READER", "off")
    assert load_settings(env_file=None).reader == "off"
    monkeypatch.setenv("RAG_READER", "some/model")
    assert load_settings(env_file=None).reader == "some/model"


def test_a_language_model_translates_and_is_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Quotations are translated unless that is off; no model checks that is not named."""
    settings = load_settings(env_file=None)
    assert (settings.llm_translate, settings.llm_check) == ("on", None)
    monkeypatch.setenv("RAG_LLM_TRANSLATE", "off")
    monkeypatch.setenv("RAG_LLM_CHECK", "openai:judge")
    settings = load_settings(env_file=None)
    assert (settings.llm_translate, settings.llm_check) == ("off", "openai:judge")


def test_the_environment_sets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A variable that begins with RAG_ sets what it names."""
    monkeypatch.setenv("RAG_DATA", str(tmp_path))
    monkeypatch.setenv("RAG_PORT", "8080")
    settings = load_settings(env_file=None)
    assert (settings.data, settings.port) == (tmp_path, 8080)


def test_a_file_sets_and_the_environment_goes_before_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A line of .env sets too; where both speak, the environment is heard."""
    path = written(tmp_path, "RAG_PORT=1000\nRAG_EVIDENCE=3\nOTHER=1\n")
    monkeypatch.setenv("RAG_PORT", "2000")
    settings = load_settings(env_file=path)
    assert (settings.port, settings.evidence) == (2000, 3)


def test_a_language_model_has_the_names_that_its_clients_use(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The server's address and key may stand in .env, and the key is shown nowhere."""
    path = written(
        tmp_path,
        "RAG_LLM=openai:any/model\nOPENAI_BASE_URL=http://localhost:1/v1\nOPENAI_API_KEY=secret\n",
    )
    settings = load_settings(env_file=path)
    assert (settings.llm, settings.openai_base_url) == ("openai:any/model", "http://localhost:1/v1")
    assert settings.openai_api_key is not None
    assert settings.openai_api_key.get_secret_value() == "secret"
    assert "secret" not in repr(settings)
    assert "OPENAI_API_KEY" not in os.environ
    monkeypatch.setenv("RAG_OPENAI_API_KEY", "secret")
    with pytest.raises(SettingsError, match="RAG_OPENAI_API_KEY is unknown"):
        load_settings(env_file=path)


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty value leaves the default."""
    monkeypatch.setenv("RAG_ENCODER", "")
    assert load_settings(env_file=None).encoder == "bundled"


def test_settings_are_frozen() -> None:
    """Nobody changes a setting after it was read."""
    settings = load_settings(env_file=None)
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1  # type: ignore[misc]  # that it is refused is the fact


@pytest.mark.parametrize("name", ["RAG_PROT", "rag_prot"])
def test_an_unknown_variable_is_named_with_the_likely_one(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A slip of the pen is an error that names it and what was meant."""
    monkeypatch.setenv(name, "1")
    with pytest.raises(SettingsError, match=rf"{name} is unknown; did you mean RAG_PORT\?"):
        load_settings(env_file=None)


def test_an_unknown_line_of_the_file_is_named(tmp_path: Path) -> None:
    """A wrong line of .env is an error as well."""
    with pytest.raises(SettingsError, match=r"RAG_ZZZZZZZZ is unknown$"):
        load_settings(env_file=written(tmp_path, "RAG_ZZZZZZZZ=1\n"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RAG_PORT", "eighty"),
        ("RAG_PORT", "70000"),
        ("RAG_EVIDENCE", "0"),
        ("RAG_ALLOWED_HOSTS", "http://books.school.example"),
        ("RAG_ALLOWED_HOSTS", "books.school.example:8080"),
        ("RAG_ALLOWED_HOSTS", "books.school.example,,"),
        ("RAG_ALLOWED_HOSTS", "*"),
        ("RAG_ALLOWED_HOSTS", "*.school.example"),
        ("RAG_CHROMA_URL", "ftp://example.org"),
        ("RAG_LLM", "gpt"),
        ("RAG_LLM", "openai:"),
        ("RAG_LLM", "other:model"),
        ("RAG_LLM_SECONDS", "0"),
        ("RAG_LLM_SILENCE", "601"),
        ("RAG_LLM_TOKENS", "1"),
        ("RAG_LLM_DAILY", "-1"),
        ("RAG_LLM_TRANSLATE", "yes"),
        ("RAG_LLM_CHECK", "judge"),
        ("RAG_LLM_CHECK", "openai: "),
        ("RAG_UNSUPPORTED", "keep"),
        ("OPENAI_BASE_URL", "localhost:8080"),
    ],
)
def test_a_bad_value_is_an_error_that_names_the_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """A value out of bounds is refused under the name that the user wrote."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^The setting {name} is bad: "):
        load_settings(env_file=None)


def test_hosts_are_names_between_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names and addresses are read in any case, and in the form that a browser sends."""
    monkeypatch.setenv("RAG_ALLOWED_HOSTS", "Books.School.example., 书.example,[2001:DB8::1]")
    hosts = ("books.school.example", "xn--1jq.example", "2001:db8::1")
    assert load_settings(env_file=None).allowed_hosts == hosts


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("2580", "at least 10 characters"),
        ("x7Qm-p2Lr", "at least 10 characters"),
        ("password12", "too easy to guess"),
        ("1234567890", "too easy to guess"),
        ("qwertyuiop12", "too easy to guess"),
        ("P@ssw0rd2026", "too easy to guess"),
        ("shuzheng2026", "too easy to guess"),
        ("书证书证书证书证书证", "too easy to guess"),
        ("a" * 5000, "too easy to guess"),
    ],
)
def test_a_password_that_is_soon_guessed_is_refused(
    monkeypatch: pytest.MonkeyPatch, password: str, why: str
) -> None:
    """A short, common or regular password is refused in a sentence that does not repeat it."""
    monkeypatch.setenv("RAG_PASSWORD", password)
    with pytest.raises(SettingsError, match=f"^The setting RAG_PASSWORD is bad: .*{why}") as error:
        load_settings(env_file=None)
    assert password not in str(error.value)


@pytest.mark.parametrize(
    "password", ["nine boats with salt", "Kx7-mP2q-Rt9", "井盐渡船九十天与纸灯笼"]
)
def test_a_good_password_is_taken_and_shown_nowhere(
    monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    """Words that do not belong together, or what is random, will do."""
    monkeypatch.setenv("RAG_PASSWORD", password)
    settings = load_settings(env_file=None)
    assert settings.password is not None
    assert settings.password.get_secret_value() == password
    assert password not in repr(settings)


def test_what_is_changed_goes_before_everything() -> None:
    """A changed value goes before the environment, and is checked like any other."""
    assert load_settings({}, None, changed={"RAG_EVIDENCE": "12"}).evidence == 12
    with pytest.raises(SettingsError, match="RAG_EVIDENCE is bad"):
        load_settings({}, None, changed={"RAG_EVIDENCE": "many"})
    with pytest.raises(SettingsError, match="RAG_EVIDENC is unknown; did you mean RAG_EVIDENCE"):
        load_settings({}, None, changed={"RAG_EVIDENC": "12"})
