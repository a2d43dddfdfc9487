"""Policy pages. Any account that can sign in may read the rules everyone is held to."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from . import selectors
from .document import ProfileError


@require_safe
def profile_list(request: HttpRequest) -> HttpResponse:
    return render(request, "policy/profiles.html", {"listed": selectors.listed()})


@require_safe
def profile_page(request: HttpRequest, name: str) -> HttpResponse:
    try:
        page = selectors.page(name)
    except ProfileError as error:
        raise Http404(str(error)) from error
    return render(request, "policy/profile.html", {"page": page})
