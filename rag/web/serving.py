"""The web application: built, guarded and served until it is told to stop."""

from __future__ import annotations

import ctypes
import logging
import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from rag.application import REQUESTS, Shuzheng
from rag.settings import Settings, load_settings
from rag.types import RagError, SettingsError

if TYPE_CHECKING:
    import uvicorn

    from rag.web.gate import Application

DESCRIPTORS = 16_384
"""Files and connections that a server may have open, where the system allows as many."""
_ARENA_MAX = -8
"""The number by which glibc's ``mallopt`` knows the most heaps there may be (``malloc.h``)."""


def serve(settings: Settings) -> None:
    """Serve the front end on the settings' host and port until the process is told to stop.

    Raises SettingsError where the port is taken or the host is not this machine's, and
    whatever RagError comes of opening the library.
    """
    with Shuzheng(settings, probe=True) as shuzheng, _listen(settings) as listening:
        # Both take seconds and wait for each other in nothing. The library is opened here,
        # in the main thread, where a first start, which is long, can be interrupted.
        with ThreadPoolExecutor(max_workers=1) as pool:
            building = pool.submit(_build, shuzheng, settings)
            shuzheng.warm()
            app = building.result()
        _give_back_memory()
        host, port = listening.getsockname()[:2]
        sys.stdout.write(f"Shuzheng is open at {_addresses(host, port)} (Ctrl-C closes it)\n")
        sys.stdout.flush()
        server_of(app).run(sockets=[listening])


def server_of(app: Application) -> uvicorn.Server:
    """Return what serves an application; a proxy on this machine is believed about its reader."""
    import uvicorn  # noqa: PLC0415 - only where something is served

    from rag.web.gate import heedful  # noqa: PLC0415 - for the same reason

    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=heedful(),
            log_level="warning",
            timeout_graceful_shutdown=3,
            lifespan="on",
        )
    )


def _build(shuzheng: Shuzheng, settings: Settings) -> Application:
    """Return the application; importing Gradio, which takes seconds, is part of it."""
    from rag.web.application import application  # noqa: PLC0415 - for the same reason

    return application(shuzheng, settings)


def _addresses(host: str, port: int) -> str:
    """Return where a reader finds what listens on a host; of a wildcard, what stands for it."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - read, not bound
        return f"http://127.0.0.1:{port}/, and at the other addresses of this machine"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _take_descriptors() -> None:
    """Let this process have as many open connections as the system lets it ask for."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 -- not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _keep_few_heaps() -> None:
    """Have the threads of this process share two heaps, where its C library is one that splits.

    Each would else have one of its own, and leave in it what it once needed.
    """
    _tell_allocator("mallopt", _ARENA_MAX, 2)


def _give_back_memory() -> None:
    """Give the system what loading needed and serving does not, where the C library can."""
    _tell_allocator("malloc_trim", 0)


def _tell_allocator(name: str, *numbers: int) -> None:
    """Call a function of glibc's allocator; do nothing where there is none of that name."""
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):
            getattr(ctypes.CDLL(None), name)(*numbers)


def main() -> int:
    """Return the exit status of serving with the environment's settings."""
    _keep_few_heaps()
    _take_descriptors()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # A line a question, where they are asked for, is no warning and has no words of ours around it.
    lines = logging.StreamHandler()
    lines.setFormatter(logging.Formatter("%(message)s"))
    requests = logging.getLogger(REQUESTS)
    requests.addHandler(lines)
    requests.setLevel(logging.INFO)
    requests.propagate = False
    # Uvicorn lets go of a signal once it has shut down; the library is to be closed then.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        serve(load_settings())
    except RagError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def _listen(settings: Settings) -> socket.socket:
    """Return a socket bound to the settings' host and port, so that a taken port is known first."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM
        )[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SettingsError(
            f"The host {settings.host} is not known: {error}; set RAG_HOST"
        ) from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(512)  # who comes before the library is open waits rather than fails
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"Port {settings.port} on {settings.host} cannot be used ({error.strerror}); "
            "close what uses it, or set RAG_PORT to another"
        ) from None
    return listening
