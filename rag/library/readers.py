"""What a store of readers' accounts does for those who use it, whatever it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable


class Role(StrEnum):
    """What a reader may do besides reading and asking."""

    TEACHER = "teacher"
    READER = "reader"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who comes in by a name of his own.

    ``number`` is his in the order of their being added, and stays his alone; ``owner`` is what
    his conversations and notes are kept under, which no browser can send and no later reader of
    the same name has. ``seal`` changes with his password, and ``chosen`` says whether he has
    one. ``invited`` is until when a link lets him choose one (ISO 8601, UTC), None without.
    ``agreed`` says that his name may stand beside what he asked.
    """

    name: str
    role: Role
    number: int
    owner: str
    seal: str
    chosen: bool
    invited: str | None
    agreed: bool
    created: str


def invitation(name: str, code: str) -> str:
    """Return the end of the link by which a reader chooses his password.

    It stands behind the server's address and a slash. Name and code stand behind ``#``, where
    no log of a server or proxy sees them.
    """
    return f"invitation#{quote(name, safe='')}:{code}"


class Readers(Protocol):
    """The accounts of those who may come in; safe for several threads.

    Of a password its hash alone is kept, of an invitation the digest of its code. Any call may
    raise LibraryError.
    """

    def close(self) -> None:
        """Close the accounts; they cannot be used afterwards."""

    def exist(self) -> bool:
        """Return whether there is any account."""

    def all(self) -> list[Reader]:
        """Return the readers, in the order of their being added."""

    def find(self, name: str) -> Reader | None:
        """Return the reader of exactly this name, if there is one."""

    def add(self, names: Iterable[str], role: Role = Role.READER) -> list[Reader]:
        """Make accounts, without passwords; return those that are new.

        Who is there already stays as he is. Raises AccountError for what is no name, and
        where a role is asked for that one of them does not have; nobody is then added.
        """

    def remove(self, name: str) -> None:
        """Take out a reader, and with him his conversations and notes; NotInLibraryError."""

    def invite(self, name: str) -> str:
        """Return a code by which a reader can choose a password, once and for some days.

        An earlier code is then good no longer; a password that he has stays until he chooses
        another. NotInLibraryError.
        """

    def choose(self, name: str, code: str, password: str) -> Reader | None:
        """Return the reader whose password this is from now on; None where the code is not his.

        Raises AccountError for a password that is soon guessed; the code is then still good.
        """

    def enter(self, name: str, password: str) -> Reader | None:
        """Return the reader of a name and password; None for another, after as long a time.

        Small and capital letters of the name are alike.
        """

    def agree(self, name: str, *, agreed: bool) -> None:
        """Keep whether a reader's name may stand beside what he asked; NotInLibraryError."""
