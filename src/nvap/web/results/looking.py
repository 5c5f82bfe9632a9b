"""What an address asks to see of a measure: the choice that it makes, what is stored of it, and what it cannot have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nvap.packs.measure import Measure
from nvap.web.accounts.models import Force
from nvap.web.results import stored
from nvap.web.results.asked import Wrong, wrong_in
from nvap.web.results.choices import Choice, choose, choose_rule, day_asked
from nvap.web.results.offered import rules_for
from nvap.web.results.stored import Answer


@dataclass(frozen=True)
class Looked:
    """The choice of an address, the stored answers by layout, and what it asks for in vain."""

    choice: Choice
    held: Mapping[str, Answer]
    wrong: list[Wrong]

    @property
    def answer(self) -> Answer | None:
        """The stored answer of the layout that was chosen; None where nothing is stored."""
        return self.held.get(self.choice.by)


def look(force: Force, measure: Measure, asked: Mapping[str, str]) -> Looked:
    """Read an address's query about one measure of a force."""
    rules = rules_for(force, measure, asked)
    rule = choose_rule(rules, asked)
    held = stored.answers(force, [measure.id], rule, as_at=day_asked(asked)).get(measure.id, {})
    choice = choose(measure, asked, rule, held, rules=rules)
    return Looked(choice, held, wrong_in(measure, asked, held, rules))
