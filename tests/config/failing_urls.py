"""Overt's addresses, and some that fail with somebody's data in hand."""

import logging

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from overt.config import celery_app
from overt.config.urls import urlpatterns as of_overt


@login_not_required
def fails(request: HttpRequest, name: str) -> HttpResponse:
    raise ValueError(f"{name} cannot be {request.GET.get('what')}")


@login_not_required
def fails_in_the_database(request: HttpRequest, name: str) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT no_such_column FROM accounts_user WHERE username = %s", [name])
    return HttpResponse()


@login_not_required
def logs(request: HttpRequest, name: str) -> HttpResponse:
    logging.getLogger("library").warning(
        "Bad %s in %r after %d tries: %s", name, name, 3, OSError(name)
    )
    logging.getLogger("library").error(ValueError(name))
    logging.getLogger("overt.somewhere").info("%s was left: %s", 7, ValueError(name))
    celery_app.send_task("celery.accumulate", args=[name], queue="default")
    return HttpResponse()


urlpatterns = [
    path("fails/<name>", fails),
    path("fails-in-the-database/<name>", fails_in_the_database),
    path("logs/<name>", logs),
    *of_overt,
]
