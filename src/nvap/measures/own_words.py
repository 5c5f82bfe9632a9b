"""A measure asked of a force that added codes to a list: its categories and words are the list's and those added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nvap.measures.held import Held
from nvap.packs.measure import Measure, Part
from nvap.packs.measure_model import Category, Mix
from nvap.records.contract import code_list


def with_own_words(measure: Measure, held: Mapping[str, Held]) -> Measure:
    """The measure with the force's own codes in every category and group that is by their list; often the same one."""
    own: dict[str, dict[str, str]] = {}
    for each in held.values():
        for name, words in each.own_codes.items():
            own.setdefault(name, {}).update(words)
    return replace(measure, parts=tuple(_with(part, own) for part in measure.parts)) if own else measure


def _with(part: Part, own: Mapping[str, Mapping[str, str]]) -> Part:
    mix = _wider(part, part.mix, own) if part.mix is not None else None
    return replace(part, mix=mix, own_words=own)


def _wider(part: Part, mix: Mix, own: Mapping[str, Mapping[str, str]]) -> Mix:
    """A mix over a column whose whole list it shows, with the codes that the force added to that list."""
    (name, *others) = mix.by.columns
    is_column = not others and mix.by.text.strip().lower() == name and "." not in name
    listed = part.over.code_list(name) if is_column else None
    if listed is None or listed not in own or {each.code for each in mix.categories} != set(code_list(listed).labels):
        return mix
    added = tuple(Category(code, label) for code, label in own[listed].items())
    return replace(mix, categories=(*mix.categories, *added))
