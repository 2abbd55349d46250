"""A plain LangChain pipeline, in a process of its own: what is measured beside ours.

A splitter by length, sentence-transformers in PyTorch with the weights of the bundled encoder,
Chroma with its own settings, and the nearest chunks in place of an answer. It knows no page, reads
no file but text, and answers nothing.

    python -m tests.bench.peer MODEL work             a JSON value a line in, one out
    python -m tests.bench.peer MODEL ask FOLDER WORDS
    python -m tests.bench.peer MODEL serve FOLDER PORT
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from langchain_core.embeddings import Embeddings

from tests.bench.processes import end, environment
from tests.bench.results import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_chroma import Chroma

CHUNK, OVERLAP = 500, 50
"""Characters of a chunk, and how many it shares with the next: as tutorials have it."""
NEAREST = 5
AT_ONCE = 4
"""Questions that its page answers together, as many as ours."""
BATCH = 1000


class Torch(Embeddings):
    """sentence-transformers on the CPU, in batches of its own size."""

    def __init__(self, model: str) -> None:
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes long

        self._model = SentenceTransformer(model, device="cpu")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return the vectors of passages."""
        return self._encoded([f"passage: {text}" for text in texts])

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question."""
        return self._encoded([f"query: {text}"])[0]

    def _encoded(self, texts: list[str]) -> list[list[float]]:
        encoded = self._model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        vectors: list[list[float]] = np.asarray(encoded).tolist()
        return vectors


class Plain:
    """The pipeline; each function takes and gives what JSON takes, and seconds are its own."""

    def __init__(self, model: str) -> None:
        self._torch = Torch(model)

    def encode(self, texts: list[str]) -> float:
        """Return the seconds that passages take to become vectors."""
        started = time.perf_counter()
        self._torch.embed_documents(texts)
        return time.perf_counter() - started

    def index(self, text: str, folder: str) -> dict[str, float]:
        """Cut a text, encode it and keep it in a folder; return the seconds of each stage."""
        from langchain_text_splitters import RecursiveCharacterTextSplitter  # noqa: PLC0415

        self._torch.embed_query("？")
        self._store(folder)  # what is imported and opened once is not counted
        marks = [time.perf_counter()]
        splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP)
        chunks = splitter.split_text(text)
        marks.append(time.perf_counter())
        vectors = self._torch.embed_documents(chunks)
        marks.append(time.perf_counter())
        self._put(folder, chunks, vectors)
        marks.append(time.perf_counter())
        split, encode, write = np.diff(marks).tolist()
        return {"split": split, "encode": encode, "write": write, "chunks": len(chunks)}

    def fill(self, folder: str, texts: str, vectors: str) -> float:
        """Keep passages with given vectors in a folder; return the seconds that it took.

        ``texts`` and ``vectors`` are files, of JSON and of NumPy.
        """
        with open(texts, encoding="utf-8") as lines:  # noqa: PTH123 - a name out of JSON
            chunks = json.load(lines)
        given = np.load(vectors).tolist()
        started = time.perf_counter()
        self._put(folder, chunks, given)
        return time.perf_counter() - started

    def ask(self, folder: str, questions: list[str]) -> list[float]:
        """Return the seconds that each question takes to its nearest chunks."""
        store = self._store(folder)
        store.similarity_search("？", k=NEAREST)
        taken = []
        for question in questions:
            started = time.perf_counter()
            store.similarity_search(question, k=NEAREST)
            taken.append(time.perf_counter() - started)
        return taken

    def serve(self, folder: str, port: int) -> None:
        """Serve a page that shows the nearest chunks, as Gradio's tutorials have it."""
        import gradio as gr  # noqa: PLC0415 - takes long

        store = self._store(folder)

        def ask(question: str) -> str:
            found = store.similarity_search(question, k=NEAREST)
            return "\n\n".join(document.page_content for document in found)

        page = gr.Interface(ask, "textbox", "textbox", api_name="ask")
        page.queue(default_concurrency_limit=AT_ONCE)
        page.launch(server_name="127.0.0.1", server_port=port, quiet=True, ssr_mode=False)

    def _store(self, folder: str) -> Chroma:
        from langchain_chroma import Chroma  # noqa: PLC0415 - takes long

        return Chroma("plain", self._torch, persist_directory=folder)

    def _put(self, folder: str, chunks: Sequence[str], vectors: Sequence[Sequence[float]]) -> None:
        collection = self._store(folder)._collection
        for start in range(0, len(chunks), BATCH):
            part = slice(start, start + BATCH)
            ids = [str(start + number) for number in range(len(chunks[part]))]
            collection.add(ids=ids, documents=list(chunks[part]), embeddings=list(vectors[part]))


class Peer:
    """The pipeline as seen from here: a process that is asked a line at a time, and then ended."""

    def __init__(self, model: str) -> None:
        self.model = model
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Return the peer; its process starts with the first question."""
        return self

    def __exit__(self, *_: object) -> None:
        """End its process."""
        self.rest()

    def rest(self) -> None:
        """End its process, so that it takes nothing of the machine; it starts again when asked."""
        if self._process is not None:
            with self._process as process:
                end(process)
            self._process = None

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of the pipeline."""
        return [sys.executable, "-m", "tests.bench.peer", self.model, *arguments]

    def told(self, what: str, **given: Any) -> Any:
        """Return what a function of ``Plain`` gives; RuntimeError where it fails."""
        process = self._process = self._process or subprocess.Popen(
            self.command("work"),
            cwd=ROOT,
            env=environment({}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps({"what": what, **given}).encode() + b"\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline() or b'{"error": "The peer has ended."}')
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]


def work(plain: Plain) -> None:
    """Answer each line of standard input by a line of standard output."""
    out = sys.stdout
    sys.stdout = sys.stderr  # what libraries print is no answer
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = {"value": getattr(plain, asked.pop("what"))(**asked)}
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            answer = {"error": f"{type(error).__name__}: {error}"}
        out.write(json.dumps(answer) + "\n")
        out.flush()


def main() -> None:
    """Do what the command line says."""
    model, mode, *rest = sys.argv[1:]
    plain = Plain(model)
    if mode == "work":
        work(plain)
    elif mode == "ask":
        plain.ask(rest[0], rest[1:])
    else:
        plain.serve(rest[0], int(rest[1]))


if __name__ == "__main__":
    main()
