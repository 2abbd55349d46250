"""The page's named endpoints for programs, and their tools, through Gradio's own ``gr.api``."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.events import api

from rag.types.forms import one_line
from rag.web.gate import PROGRAM, network_of
from rag.web.programs.served.asking import Asking, said_of
from rag.web.programs.tools import Tool, tools

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rag.application import Shuzheng
    from rag.web.gate import Line

_NO_KEY = "Programs must say the server's key, as in the header Authorization: Bearer KEY."
_AS_TOOL = "tool_"
"""What the names of the endpoints behind tools begin with."""


class _ToldError(gr.Error):
    """One sentence for whoever called."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, print_exception=False)

    def __str__(self) -> str:
        return str(self.message)


def name_endpoints(shuzheng: Shuzheng, line: Line, *, mcp: bool) -> None:
    """Name the endpoints of the page that is being laid out, as the tools are called.

    To be called before anything else of the page has a name. With ``mcp`` each is a tool for
    models besides, which gives the same JSON as text.
    """
    asking = Asking(line)
    offered = tools(shuzheng)
    for tool in offered:
        _name(_endpoint(tool, asking, as_text=False), tool.name, tool)
    if mcp:
        for tool in offered:
            _name(_endpoint(tool, asking, as_text=True), f"{_AS_TOOL}{tool.name}", tool)


def _name(function: Callable[..., Awaitable[Any]], name: str, tool: Tool) -> None:
    # Whoever calls waits in our own line, and none of Gradio's threads with him; without its
    # queue, tools are called in this process and not over the network.
    api(
        function,
        api_name=name,
        api_description=tool.about,
        queue=False,
        concurrency_limit=None,
    )


def _endpoint(tool: Tool, asking: Asking, *, as_text: bool) -> Callable[..., Awaitable[Any]]:
    """Return a function that calls a tool in its turn, with the signature that Gradio reads."""
    signature = inspect.signature(tool.call, eval_str=True)

    async def called(*given: Any) -> Any:  # noqa: ANN401 - a tool takes and gives what it does
        request, *values = given
        # A tool is given Starlette's request, an endpoint one of Gradio's that holds it.
        scope = getattr(request, "request", request).scope
        if PROGRAM not in scope:
            raise _ToldError(_NO_KEY)
        try:
            told = await asking.told(network_of(scope), lambda: tool.call(*values))
        except Exception as error:  # noqa: BLE001 - one sentence, whatever it is
            raise _ToldError(said_of(error)) from None
        return one_line(told) if as_text else told

    own = inspect.Parameter(
        "request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=gr.Request
    )
    parameters = [own, *signature.parameters.values()]
    returns = str if as_text else signature.return_annotation
    called.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        parameters, return_annotation=returns
    )
    called.__annotations__ = {one.name: one.annotation for one in parameters}
    called.__doc__ = _described(tool)
    # Gradio calls a tool what its function is called, and offers as a tool what is not marked.
    called.__name__ = tool.name if as_text else f"{tool.name}_json"
    if not as_text:
        called._mcp_type = "endpoint"  # type: ignore[attr-defined]  # noqa: SLF001 - as Gradio has it
    return called


def _described(tool: Tool) -> str:
    """Return a docstring in which Gradio finds what the parameters are."""
    lines = [f"    {name}: {text}" for name, text in tool.parameters.items()]
    return "\n".join([tool.about, "", "Parameters:", *lines])
