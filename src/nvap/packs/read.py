"""Read a pack's folder: every fault at once with file and line, or a Pack that is known to be whole.

<pack>/pack.yaml               the action, its edition, counting rules, long-term impacts, guidance
<pack>/objectives/*.yaml       an objective each: its situation, activities, outputs, impacts, questions
<pack>/evidence.yaml  references.yaml  consequences.yaml  challenges.yaml  links.yaml  impact-statement.yaml  plan.yaml
<pack>/measures/*.yaml         a measure each; measures-to-come.yaml names those not computed yet
<pack>/overlay/<language>.yaml words in another language, by id
<pack>/peel/*.yaml             PEEL editions of its own (also looked for beside the pack, then among the installed)
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from nvap.declarations import Faults, Node, read
from nvap.errors import InputFault, UsageFault, nearest
from nvap.packs.check import check
from nvap.packs.claims import claims_despite_faults, claims_of
from nvap.packs.draft import Draft, Facts
from nvap.packs.editions import read_editions
from nvap.packs.entries import build, read_entry
from nvap.packs.files import FILES, FOLDERS, OBJECTIVE_LISTS, ONE_LIST, PACK_LISTS, PLAN_LISTS, Lists
from nvap.packs.items import Aim, Challenge, Guidance, Issue, Objective, OtherAction, Situation
from nvap.packs.measure import read_measure
from nvap.packs.model import Action, Pack, ToolkitEdition
from nvap.packs.unread import partly_unread, unread_file

INSTALLED = Path(__file__).parent / "content"
_VERSION = re.compile(r"\d+\.\d+\.\d+")


def read_pack(folder: Path | str) -> Pack:
    """The pack in a folder, in English (`Pack.in_language` gives another).

    Raises UsageFault where there is no such folder or no pack.yaml at its top (nothing below is then looked at), and
    InputFault with every fault found, each as `file:line: what`.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise UsageFault(f"There is no folder `{folder}`; name the folder that holds a pack's pack.yaml.")
    if not (folder / "pack.yaml").is_file():
        raise UsageFault(f"There is no pack.yaml in {folder}; a pack is a folder with pack.yaml at its top.")
    draft = _read_draft(folder)
    check(draft)
    built = [
        build(each, draft.faults, _place(draft, each.file, each.line)) for each in (*draft.entries, *draft.repeated)
    ]
    draft.faults.found.sort(key=_by_place)
    found = len(draft.faults.found)
    message = f"The pack in {folder} has {found} fault{'s' if found != 1 else ''}.{_unchecked(draft)}"
    draft.faults.raise_if_any(message)
    if draft.facts is None or None in built:
        raise InputFault(f"The pack in {folder} could not be read whole.")
    return Pack(
        **vars(draft.facts),
        items={each.id: each for each in built if each is not None},
        measures=draft.measures,
        peel=draft.peel,
        content_hash=_content_hash(folder),
        overlays=draft.overlays,
    )


def _unchecked(draft: Draft) -> str:
    """Which links nobody could check, in words."""
    files = [each.file for each in draft.unread] + draft.unread_peel
    names = ", ".join(_from_folder(draft, each) for each in dict.fromkeys(files))
    return f" Not read whole, so that links into it were not checked: {names}." if names else ""


def _read_draft(folder: Path) -> Draft:
    draft = Draft(folder, Faults())
    readers: dict[str, Callable[[Draft, Node], None]] = {
        "pack.yaml": _read_pack_file,
        "challenges.yaml": _read_challenges,
        "plan.yaml": _read_plan,
    }
    _read_file(draft, folder / "pack.yaml", readers["pack.yaml"])
    for file in sorted((folder / "objectives").glob("*.yaml")):
        _read_file(draft, file, _read_objective)
    for name in (*ONE_LIST, "challenges.yaml", "plan.yaml"):
        _read_file(draft, folder / name, readers.get(name) or _read_list)
    _read_measures(draft)
    for file in sorted((folder / "overlay").glob("*.yaml")):
        _read_file(draft, file, _read_overlay)
    _report_unknown_files(draft)
    places = dict.fromkeys(each.resolve() for each in (folder, folder.parent, INSTALLED))
    draft.peel = dict(read_editions(places, draft.faults, unread=draft.unread_peel))
    return draft


def _read_file(draft: Draft, file: Path, reader: Callable[[Draft, Node], None]) -> None:
    if not file.is_file():
        return
    node = read(file, draft.faults)
    if node is None:
        draft.unread.append(unread_file(draft.folder, file))
        return
    reader(draft, node)
    read_ids = frozenset(each.id for each in (*draft.entries, *draft.repeated))
    unread = partly_unread(draft.folder, file, node.content, read_ids)
    if unread is not None:
        draft.unread.append(unread)


def _read_pack_file(draft: Draft, node: Node) -> None:
    action = node.node("action", required=True)
    number, title = (action.text("number"), action.text("title")) if action else ("", "")
    if action:
        aim = action.node("aim", required=True)
        if aim:
            draft.add(read_entry(aim, Aim))
        action.done()
    edition = node.node("edition", required=True)
    _add_all(draft, node, PACK_LISTS)
    for each in node.nodes("other_actions"):
        draft.add(read_entry(each, OtherAction, id_key="number"))
    draft.facts = Facts(
        id=node.text("pack"),
        version=_matching(node, "version", _VERSION, "1.0.0"),
        action=Action(number, title),
        edition=_read_edition(edition) if edition else ToolkitEdition("", "", "", ""),
        peel_edition=node.text("peel_edition"),
        owner=node.text("owner"),
        review_date=_matching(node, "review_date", re.compile(r"\d{4}-\d{2}-\d{2}"), "2026-11-23"),
        starting_set=node.texts("starting_set"),
    )
    draft.pack_node = node
    node.done()


def _read_edition(node: Node) -> ToolkitEdition:
    made = ToolkitEdition(
        name=node.text("name"),
        published=node.optional_text("published") or "",
        issued_by=node.text("issued_by"),
        contact=node.text("contact"),
    )
    node.done()
    return made


def _read_objective(draft: Draft, node: Node) -> None:
    objective = read_entry(node, Objective, finish=False)
    draft.add(objective)
    situation = node.node("situation")
    if situation:
        draft.add(read_entry(situation, Situation, objective=objective.id))
    _add_all(draft, node, OBJECTIVE_LISTS, objective=objective.id)
    node.done()


def _read_list(draft: Draft, node: Node) -> None:
    _add_all(draft, node, (ONE_LIST[Path(node.file).name],))
    node.done()


def _read_challenges(draft: Draft, node: Node) -> None:
    for each in node.nodes("challenges", required=True):
        challenge = read_entry(each, Challenge, finish=False)
        draft.add(challenge)
        for issue in each.nodes("issues"):
            draft.add(read_entry(issue, Issue, challenge=(challenge.id,)))
        each.done()
    node.done()


def _read_plan(draft: Draft, node: Node) -> None:
    purpose = node.node("purpose")
    if purpose:
        draft.add(read_entry(purpose, Guidance))
    _add_all(draft, node, PLAN_LISTS)
    node.done()


def _read_measures(draft: Draft) -> None:
    for file in sorted((draft.folder / "measures").glob("*.yaml")):
        measure = read_measure(file, draft.faults)
        claims = claims_of(measure, file) if measure is not None else claims_despite_faults(file)
        first = next((each for each in draft.claims if each.id == claims.id), None)
        if first is not None:
            draft.faults.add(file, 1, f"measure `{claims.id}` stands in {first.file.name} too")
        elif measure is not None:
            draft.measures[measure.id] = measure
        if not claims.is_read:
            draft.unread.append(unread_file(draft.folder, file))
        draft.claims.append(claims)


def _read_overlay(draft: Draft, node: Node) -> None:
    """`language`, and `texts`: by id, the words in that language."""
    language = node.text("language")
    if language and language != Path(node.file).stem:
        node.fault(f"`language` is `{language}`, but the file is named for `{Path(node.file).stem}`", "language")
    texts: dict[str, dict[str, str]] = {}
    parent = node.node("texts", required=True)
    for key in parent.keys() if parent else ():
        entry = parent.node(key) if parent else None
        if entry is not None and parent is not None:
            texts[key] = {name: entry.text(name) for name in entry.keys()}  # noqa: SIM118
            draft.overlay_lines.append((node.file, language, key, {name: entry.line_of(name) for name in texts[key]}))
            draft.overlay_lines[-1][3][""] = parent.line_of(key)
    node.done()
    draft.overlays[language] = texts


def _report_unknown_files(draft: Draft) -> None:
    """A YAML file that nothing reads is a misspelt name, not a note."""
    found = [each for each in sorted(draft.folder.rglob("*")) if each.suffix in (".yaml", ".yml")]
    for file in found:
        place = file.relative_to(draft.folder)
        in_folder = len(place.parts) == 2 and place.parts[0] in FOLDERS and file.suffix == ".yaml"
        if not in_folder and place.as_posix() not in FILES:
            shown = [*FILES, *(f"{each}/{file.stem}.yaml" for each in FOLDERS)]
            draft.faults.add(file, 1, f"is not a file of a pack.{nearest(place.as_posix(), shown)}")


def _add_all(draft: Draft, node: Node, lists: Lists, *, objective: str = "") -> None:
    for key, cls in lists:
        for each in node.nodes(key):
            draft.add(read_entry(each, cls, objective=objective))


def _matching(node: Node, key: str, pattern: re.Pattern[str], like: str) -> str:
    found = node.text(key)
    if found and not pattern.fullmatch(found):
        node.fault(f"`{key}` is `{found}`; write it like {like}", key)
    return found


def _by_place(fault: str) -> tuple[str, int]:
    """Faults stand file by file, line by line."""
    file, _, rest = fault.partition(".yaml:")
    number = rest.partition(":")[0]
    return file, int(number) if number.isdigit() else 0


def _place(draft: Draft, file: Path | str, line: int) -> str:
    return f"{_from_folder(draft, Path(file))}:{line}"


def _from_folder(draft: Draft, file: Path) -> str:
    """A file's path from the pack's folder; whole for one that stands outside it, as an installed PEEL edition."""
    return (file.relative_to(draft.folder) if file.is_relative_to(draft.folder) else file).as_posix()


def _content_hash(folder: Path) -> str:
    """SHA-256 over the pack's YAML files and their names."""
    whole = hashlib.sha256()
    for file in sorted(folder.rglob("*.yaml")):
        whole.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return whole.hexdigest()
