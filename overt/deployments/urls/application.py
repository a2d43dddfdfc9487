"""The application: list, task list, tasks, versions, comments."""

from django.urls import URLPattern, path

from overt.deployments.views import (
    application,
    application_changes,
    comments,
    tasks,
    tasks_place,
    versions,
)

urlpatterns: list[URLPattern] = [
    path("", application.deployments, name="deployments"),
    path("new/", application.new, name="new"),
    path("roads.geojson", tasks_place.roads, name="roads"),
    path("<str:reference>/", application.deployment, name="deployment"),
    path("<str:reference>/tasks/", tasks.tasks, name="tasks"),
    path("<str:reference>/tasks/<slug:slug>/", tasks.task, name="task"),
    path("<str:reference>/sign-statement/", tasks.sign_statement, name="sign_statement"),
    path("<str:reference>/drawing.geojson", tasks_place.drawing, name="drawing"),
    path("<str:reference>/check/", versions.check_answers, name="check_answers"),
    path("<str:reference>/versions/<int:number>/", versions.version, name="version"),
    path(
        "<str:reference>/versions/<int:number>/application.json",
        versions.application_json,
        name="application_json",
    ),
    path(
        "<str:reference>/versions/<int:older>/to/<int:newer>/",
        versions.difference,
        name="difference",
    ),
    path("<str:reference>/comments/", comments.comment, name="comment"),
    path("<str:reference>/rename/", application_changes.rename, name="rename"),
    path("<str:reference>/copy/", application_changes.copy, name="copy"),
    path("<str:reference>/reopen/", application_changes.reopen, name="reopen"),
    path("<str:reference>/cancel/", application_changes.cancel, name="cancel"),
]
