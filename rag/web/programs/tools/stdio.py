"""The tools over standard input and output, by the Model Context Protocol."""

from __future__ import annotations

import inspect
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field, create_model

from rag.types import RagError, SettingsError
from rag.types.forms import one_line
from rag.web.programs.tools.failing import sentence_of
from rag.web.programs.tools.table import tools

if TYPE_CHECKING:
    from typing import TextIO

    from rag.application import Shuzheng
    from rag.web.programs.tools.table import Tool

_INSTRUCTIONS = (
    "Answers from scholarly books, each sentence with the printed page that it rests on. Cite what "
    "you take from here with book, chapter, section and page; where the status of a page is not "
    "'exact', say so; where the books do not say, say that they do not."
)


def serve_tools(shuzheng: Shuzheng, out: TextIO) -> None:
    """Serve the tools to whoever speaks on standard input, until it ends.

    Nothing but the protocol is written to ``out``. SettingsError where its package is not there.
    """
    try:
        import anyio  # noqa: PLC0415 - for this alone, as all below
        from mcp.server.lowlevel import Server  # noqa: PLC0415
        from mcp.server.stdio import stdio_server  # noqa: PLC0415
        from mcp.types import TextContent  # noqa: PLC0415
        from mcp.types import Tool as Listed  # noqa: PLC0415
    except ImportError:
        raise SettingsError(
            "This needs a package that is not installed: make EXTRAS=mcp install"
        ) from None
    offered = {tool.name: tool for tool in tools(shuzheng)}
    server: Server[object, object] = Server("Shuzheng", instructions=_INSTRUCTIONS)

    @server.list_tools()  # type: ignore[no-untyped-call, untyped-decorator]
    async def listed() -> list[Listed]:
        return [
            Listed(name=one.name, description=one.about, inputSchema=_schema(one))
            for one in offered.values()
        ]

    @server.call_tool()  # type: ignore[untyped-decorator]
    async def called(name: str, arguments: dict[str, Any]) -> list[TextContent]:
        told = await anyio.to_thread.run_sync(partial(_called, offered.get(name), arguments))
        return [TextContent(type="text", text=told)]

    async def serve() -> None:
        async with stdio_server(stdout=anyio.wrap_file(out)) as (heard, said):
            await server.run(heard, said, server.create_initialization_options())

    anyio.run(serve)


def _called(tool: Tool | None, arguments: dict[str, Any]) -> str:
    """Return what a tool gives, as JSON; RagError with one sentence where it gives nothing."""
    if tool is None:
        raise RagError("There is no tool of this name.")
    known = {name: value for name, value in arguments.items() if name in tool.parameters}
    try:
        return one_line(tool.call(**known))
    except Exception as error:  # noqa: BLE001 - one sentence, whatever it is
        raise RagError(sentence_of(error)) from None


def _schema(tool: Tool) -> dict[str, Any]:
    """Return the JSON schema of what a tool takes."""
    fields: dict[str, Any] = {
        name: (
            one.annotation,
            Field(
                ... if one.default is inspect.Parameter.empty else one.default,
                description=tool.parameters[name],
            ),
        )
        for name, one in inspect.signature(tool.call, eval_str=True).parameters.items()
    }
    model: type[BaseModel] = create_model(tool.name, **fields)
    return model.model_json_schema()
