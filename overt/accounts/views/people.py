"""One's own account, its password, and the list of everyone's."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from overt.accounts import lockout, selectors, services
from overt.accounts.forms import NewPasswordForm
from overt.accounts.permissions import account_of, actor_of, require
from overt.accounts.rules import may_see_people

_ON_A_PAGE = 50


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    user = account_of(request)
    actor = actor_of(request)
    return render(
        request,
        "accounts/me.html",
        {
            "roles": selectors.roles_of(user),
            "factors": selectors.factors_of(user),
            "history": selectors.history(user),
            "may_see_people": may_see_people(actor).allowed,
            "session_hours": settings.SESSION_COOKIE_AGE // 3600,
            "idle_minutes": settings.SESSION_IDLE_MINUTES,
        },
    )


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """A new password ends every other session of the account."""
    user = account_of(request)
    form = NewPasswordForm(user=user, data=request.POST or None)
    if request.method == "POST":
        if lockout.is_locked(request, user):
            return lockout.locked_page(request)
        if form.is_valid():
            services.change_password(
                user=user,
                password=form.cleaned_data["new_password1"],
                actor=actor_of(request),
                now=timezone.now(),
            )
            update_session_auth_hash(request, user)
            messages.success(
                request, "Your password is changed. Wherever else you were signed in, you are not."
            )
            return redirect("accounts:me")
        if form.has_error("old_password", "password_incorrect"):
            lockout.count_failure(request, user)
    return render(request, "accounts/password.html", {"form": form})


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    require(may_see_people(actor_of(request)))
    page = Paginator(selectors.people(), _ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/people.html", {"page": page})
