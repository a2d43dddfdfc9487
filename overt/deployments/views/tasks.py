"""The task list, and one page per task."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from overt.accounts.actors import Actor
from overt.accounts.permissions import actor_of, require
from overt.deployments import rules
from overt.deployments.application.tasks import BY_NAME, BY_SLUG, TASKS, Task, TaskData
from overt.deployments.application.words import rows
from overt.deployments.errors import DeploymentError, StaleEdit
from overt.deployments.forms.assessments import AssessmentsForm
from overt.deployments.forms.place import PlaceForm
from overt.deployments.forms.resources import ResourcesForm
from overt.deployments.forms.sensitive_places import SensitivePlacesForm
from overt.deployments.forms.signs import SignsForm
from overt.deployments.forms.statements import (
    CommunityForm,
    NecessityForm,
    NoticeForm,
    UseCaseForm,
)
from overt.deployments.forms.task_form import Context, Fault, TaskForm
from overt.deployments.forms.time import TimeForm
from overt.deployments.forms.uploads import HashingHandler, refused
from overt.deployments.forms.watchlist import WatchlistForm
from overt.deployments.models import Deployment
from overt.deployments.selectors.overview import (
    Overview,
    deciding_values,
    in_the_way,
    overview,
    task_lines,
)
from overt.deployments.services import drafts, statements
from overt.deployments.views.application_found import found, keep_read, seen_revision
from overt.deployments.views.comments import thread
from overt.deployments.views.tasks_place import beside_the_place
from overt.pasted import refusal

FORMS: Mapping[str, type[TaskForm]] = {
    "use_case": UseCaseForm,
    "place": PlaceForm,
    "time": TimeForm,
    "watchlist": WatchlistForm,
    "necessity": NecessityForm,
    "assessments": AssessmentsForm,
    "sensitive_places": SensitivePlacesForm,
    "community": CommunityForm,
    "resources": ResourcesForm,
    "signs": SignsForm,
    "notice": NoticeForm,
}
# What a page shows besides its form.
BESIDE: Mapping[str, Callable[[Overview], dict[str, Any]]] = {
    "place": beside_the_place,
    "time": lambda found: {"conflicts": in_the_way(found)},
    "resources": lambda found: {"conflicts": in_the_way(found)},
    "signs": beside_the_place,
    "sensitive_places": beside_the_place,
}


@require_safe
def tasks(request: HttpRequest, reference: str) -> HttpResponse:
    deployment = found(reference)
    shown = overview(deployment, now=timezone.now())
    context = {
        "deployment": deployment,
        "overview": shown,
        "lines": task_lines(shown),
        "tasks": len(TASKS),
        "may_apply": rules.may_apply(actor_of(request)),
    }
    return render(request, "deployments/tasks.html", context)


@csrf_exempt
def task(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    # Before anything reads the form, so that a file is hashed as it comes and never lies anywhere.
    # The check against forged requests reads the form, and so comes after.
    request.upload_handlers = [HashingHandler(request)]
    try:
        # Read here, so that one that is too large is answered as such.
        request.POST  # noqa: B018
    except RequestDataTooBig:
        return render(request, "deployments/too_large.html", {"reference": reference}, status=413)
    return _task(request, reference, slug)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def _task(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    pasted = refusal(request)
    if pasted is not None:
        return pasted
    actor, now = actor_of(request), timezone.now()
    if request.method == "POST":
        require(rules.may_apply(actor))
    if slug not in BY_SLUG:
        raise Http404(f"There is no task {slug}.")
    return TaskPage(request, found(reference), BY_SLUG[slug], actor, now).answer()


class TaskPage:
    """One request for the page of one task."""

    def __init__(
        self, request: HttpRequest, deployment: Deployment, task: Task, actor: Actor, now: datetime
    ) -> None:
        self.request, self.task, self.actor, self.now = request, task, actor, now
        self._show(deployment)
        self.faults: list[Fault] = []
        self.stale = False

    def _show(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.overview = overview(deployment, now=self.now)

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self._page(self._form())
        do = self.request.POST.get("do", "save")
        change = do if do.startswith(("add:", "remove:")) else ""
        form = self._form(data=self.request.POST, change=change)
        if change:
            return self._page(form)
        asked = form.asked(do)
        data = form.task_data() if asked is None else asked
        if data is None:
            self.faults = form.faults
            return self._page(form)
        try:
            self._save(data)
        except StaleEdit as refusal:
            # What is saved now is shown beside what was typed, so the next answer is to that.
            self.stale = True
            self._show(found(self.deployment.reference))
            return self._refused(form, refusal)
        except DeploymentError as refusal:
            return self._refused(form, refusal)
        return self._after(do)

    def _form(self, data: Any = None, change: str = "") -> TaskForm:
        options: dict[str, Any] = {}
        if self.task.name == "assessments" and data is not None:
            files = self.request.FILES
            options["too_large"] = frozenset(refused(self.request.upload_handlers))
        else:
            files = None
        context = Context(self.overview.draft, self.overview.profile, self.now)
        return FORMS[self.task.name](data, files, context=context, change=change, **options)

    def _save(self, data: TaskData) -> None:
        given: dict[str, Any] = {
            "deployment": self.deployment,
            "data": data,
            "seen_revision": seen_revision(self.request.POST.get("seen_revision")),
            "actor": self.actor,
            "now": self.now,
        }
        if self.task.name == "place":
            statements.save_place(**given)
        else:
            drafts.save_task(task=self.task.name, **given)

    def _refused(self, form: TaskForm, refusal: DeploymentError) -> HttpResponse:
        self.faults = [Fault("", str(refusal))]
        return self._page(form, status=409)

    def _after(self, do: str) -> HttpResponse:
        reference = self.deployment.reference
        if do == "continue":
            following = TASKS[TASKS.index(self.task) + 1 :]
            if following:
                return redirect("deployments:task", reference, following[0].slug)
            return redirect("deployments:check_answers", reference)
        messages.success(self.request, "Saved.")
        return redirect("deployments:task", reference, self.task.slug)

    def _page(self, form: TaskForm, status: int = 200) -> HttpResponse:
        editable = rules.may_apply(self.actor).allowed and self.deployment.is_draft
        name, shown = self.task.name, self.overview
        use_case = shown.draft.use_case.use_case
        beside = BESIDE.get(name)
        context: dict[str, Any] = {
            "deployment": self.deployment,
            "task": self.task,
            "number": TASKS.index(self.task) + 1,
            "form": form,
            "faults": self.faults,
            "stale": self.stale,
            "editable": editable,
            "saved": rows(name, getattr(shown.draft, name), shown.profile),
            "missing": shown.by_task[name],
            "policy": deciding_values(name, shown.profile, use_case),
            "may_sign": rules.may_sign_statement(self.actor),
            **thread(self.deployment, actor=self.actor, task=name),
            **(beside(shown) if beside else {}),
        }
        if "layers" in context:
            keep_read(self.request, self.deployment, "deployments:task")
        template = f"deployments/tasks/{name}.html" if editable else "deployments/task.html"
        return render(self.request, template, context, status=status)


@require_POST
def sign_statement(request: HttpRequest, reference: str) -> HttpResponse:
    """Sign the statement of the task "place" as it was shown."""
    actor = actor_of(request)
    require(rules.may_sign_statement(actor))
    deployment = found(reference)
    try:
        statements.sign_statement(
            deployment=deployment,
            seen_revision=seen_revision(request.POST.get("seen_revision")),
            actor=actor,
            now=timezone.now(),
        )
    except DeploymentError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "You have signed the statement.")
    return redirect("deployments:task", reference, BY_NAME["place"].slug)
