"""The front end served over HTTP in this process."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

from rag.web.application import application
from rag.web.serving import server_of
from tests.support.addressing import Address

if TYPE_CHECKING:
    from rag.application.shuzheng import Shuzheng
    from rag.settings import Settings
    from rag.web.gate import Application


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the seconds that have passed."""
        return self.now


async def _built(shuzheng: Shuzheng, settings: Settings, clock: Clock | None) -> Application:
    return application(shuzheng, settings, clock=clock or time.monotonic)


class WebServer(Address):
    """The product's own server on a free port of this machine, stopped at the end."""

    def __init__(self, shuzheng: Shuzheng, settings: Settings, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        # Gradio leaves a loop open where none runs while it builds.
        with ThreadPoolExecutor(max_workers=1) as pool:
            app = pool.submit(asyncio.run, _built(shuzheng, settings, clock)).result()
        self._listening = socket.create_server((settings.host, 0))
        super().__init__(int(self._listening.getsockname()[1]))
        self._server = server_of(app)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listening]}
        )

    def __enter__(self) -> Self:
        """Return the server, which answers from now on."""
        self._thread.start()
        until = time.monotonic() + 60
        while not self._server.started:
            assert self._thread.is_alive()
            assert time.monotonic() < until
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self._server.should_exit = True
        self._thread.join()
        self._listening.close()
