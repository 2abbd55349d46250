"""``rag readers``: accounts of readers, made by whoever runs the server."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

from rag.cli.printing import columns, padded, plain_line
from rag.library import Role, invitation
from rag.types import AccountError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence
    from pathlib import Path
    from typing import TextIO

    from rag.application import Shuzheng
    from rag.library import Reader
    from rag.settings import Settings


def run_readers(arguments: Namespace, shuzheng: Shuzheng, out: TextIO) -> None:
    """Do what the arguments ask for, and write what came of it. Raises RagError."""
    readers = shuzheng.readers
    names = [*arguments.names, *(_names(arguments.source) if arguments.source else ())]
    if arguments.action == "list":
        listed = readers.all()
        if arguments.json:
            _write(out, json.dumps([_form(one) for one in listed], ensure_ascii=False))
        else:
            _write(out, _table(listed))
        return
    if arguments.action == "remove":
        for name in names:
            readers.remove(name)
            _write(out, f"Removed {plain_line(name)}, with the conversations and notes kept of him")
        if not readers.exist():
            _write(
                out, "Nobody has an account now: the chat opens to all who could reach it before"
            )
        return
    if arguments.action == "add":
        known = {one.name for one in readers.all()}
        added = readers.add(names, Role.TEACHER if arguments.teacher else Role.READER)
        invited = [one.name for one in added]
        if not added:
            _write(
                out, "All of them are there already; a new link comes of: rag readers invite NAME"
            )
        elif not known:
            _write(out, "From now on the chat asks for name and password, at once")
    else:
        invited = names
    base = (arguments.address or _address(shuzheng.settings)).rstrip("/")
    links = [(name, f"{base}/{invitation(name, readers.invite(name))}") for name in invited]
    if arguments.json:
        _write(
            out, json.dumps([{"name": n, "link": link} for n, link in links], ensure_ascii=False)
        )
        return
    for name, link in links:
        _write(out, f"{plain_line(name)}  {link}")
    if links:
        _write(out, "A link is good once, for fourteen days; whoever opens it chooses the password")


def _names(path: Path) -> list[str]:
    """Return the names of a text or a table: what stands first in each row.

    Tables that were written in China may be in GB 18030. Raises AccountError.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise AccountError(f"The names in {path} cannot be read: {error.strerror}.") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        dialect = csv.excel_tab if "\t" in text else csv.excel
        rows = csv.reader(text.splitlines(), dialect)
        return [row[0] for row in rows if row and row[0].strip()]
    raise AccountError(f"The names in {path} are not text in UTF-8 or GB 18030.")


def _address(settings: Settings) -> str:
    """Return where the server of these settings is found from this machine."""
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - read
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def _state(reader: Reader) -> str:
    if reader.chosen:
        return "has a password"
    return f"invited until {reader.invited[:10]}" if reader.invited else "not invited yet"


def _table(readers: Sequence[Reader]) -> str:
    if not readers:
        return "Nobody has an account: all who reach the chat read alike (rag readers add NAME)"
    names = [plain_line(one.name) for one in readers]
    width = max(map(columns, names))
    return "\n".join(
        f"{one.number:>3}  {padded(name, width)}  {one.role:<7}  {_state(one)}"
        for one, name in zip(readers, names, strict=True)
    )


def _form(reader: Reader) -> dict[str, object]:
    return {
        "number": reader.number,
        "name": reader.name,
        "role": str(reader.role),
        "password": reader.chosen,
        "invited_until": reader.invited,
        "agreed": reader.agreed,
        "created": reader.created,
    }


def _write(out: TextIO, text: str) -> None:
    out.write(text + "\n")
    out.flush()
