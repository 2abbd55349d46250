"""Programs: endpoints by name, tools, a chat like OpenAI's, and who is let in to them."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from openai import APIStatusError, AuthenticationError, BadRequestError, NotFoundError, OpenAI
from prometheus_client.parser import text_string_to_metric_families

from rag.settings import Settings
from rag.types.forms import AnswerForm, one_line
from rag.web.gate.crowding.guesses import GUESSES, WINDOW
from tests.support.website import Clock, WebServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rag.application.shuzheng import Shuzheng

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "盐引的有效期是多少天？"
ANSWER = "九十天"
NOWHERE = "火星有几颗卫星？"
KEY = "kettle-orbit-ninety-lantern"
PASSWORD = "neun Kähne, 盐引 & tea"  # noqa: S105 - of this test's server


@pytest.fixture(scope="module")
def clock() -> Clock:
    """Return the time of the servers."""
    return Clock()


@pytest.fixture(scope="module")
def open_here(small: Shuzheng, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """Return a server with neither key nor password, with tools."""
    folder = tmp_path_factory.mktemp("open")
    settings = Settings(data=folder, corpus=folder / "none", mcp=True)
    with WebServer(small, settings) as server:
        yield server


@pytest.fixture(scope="module")
def locked_all(
    small: Shuzheng, clock: Clock, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WebServer]:
    """Return a server with a key and a password."""
    folder = tmp_path_factory.mktemp("keyed")
    settings = Settings(
        data=folder,
        corpus=folder / "none",
        api_key=KEY,
        password=PASSWORD,
        mcp=True,
        metrics=True,
    )
    with WebServer(small, settings, clock) as server:
        yield server


@pytest.fixture(scope="module")
def calling(open_here: WebServer) -> Client:
    """Return Gradio's client of the server that is open here."""
    return client(open_here)


@pytest.fixture
def locked(locked_all: WebServer, clock: Clock) -> WebServer:
    """Return that server with no guess left that counts."""
    clock.now += WINDOW + 1
    return locked_all


def client(server: WebServer, key: str = "") -> Client:
    """Return Gradio's own client of a server."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    address = f"http://{server.own}"
    return Client(
        address, verbose=False, analytics_enabled=False, download_files=False, headers=headers
    )


def chat(server: WebServer, key: str = "none") -> OpenAI:
    """Return OpenAI's own client of a server."""
    return OpenAI(base_url=f"http://{server.own}/v1", api_key=key, max_retries=0)


@pytest.fixture
def salt(small: Shuzheng) -> Iterator[str]:
    """Return the name of a set of books, kept while a test runs."""
    small.shelves.put("盐政", [one.record.id for one in small.books()])
    yield "盐政"
    small.shelves.remove("盐政")


def timeless(value: dict[str, Any]) -> dict[str, Any]:
    """Return an answer's JSON without how long it took."""
    return {name: part for name, part in value.items() if name != "seconds"}


def test_an_endpoint_gives_what_the_command_line_gives(calling: Client, small: Shuzheng) -> None:
    """The JSON of the command line comes by name, to a client that keeps no cookie."""
    told = calling.predict(question=QUESTION, api_name="/ask")
    written = json.loads(one_line(AnswerForm.of(small.ask(QUESTION))))
    assert timeless(told) == timeless(written)
    [book] = calling.predict(api_name="/books")
    [page] = calling.predict(page=told["citations"][0]["pages"][0], api_name="/page")
    assert page["status"] == "exact"
    assert "".join(told["citations"][0]["quote"].split()) in "".join(page["text"].split())
    hits = calling.predict(words="盐引", limit=3, api_name="/find")["hits"]
    assert 0 < len(hits) <= 3
    assert calling.predict(kind="persons", api_name="/names")["names"]
    assert calling.predict(api_name="/chronology")["events"]
    summary = calling.predict(book=book["id"], chapter=1, language="en", api_name="/summary")
    assert [len(one["answers"]) for one in summary["chapters"]] == [1]
    paper = calling.predict([told], "md", api_name="/export")
    assert ANSWER in paper["text"]
    word = calling.predict([told], "docx", api_name="/export")
    assert base64.b64decode(word["base64"])[:2] == b"PK"


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("/ask", {"question": "？"}, "The question has no words"),
        ("/ask", {"question": QUESTION, "language": "de"}, "The language must be one of"),
        ("/ask", {"question": QUESTION, "style": "none"}, "none"),
        ("/find", {"words": "盐引", "limit": 1000}, "The limit must be a number"),
        ("/page", {"page": "1", "book": "no such"}, "The library holds no book"),
        ("/names", {"kind": "beasts"}, "The kind of names must be one of"),
        ("/export", {"answers": [], "format": "md"}, "There are no answers"),
        ("/export", {"answers": [7], "format": "exe"}, "The format must be one of"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    calling: Client, name: str, given: dict[str, Any], sentence: str
) -> None:
    """A wrong value is told in a sentence that says what is right."""
    with pytest.raises(AppError, match=sentence) as failed:
        calling.predict(api_name=name, **given)
    assert "Traceback" not in str(failed.value)


def test_what_is_named_is_all_that_can_be_called_by_name(open_here: WebServer) -> None:
    """The functions of the page itself have no name to programs, and are not listed."""
    listed = json.loads(open_here.ask("/gradio_api/info").text)
    named = {"/books", "/ask", "/find", "/page", "/summary", "/chronology", "/names", "/export"}
    told = set(listed["named_endpoints"])
    assert told == named | {name.replace("/", "/tool_") for name in named}
    for name in ("open", "redraw", "ask_1", "tool_ask", "predict"):
        got = open_here.ask(f"/gradio_api/call/{name}", method="POST", body=b'{"data": []}')
        assert got.status == 404


def in_english(server: WebServer, path: str, key: str) -> int:
    """Return the status that a path gives who says a key."""
    return server.ask(path, {"Authorization": f"Bearer {key}"}).status


def test_a_program_is_let_in_by_key_or_password(locked: WebServer) -> None:
    """Both open the ways of programs; nothing and something else open none."""
    for path in ("/v1/models", "/gradio_api/info"):
        got = locked.ask(path)
        assert got.status == 401
        assert json.loads(got.text)["error"]["code"] == "invalid_api_key"
        assert in_english(locked, path, KEY) == 200
        assert in_english(locked, path, PASSWORD.encode().decode("latin-1")) == 200
        assert in_english(locked, path, KEY[:-1]) == 401
    basic = base64.b64encode(f"anyone:{KEY}".encode()).decode()
    assert locked.ask("/v1/models", {"Authorization": f"Basic {basic}"}).status == 200
    assert client(locked, KEY).predict(question=QUESTION, api_name="/ask")["status"] == "answered"


@pytest.mark.parametrize("secret", [KEY, PASSWORD])
def test_a_key_opens_what_has_a_name_and_not_the_page(locked: WebServer, secret: str) -> None:
    """Who says a secret with a request calls nothing of the page itself, by whatever number."""
    said = secret.encode().decode("latin-1")
    heads = {"Authorization": f"Bearer {said}", "Content-Type": "application/json"}
    config = json.loads(locked.ask("/config", heads).text)
    own = [one["id"] for one in config["dependencies"] if one["api_visibility"] == "private"]
    assert own
    for number in own:
        body = json.dumps({"data": [], "fn_index": number, "session_hash": "x"}).encode()
        for path in ("/gradio_api/run/predict", "/gradio_api/queue/join"):
            assert locked.ask(path, heads, method="POST", body=body).status == 400


def test_a_key_is_not_guessed(locked: WebServer) -> None:
    """Wrong keys count as wrong passwords do, on every path, and the right one waits too."""
    for path in ("/v1/models", "/", "/gradio_api/info", "/config", "/metrics")[:GUESSES]:
        assert in_english(locked, path, "wrong") == 401
    assert in_english(locked, "/v1/models", KEY) == 429
    assert locked.guess(PASSWORD).status == 429


def test_without_a_key_other_machines_reach_nothing(open_here: WebServer) -> None:
    """Where there is no key the ways of programs are this machine's, asked by its own name."""
    for path in ("/v1/models", "/gradio_api/info", "/gradio_api/mcp/"):
        # The address that a connection came to is a name of this server, and not of this machine.
        heads = {"Host": open_here.own, "X-Forwarded-For": "192.0.2.7"}
        got = open_here.ask(path, heads)
        assert (got.status, json.loads(got.text)["error"]["code"]) == (403, "no_key_is_set")


def test_a_call_by_number_needs_the_key_too(locked: WebServer) -> None:
    """A reader who is in cannot do a program's work without its key."""
    cookie = locked.guess(PASSWORD).cookies[0].split(";")[0]
    heads = {"Cookie": cookie, "Content-Type": "application/json"}
    config = json.loads(locked.ask("/config", heads).text)
    [number] = [one["id"] for one in config["dependencies"] if one["api_name"] == "ask"]
    body = json.dumps({"data": [QUESTION, "", "", ""], "fn_index": number}).encode()
    got = locked.ask("/gradio_api/run/predict", heads, method="POST", body=body)
    assert got.status == 500
    assert "key" in json.loads(got.text)["error"]
    assert ANSWER not in got.text


def test_a_chat_client_is_answered_with_sources(
    open_here: WebServer, small: Shuzheng, salt: str
) -> None:
    """The content is the answer with numbered sources, how sure their pages are, and its JSON."""
    asking = chat(open_here)
    names = [model.id for model in asking.models.list()]
    assert names == ["shuzheng", *(one.record.id for one in small.books()), salt]
    assert asking.models.retrieve(names[1]).id == names[1]
    for model in names:
        told = asking.chat.completions.create(
            model=model,
            messages=[{"role": "system", "content": "x"}, {"role": "user", "content": QUESTION}],
            temperature=0.7,
            extra_body={"something": "unknown"},
        )
        content = str(told.choices[0].message.content)
        answer = AnswerForm.read((told.model_extra or {})["shuzheng"])
        assert ANSWER in content
        assert answer.citations[0].chapter is not None
        below = content.partition("\n---\n")[2]
        assert "[1]" in below
        assert answer.citations[0].chapter in below
        assert f"第{answer.citations[0].pages[0]}页（页码确切）" in below


def test_a_stream_says_the_same_in_pieces(open_here: WebServer) -> None:
    """Pieces put together are the whole answer; the last one has its JSON."""
    asking = chat(open_here)
    asked: dict[str, Any] = {
        "model": "shuzheng",
        "messages": [{"role": "user", "content": [{"type": "text", "text": QUESTION}]}],
    }
    pieces = list(asking.chat.completions.create(**asked, stream=True))
    whole = asking.chat.completions.create(**asked).choices[0].message.content
    assert "".join(str(one.choices[0].delta.content or "") for one in pieces) == whole
    assert pieces[-1].choices[0].finish_reason == "stop"
    assert (pieces[-1].model_extra or {})["shuzheng"]["status"] == "answered"


def test_earlier_messages_are_the_conversation(open_here: WebServer) -> None:
    """A follow-up is understood by the questions before it, and nothing is kept for another."""
    before = [
        {"role": "user", "content": QUESTION},
        {"role": "assistant", "content": "whatever a client says was answered"},
    ]
    follow = {"role": "user", "content": "那是在哪一页？"}
    create: Any = chat(open_here).chat.completions.create
    known = create(model="shuzheng", messages=[*before, follow]).model_extra["shuzheng"]
    alone = create(model="shuzheng", messages=[follow]).model_extra["shuzheng"]
    assert ANSWER in one_line(known["citations"])
    assert ANSWER not in one_line(alone)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (NOWHERE, "书中没有找到"),
        ("Who invented the telephone?", "The book does not say"),
        ("Кто изобрёл телефон?", "В книге"),
    ],
)
def test_what_is_not_found_is_said_in_the_askers_language(
    open_here: WebServer, question: str, said: str
) -> None:
    """That the book does not say is an answer, in the language of the question."""
    create: Any = chat(open_here).chat.completions.create
    told = create(model="shuzheng", messages=[{"role": "user", "content": question}])
    assert told.model_extra["shuzheng"]["status"] == "not_found"
    assert said in told.choices[0].message.content


@pytest.mark.parametrize(
    ("given", "kind", "parameter"),
    [
        ({"model": "gpt-9"}, NotFoundError, "model"),
        ({"messages": []}, BadRequestError, "messages"),
        ({"messages": [{"role": "user", "content": "？"}]}, BadRequestError, "messages"),
        ({"messages": [{"role": "nobody", "content": "x"}]}, BadRequestError, "messages[0]"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
         BadRequestError, "messages[0]"),
        ({"n": 3}, BadRequestError, "n"),
    ],
)  # fmt: skip
def test_a_wrong_request_is_told_as_openai_tells_it(
    open_here: WebServer, given: dict[str, Any], kind: type[APIStatusError], parameter: str
) -> None:
    """The real client raises its own error, which names the parameter."""
    good = {"model": "shuzheng", "messages": [{"role": "user", "content": QUESTION}]}
    create: Any = chat(open_here).chat.completions.create
    with pytest.raises(kind) as failed:
        create(**{**good, **given})
    error: Any = failed.value
    assert error.param == parameter
    assert error.body["message"]


def test_a_chat_client_says_its_key(locked: WebServer) -> None:
    """Without the key OpenAI's client is refused as by OpenAI; with it, it is answered."""
    create: Any = chat(locked).chat.completions.create
    asked = {"model": "shuzheng", "messages": [{"role": "user", "content": QUESTION}]}
    with pytest.raises(AuthenticationError):
        create(**asked)
    told = chat(locked, KEY).chat.completions.create(**asked)  # type: ignore[call-overload]
    assert ANSWER in told.choices[0].message.content


def test_figures_tell_how_the_server_does(locked: WebServer) -> None:
    """Prometheus reads them with the key alone; they hold counts and times, and no words."""
    assert locked.ask("/metrics").status == 401
    heads = {"Authorization": f"Bearer {KEY}"}

    def figures() -> dict[str, float]:
        families = text_string_to_metric_families(locked.ask("/metrics", heads).text)
        return {
            " ".join((one.name, *sorted(one.labels.values()))): one.value
            for family in families
            for one in family.samples
        }

    before = figures()
    chat(locked, KEY).chat.completions.create(
        model="shuzheng", messages=[{"role": "user", "content": QUESTION}]
    )
    after = figures()
    grown = {name for name, value in after.items() if value > before.get(name, 0)}
    assert {
        "shuzheng_answers_total answered zh",
        "shuzheng_seconds_count answer",
        "shuzheng_seconds_count retrieve",
        "shuzheng_seconds_count total",
        "shuzheng_sentences_total supported",
    } <= grown
    assert (after["shuzheng_books"], after["shuzheng_waiting"]) == (1, 0)
    assert after["process_resident_memory_bytes"] > 0
    assert "盐" not in locked.ask("/metrics", heads).text


def test_figures_are_not_there_unless_they_are_wanted(open_here: WebServer) -> None:
    """Without RAG_METRICS there is no such path."""
    assert open_here.ask("/metrics").status == 404


async def _uses(session: ClientSession) -> None:
    """Use the tools as a program of a model does."""
    await session.initialize()
    listed = await session.list_tools()
    tools = {tool.name: tool for tool in listed.tools}
    assert set(tools) == {
        "books", "ask", "find", "page", "summary", "chronology", "names", "export",
    }  # fmt: skip
    assert "only 'exact'" in str(tools["ask"].description)
    assert tools["ask"].inputSchema["required"] == ["question"]
    assert tools["ask"].inputSchema["properties"]["question"]["description"]
    asked = await session.call_tool("ask", {"question": QUESTION})
    answer = AnswerForm.read(json.loads(asked.content[0].text))  # type: ignore[union-attr]
    cited = answer.citations[0]
    assert (answer.status, str(cited.page_status)) == ("answered", "exact")
    assert cited.chapter
    assert ANSWER in cited.quote
    given = await session.call_tool("page", {"page": cited.pages[0]})
    [page] = json.loads(given.content[0].text)  # type: ignore[union-attr]
    assert "".join(cited.quote.split()) in "".join(page["text"].split())
    wrong = await session.call_tool("page", {"page": "1", "book": "no such"})
    assert wrong.isError
    assert wrong.content[0].text.startswith("The library holds no book")  # type: ignore[union-attr]


def test_tools_are_used_over_http(locked: WebServer) -> None:
    """A client of the Model Context Protocol lists and calls the tools with the key."""

    async def use() -> None:
        async with create_mcp_http_client({"Authorization": f"Bearer {KEY}"}) as http:
            address = f"http://{locked.own}/gradio_api/mcp/"
            async with (
                streamable_http_client(address, http_client=http) as (heard, said, _),
                ClientSession(heard, said) as session,
            ):
                await _uses(session)

    # A browser that other tests have open has a loop of its own in this thread.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, use()).result()


@pytest.mark.slow
def test_tools_are_used_over_standard_input(small: Shuzheng) -> None:
    """``rag mcp`` says nothing but the protocol, and ends with its input."""

    async def use() -> None:
        server = StdioServerParameters(
            command=sys.executable,
            args=["-m", "rag", "mcp"],
            cwd=ROOT,
            env={"RAG_DATA": str(small.settings.data), "RAG_CORPUS": str(small.settings.corpus)},
        )
        async with stdio_client(server) as (heard, said), ClientSession(heard, said) as session:
            await _uses(session)

    # A browser that other tests have open has a loop of its own in this thread.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, use()).result()
