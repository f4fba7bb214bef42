"""What managers and authors send: decisions, reasons, appeals."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field, field_validator, model_validator

from portal.forms import Form
from portal.i18n import N_
from portal.moderation import rules
from portal.moderation.deciding import Ruling
from portal.moderation.models import WORDS, Kind, Level, Step
from portal.proposals.models import REASON
from portal.proposals.words import clean

WHICH_RULE = N_("Please say which house rule this decision rests on.")
UNKNOWN_RULE = N_("There is no such house rule. Please choose one from the list.")
UNKNOWN_SENTENCE = N_("There is no such sentence. Please choose one from the list.")
MOST_PASSAGES = 50


class DecisionForm(Form):
    """A decision and why. Without own words the usual sentence for step and rule is taken."""

    decision: Annotated[Step, Field(title=N_("Decision"))]
    rule: Annotated[str, Field(title=N_("House rule"), validate_default=True)] = ""
    sentence: Annotated[str, Field(title=N_("Ready sentence"))] = ""
    reason: Annotated[
        str, Field(title=N_("In your own words"), max_length=REASON[1]), BeforeValidator(clean)
    ] = ""
    offered: Annotated[list[str], Field(max_length=MOST_PASSAGES)] = []
    passages: Annotated[str, Field(title=N_("Other passages to remove"), max_length=5000)] = ""
    family: UUID | None = None
    level: Level = Level.COLLEAGUE

    @field_validator("rule")
    @classmethod
    def _known_rule(cls, value: str, info: Any) -> str:
        if value and value not in rules.BY_KEY:
            raise ValueError(UNKNOWN_RULE)
        if not value and info.data.get("decision") in rules.NEEDS_RULE:
            raise ValueError(WHICH_RULE)
        return value

    @field_validator("sentence")
    @classmethod
    def _known_sentence(cls, value: str) -> str:
        if value and value not in rules.SENTENCES:
            raise ValueError(UNKNOWN_SENTENCE)
        return value

    @property
    def ruling(self) -> Ruling:
        """The decision as its verb takes it."""
        needed = self.decision in rules.NEEDS_RULE
        own = [line.strip() for line in self.passages.splitlines()]
        return Ruling(
            step=self.decision,
            rule=self.rule if needed and self.rule else None,
            sentence=self.sentence or (None if self.reason else self._usual),
            reason=self.reason,
            offered=self.offered,
            marked=[line for line in own if line][:MOST_PASSAGES],
            family=self.family,
            level=self.level,
        )

    @property
    def _usual(self) -> str:
        fitting = rules.OFFERED[self.decision]
        return next((one for one in fitting if rules.SENTENCES[one][0] == self.rule), fitting[0])


class OldDecisionForm(DecisionForm):
    """The same as it was sent before there were cases: the reason has another name."""

    @model_validator(mode="before")
    @classmethod
    def _renamed(cls, values: Any) -> Any:
        return {**values, "reason": values.get("reason") or values.get("grounds", "")}

    grounds: str = ""


class LookForm(Form):
    """What somebody wants looked at again."""

    kind: Kind
    thing: UUID


class WhyForm(Form):
    """Why a manager needs to see what is otherwise kept from them."""

    purpose: Annotated[
        str, Field(title=N_("Why you need to see it"), min_length=REASON[0], max_length=300),
        BeforeValidator(clean),
    ]  # fmt: skip


class AppealForm(Form):
    """An author's word against a decision."""

    words: Annotated[
        str,
        Field(title=N_("Why the decision is wrong"), min_length=WORDS[0], max_length=WORDS[1]),
        BeforeValidator(clean),
    ]
