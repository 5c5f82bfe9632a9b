"""Columns of a table against each other: which facts hold at once, and what one code became in another."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from tests.measures.test_cli_measures import nvap
from tests.web.results import world

from nvap.errors import NotEnoughData, UsageFault
from nvap.measures.outcome_changes import types_became
from nvap.measures.together import codes_together, facts_together
from nvap.records.load import load
from nvap.records.workspace import Force, Workspace, make_workspace

ANY = (None, None)


@pytest.fixture
def graded(workspace: Workspace, kent: Force, tmp_path: Path) -> Force:
    """Six incidents with flags at opening and closing, and grades that may change; one flag is not known."""
    file, mapping = tmp_path / "graded.csv", tmp_path / "graded.yaml"
    rows = [
        "a,2024-01-08,Y,Y,I,I",
        "b,2024-01-08,Y,Y,I,P",
        "c,2024-01-08,N,Y,P,P",
        "d,2024-01-08,N,N,P,P",
        "e,2024-02-08,N,N,P,I",
        "f,2024-02-08,,N,P,",
    ]
    file.write_text("ref,day,opened,closed,first,last\n" + "\n".join(rows) + "\n", encoding="utf-8")
    flag = {"values": {"Y": True, "N": False}, "missing": [""]}
    columns = {
        "incident_ref": "ref",
        "created": {"expr": "day", "format": "%Y-%m-%d", "precision": "day"},
        "closure_kind": {"expr": "'counted'"},
        "mh_at_opening": {"expr": "opened", **flag},
        "mh_at_closure": {"expr": "closed", **flag},
        "grade_initial": "first",
        "grade_final": {"expr": "last", "missing": [""]},
    }
    given = {"mapping": "t", "version": 1, "table": "incidents", "made_up": True, "columns": columns}
    mapping.write_text(json.dumps(given), encoding="utf-8")
    load(workspace, kent, file, mapping, as_at=date(2024, 8, 1))
    return kent


def test_facts_that_hold_together_are_counted_and_what_is_not_known_stands_apart(graded: Force) -> None:
    found = facts_together(graded, "incidents", ["mh_at_opening", "mh_at_closure"], span=ANY, as_at=None)

    assert found.counts == {("mh_at_opening", "mh_at_closure"): 2, ("mh_at_closure",): 1, (): 2}
    assert found.unknown == 1


def test_what_a_grade_became_is_counted_in_the_days_asked_for(graded: Force) -> None:
    span = (date(2024, 1, 1), date(2024, 1, 31))

    found = codes_together(graded, "incidents", ("grade_initial", "grade_final"), span=span, as_at=None)

    assert found.counts == {("I", "I"): 1, ("I", "P"): 1, ("P", "P"): 2}


def test_a_reference_or_a_person_is_never_drawn_against_another(graded: Force) -> None:
    with pytest.raises(UsageFault, match="cannot be drawn so"):
        codes_together(graded, "incidents", ("incident_ref", "grade_final"), span=ANY, as_at=None)
    with pytest.raises(UsageFault, match="cannot be drawn so"):
        facts_together(graded, "incidents", ["mh_at_opening", "grade_final"], span=ANY, as_at=None)


def test_a_column_that_no_mapping_fills_is_named(graded: Force) -> None:
    with pytest.raises(NotEnoughData, match=r"No mapping fills incidents\.mh_linked"):
        facts_together(graded, "incidents", ["mh_at_opening", "mh_linked"], span=ANY, as_at=None)


def test_an_analyst_draws_both(graded: Force, tmp_path: Path) -> None:
    flags, grades = tmp_path / "flags.svg", tmp_path / "grades.png"

    first = nvap("picture", "D01", str(flags), "--together", "mh_at_opening,mh_at_closure")
    second = nvap("picture", "D01", str(grades), "--became", "grade_initial,grade_final")

    assert "1 rows are left out, because something of this is not known of them." in " ".join(first.output.split())
    assert "Commonest combinations: Mh at opening, Mh at closure: 2" in " ".join(first.output.split())
    assert "Stayed the same: I 50%; P 67%." in " ".join(second.output.split())
    assert grades.read_bytes().startswith(b"\x89PNG")
    assert nvap("picture", "D01", str(grades), "--became", "grade_initial").exit_code == 2


@pytest.fixture
def changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Force:
    """Crimes whose outcome types changed."""
    workspace = make_workspace(tmp_path / "outcomes", kind="practice")
    force = workspace.add_force("northshire", "Northshire Police")
    world.load_outcomes(workspace, force, tmp_path)
    monkeypatch.setenv("NVAP_WORKSPACE", str(workspace.path))
    return force


def test_what_an_outcome_type_became_is_counted_by_its_codes(changed: Force) -> None:
    assert types_became(changed).counts == {("10", "16"): 2, ("16", "10"): 1}


def test_an_analyst_draws_what_an_outcome_type_became(changed: Force, tmp_path: Path) -> None:
    result = nvap("picture", "J17", str(tmp_path / "j17.svg"), "--by", "outcomes")

    assert result.exit_code == 0
    assert "2 went from 10: Formal action not in the public interest (police) to 16:" in " ".join(result.output.split())


def test_before_anything_was_loaded_there_is_no_change_to_draw(changed: Force, tmp_path: Path) -> None:
    result = nvap("picture", "J17", str(tmp_path / "j17.svg"), "--by", "outcomes", "--as-at", "2020-01-01")

    assert result.exit_code != 0
    assert str(result.exception) == "As at 2020-01-01: The table crime_outcome_history is not loaded."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("J17", "--by", "outcomes", "--from", "2024"), "--by outcomes takes none of --from"),
        (("D18", "--by", "strands", "--group", "x"), "found --group."),
        (("D01", "--together", "a,b", "--part", "share"), "--together takes --from, --to; found --part."),
        (("D01", "--by", "outcomes"), "--by outcomes is a picture of J15, J17, J18; found D01."),
    ],
)
def test_an_option_that_a_picture_would_pass_over_is_refused(
    changed: Force, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    result = nvap("picture", words[0], str(tmp_path / "x.svg"), *words[1:])

    assert result.exit_code == 2
    assert said in str(result.exception)
