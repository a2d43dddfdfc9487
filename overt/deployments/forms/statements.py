"""The tasks that are mostly text: use case, necessity, community, notice."""

from typing import Any, ClassVar

from overt.deployments.application import tasks
from overt.deployments.application.completeness import objection_of

from .fields import Line, Words, choice
from .moments import day_fields, read_day, typed_day
from .task_form import RowForm, TaskForm


class UseCaseForm(TaskForm):
    use_case = choice("Which use case is it?", radios=True)
    reason = Words(
        "Why this use case applies", "What makes this deployment one of that kind, here and now."
    )

    def prepare(self) -> None:
        found = self.context.profile.use_cases
        self.fields["use_case"].choices = [  # type: ignore[attr-defined]
            (
                key,
                f"{one.name.value} (section {one.section.value}, rests on a {one.evidence.value})",
            )
            for key, one in found.items()
        ]

    def shown(self) -> dict[str, Any]:
        return self.context.draft.use_case.stored()

    def read(self) -> tasks.UseCase:
        return tasks.UseCase(**self.cleaned_data)


class AlternativeRow(RowForm):
    measure = Line("Less intrusive alternative", "As: more officers on foot.")
    why_not = Words("Why it is not enough", rows=2)

    def clean(self) -> None:
        if not self.is_blank and not self.cleaned_data.get("measure"):
            self.add_error("measure", "Name the alternative")


class NecessityForm(TaskForm):
    aim = Words("Aim", "What the deployment is to achieve: whom it should find, or prevent what.")
    who_where = Words(
        "What links the people on the watchlist to this place",
        "Why these people may be expected here, rather than anywhere.",
    )
    expected_intrusion = Words(
        "Expected intrusion",
        "How many people will be scanned, how many of them children, and what that does to them.",
    )
    proportionality = Words(
        "Why the deployment is proportionate", "The aim weighed against that intrusion."
    )
    row_kinds: ClassVar = {"alternatives": (AlternativeRow, "Less intrusive alternatives")}

    def shown(self) -> dict[str, Any]:
        return self.context.draft.necessity.stored()

    def present(self, name: str) -> list[dict[str, Any]]:
        return [one.stored() for one in self.context.draft.necessity.alternatives]

    def read(self) -> tasks.Necessity:
        return tasks.Necessity(
            **self.cleaned_data,
            alternatives=tuple(
                tasks.Alternative(**one) for one in self.rows["alternatives"].filled()
            ),
        )


class ConsultationRow(RowForm):
    with_whom = Line("With whom", "As: the borough's Safer Neighbourhood Board.")
    outcome = Words("What came of it", rows=2)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields |= {f"dated_{part}": field for part, field in day_fields().items()}

    def clean(self) -> None:
        if self.is_blank:
            return
        before = len(self.errors)
        self.dated = read_day(self, "dated", "The day of the consultation", self.cleaned_data)
        if not self.dated and len(self.errors) == before:
            self.add_error("dated_day", "Give the day of the consultation")
        if not self.cleaned_data.get("with_whom"):
            self.add_error("with_whom", "Say with whom it was")


class CommunityForm(TaskForm):
    council_stance = Words(
        "Stance of the borough's council",
        "What it has said, and when, or that it has said nothing.",
    )
    objection_addressed = Words(
        "How an objection of the council is addressed", "Only where it is on record against."
    )
    row_kinds: ClassVar = {"consultations": (ConsultationRow, "Consultations")}

    @property
    def objection(self) -> str:
        """What the profile has on record of the borough's council."""
        return objection_of(self.context.draft, self.context.profile)

    def shown(self) -> dict[str, Any]:
        return self.context.draft.community.stored()

    def present(self, name: str) -> list[dict[str, Any]]:
        return [
            {
                **typed_day("dated", one.dated),
                "with_whom": one.with_whom,
                "outcome": one.outcome,
            }
            for one in self.context.draft.community.consultations
        ]

    def read(self) -> tasks.Community:
        logged = [row for row in self.rows["consultations"] if not row.is_blank]
        return tasks.Community(
            **self.cleaned_data,
            consultations=tuple(
                tasks.Consultation(
                    dated=row.dated,  # type: ignore[attr-defined]
                    with_whom=row.cleaned_data["with_whom"],
                    outcome=row.cleaned_data["outcome"],
                )
                for row in logged
            ),
        )


class NoticeForm(TaskForm):
    text = Words(
        "What the public will read",
        "Besides the place as the public reads it, the day and the times, which are added.",
        rows=8,
    )
    exception_reason = Words(
        "Critical threat that shortens the notice",
        "Only where the public cannot be told in time. It is published afterwards.",
    )

    def prepare(self) -> None:
        if not self.context.profile.notice.critical_threat_exception.value:
            self.fields[
                "exception_reason"
            ].help_text = "The policy allows no exception: leave this empty."

    def shown(self) -> dict[str, Any]:
        return self.context.draft.notice.stored()

    def read(self) -> tasks.Notice:
        return tasks.Notice(**self.cleaned_data)
