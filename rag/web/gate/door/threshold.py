"""What is shown before the door: pages that ask for a password, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.language.catalog import say
from rag.web.html import safe

if TYPE_CHECKING:
    from rag.types import Language

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{again}
<style>
:root {{ color-scheme: light dark; --paper: #faf8f3; --ink: #26221d; --seal: #96281f; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --paper: #191715; --ink: #e9e3d8; --seal: #e5958a; }} }}
body {{ background: var(--paper); color: var(--ink); font: 1.1rem/1.6 Georgia, "Songti SC", serif;
  display: grid; place-content: center; min-height: 90vh; margin: 0 1rem; }}
main {{ max-width: 24rem; }}
label {{ display: block; margin-top: .8em; }}
[hidden] {{ display: none; }}
input, button {{ font: inherit; padding: .4em .8em; box-sizing: border-box; width: 100%;
  margin-top: .3em; }}
button {{ background: var(--seal); color: var(--paper); border: 0; border-radius: 4px;
  margin-top: 1.2em; cursor: pointer; }}
[role=alert] {{ color: var(--seal); }}
</style></head><body><main><h1>{title}</h1>{said}
<form method="post" action="{action}">{fields}
<button>{enter}</button></form></main>{script}</body></html>
"""

# What stands behind # in the link reaches no server until the form is sent.
_FILL = """<script>
const [, name, code] = /^#(.*):([^:]*)$/.exec(location.hash) ?? [];
if (name) {
  const form = document.forms[0];
  form.elements.name.value = decodeURIComponent(name);
  form.elements.code.value = code;
  form.elements.code.closest("label").hidden = true;
}
</script>"""


def login_page(language: Language, said: str, *, named: bool, again: bool, place: str = "") -> str:
    """Return the page that asks for the password, ``named`` for the reader's name too.

    ``said`` is why what was given did not open; with ``again`` the browser asks once more.
    ``place`` is the query of an address, to which the reader is led.
    """
    fields = _field("web.password", language, "password", "password", "current-password")
    if named:
        fields = _field("web.class_name", language, "name", "text", "username") + fields
    return _page(
        language,
        said,
        action=safe(f"login{place}"),
        fields=fields.replace(" required", " required autofocus", 1),
        enter="web.enter",
        again='<meta http-equiv="refresh" content="0">' if again else "",
    )


def invitation_page(language: Language, said: str, *, name: str = "", code: str = "") -> str:
    """Return the page on which an invited reader chooses his password.

    ``name`` and ``code`` are what he gave before, where ``said`` is why it was not taken.
    """
    fields = (
        _field("web.class_name", language, "name", "text", "username", name)
        + _field("web.class_code", language, "code", "text", "off", code)
        + _field("web.class_choose", language, "password", "password", "new-password")
        + _field("web.class_repeat", language, "again", "password", "new-password")
    )
    hint = f"<p>{safe(say('web.class_invited', language))}</p>"
    return _page(
        language,
        said,
        action="invitation",
        fields=hint + fields,
        enter="web.class_keep",
        script="" if code else _FILL,
    )


def _page(
    language: Language,
    said: str,
    *,
    action: str,
    fields: str,
    enter: str,
    again: str = "",
    script: str = "",
) -> str:
    return _PAGE.format(
        language=language.value,
        title=safe(say("web.title", language)),
        again=again,
        said=f'<p role="alert">{safe(said)}</p>' if said else "",
        action=action,
        fields=fields,
        enter=safe(say(enter, language)),
        script=script,
    )


def _field(  # noqa: PLR0917 - as they stand in the tag
    key: str, language: Language, name: str, kind: str, completed: str, value: str = ""
) -> str:
    given = f' value="{safe(value)}"' if value else ""
    return (
        f'<label>{safe(say(key, language))}<input type="{kind}" name="{name}"{given} '
        f'autocomplete="{completed}" autocapitalize="none" spellcheck="false" required></label>'
    )
