"""The language catalogues of the web, without gettext's own programs.

    python tools/catalogues.py extract     read every text from code and templates into the .po files
    python tools/catalogues.py compile     make the .mo files that the web reads
    python tools/catalogues.py check       fail when a text is in the code but not in the .po files

English stands whole in its catalogue. In Welsh, an empty `msgstr` means that the page shows English; a text with a
number in it takes English's form for that number unless each of Welsh's forms is there.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from gettext import c2py
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "src" / "nvap" / "web"
# The plan's own form says its words in the plain room; the web translates them.
PLAN = ROOT / "src" / "nvap" / "plan"
LOCALE = WEB / "locale"
LANGUAGES = {"en": "English", "cy": "Welsh"}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "phrase": None,
}
# A fixed day: a catalogue changes only when a text does.
BEGUN = datetime(2026, 11, 23, tzinfo=UTC)
Found = tuple[str, str | tuple[str, str], str | None]


def main(wanted: list[str]) -> int:
    """Do what the command line asks; the exit code."""
    if wanted not in (["extract"], ["compile"], ["check"]):
        print(__doc__, file=sys.stderr)
        return 2
    if wanted == ["compile"]:
        return compile_all()
    if not settings.configured:
        settings.configure()
    template = extract()
    written = {language: updated(language, template) for language in LANGUAGES}
    stale = [language for language, text in written.items() if not is_written(language, text)]
    if wanted == ["check"]:
        if stale:
            print("Texts changed: run `python tools/catalogues.py extract`.", file=sys.stderr)
        return 1 if stale else 0
    for language in stale:
        path(language).parent.mkdir(parents=True, exist_ok=True)
        path(language).write_bytes(written[language])
        print(f"{path(language).relative_to(ROOT).as_posix()}: {len(template)} texts")
    return 0


def path(language: str) -> Path:
    """The .po file of a language."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def is_written(language: str, text: bytes) -> bool:
    """Whether the .po file says exactly this."""
    return path(language).exists() and path(language).read_bytes() == text


def extract() -> Catalog:
    """Every text of the web, with the files it stands in."""
    catalog = Catalog()
    for where, message, context in found():
        catalog.add(message, context=context, locations=[(where, 1)])
    return catalog


def found() -> Iterator[Found]:
    """(file, text or (text, plural), context) of every text in the web's code and templates, and in the plan's form."""
    for file in sorted([*WEB.rglob("*.py"), *WEB.rglob("*.html"), *WEB.rglob("*.txt"), *PLAN.rglob("*.py")]):
        source = file.read_text(encoding="utf-8")
        if file.suffix != ".py":
            # All on one line: what is not a text is blanked out, but its indentation would not read as Python's.
            source = " ".join(templatize(source, origin=str(file)).splitlines()).strip()
        where = file.relative_to(ROOT).as_posix()
        for _line, function, arguments, _comments in extract_python(
            io.BytesIO(source.encode()), KEYWORDS, [], {"encoding": "utf-8"}
        ):
            message, context = read_call(function, arguments)
            if message:
                yield where, message, context


def read_call(function: str, arguments: object) -> tuple[str | tuple[str, str] | None, str | None]:
    """The text, its plural and its context from one call's arguments; nothing for a call without a literal text."""
    texts = list(arguments) if isinstance(arguments, list | tuple) else [arguments]
    context = str(texts.pop(0)) if "pgettext" in function else None
    if not texts or not isinstance(texts[0], str) or not texts[0]:
        return None, None
    if function.startswith("n") and len(texts) > 1 and isinstance(texts[1], str):
        return (texts[0], texts[1]), context
    return texts[0], context


def updated(language: str, template: Catalog) -> bytes:
    """The .po file's new content: what was translated stays; what no page says any more goes."""
    catalog = Catalog(locale=language)
    if path(language).exists():
        with path(language).open("rb") as file:
            catalog = read_po(file, locale=language)
    catalog.update(deepcopy(template), no_fuzzy_matching=True)  # it keeps the messages it is given
    catalog.obsolete.clear()
    catalog.header_comment = f"# {LANGUAGES[language]} texts of nvap's web. Made by tools/catalogues.py."
    catalog.project, catalog.version, catalog.fuzzy = "nvap", "", False
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = ""
    catalog.creation_date = catalog.revision_date = BEGUN
    if language == "en":
        for message in catalog:
            say_as_written(message)
    written = io.BytesIO()
    write_po(written, catalog, sort_output=True, include_lineno=False, width=120)
    return written.getvalue()


def say_as_written(message: Message) -> None:
    """In English a text says what the code says."""
    if message.id:
        message.string = tuple(message.id) if isinstance(message.id, list | tuple) else message.id


def compile_all() -> int:
    """Make the .mo files that are older than their .po."""
    for language in LANGUAGES:
        source = path(language)
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalog = read_po(file, locale=language)
        for message in catalog:
            say_number_in_english(message, catalog)
        with target.open("wb") as file:
            write_mo(file, catalog)
    return 0


def say_number_in_english(message: Message, catalog: Catalog) -> None:
    """Fill a plural that is not whole: else English's forms would be picked by this language's rule ("8 extract")."""
    if isinstance(message.id, list | tuple) and message.id and not all(message.string or ()):
        one, more = message.id
        of_one = c2py(catalog.plural_expr)(1)
        message.string = tuple(one if slot == of_one else more for slot in range(catalog.num_plurals))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
