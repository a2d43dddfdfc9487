"""A server, a browser, a signed-in analyst and an analysis to look at."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import Browser, Page, sync_playwright

from overt.accounts import roles
from overt.accounts.models import User
from overt.hotspots.models import Analysis, Area, Place
from overt.hotspots.services.analyses import summary_of
from tests.browser import server
from tests.browser.watch import Watch, watched
from tests.conftest import environment_of_other_process
from tests.hotspots import records
from tests.hotspots.crimes.importing import import_all
from tests.services import missing_is_a_failure

NOW = datetime(2025, 5, 6, 9, 30, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
WIDE, NARROW = 1280, 390


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        if missing_is_a_failure():
            pytest.fail("Chromium is not installed (`make setup-dev`).")
        pytest.skip("Chromium is not installed (`make setup-dev`).")
    arguments = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, where Django would refuse its own
        # database. Both end with this folder's tests.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        opened = playwright.chromium.launch(executable_path=program, args=arguments)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def origin(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    with django_db_blocker.unblock():
        environment = environment_of_other_process()
    with server.gunicorn(environment) as address:
        yield address


@pytest.fixture
def open_page(
    transactional_db: None, browser: Browser, origin: str
) -> Iterator[Callable[..., tuple[Page, Watch]]]:
    """Opens a watched page, by default of a desktop's width."""
    with ExitStack() as stack:

        def opened(width: int = WIDE, **options: Any) -> tuple[Page, Watch]:
            context = browser.new_context(
                base_url=origin,
                viewport={"width": width, "height": 900},
                locale="en-GB",
                reduced_motion="reduce",
                **options,
            )
            stack.callback(context.close)
            page = context.new_page()
            return page, stack.enter_context(watched(page, origin))

        yield opened


@pytest.fixture
def analyst(transactional_db: None) -> User:
    user = User.objects.create_user("ann", password=PASSWORD, first_name="Ann", last_name="Lyst")
    user.groups.add(Group.objects.get(name=roles.ANALYST))
    return user


def sign_in(page: Page, user: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Sign out").wait_for()


@pytest.fixture
def area(transactional_db: None) -> Area:
    boundary = records.canonical(records.boundary())
    ring = records.boundary()[0][0]
    for number, name in enumerate(("Bensham Manor", "Fairfield <b>")):
        Place.objects.create(
            kind="station",
            name=name,
            easting=532_500_00 + number * 900_00,
            northing=165_800_00,
            source_name="stations.csv",
            source_sha256="c" * 64,
        )
    return Area.objects.create(
        kind="borough",
        name="Sample borough",
        code="E09999999",
        boundary=boundary,
        boundary_sha256=hashlib.sha256(boundary.encode()).hexdigest(),
        west=min(e for e, _ in ring),
        south=min(n for _, n in ring),
        east=max(e for e, _ in ring),
        north=max(n for _, n in ring),
        source_name="sample.geojson",
        source_sha256="a" * 64,
        imported_at=NOW,
    )


@pytest.fixture
def analysis(area: Area, analyst: User) -> Analysis:
    return answered(area, analyst, records.record())


@pytest.fixture
def crime_files(transactional_db: None, tmp_path: Path) -> None:
    """The crimes behind the analysis, imported."""
    import_all(*records.street_files(tmp_path))


@pytest.fixture
def refused(area: Area, analyst: User) -> Analysis:
    return answered(area, analyst, records.refused())


def answered(area: Area, analyst: User, record: dict[str, Any]) -> Analysis:
    """An analysis that has this record for an answer."""
    return Analysis.objects.create(
        area=area,
        parameters=record["parameters"],
        policy_name=record["policy"]["name"],
        policy_digest=record["policy"]["digest"],
        state="refused" if record["refusal"] else "done",
        progress=100,
        requested_by=analyst,
        requested_at=NOW,
        finished_at=NOW,
        digest=record["digest"],
        record=records.canonical(record),
        summary=summary_of(record),
    )


@pytest.fixture
def keep_screenshot() -> Callable[[Page, str], None]:
    """Saves the whole page as a picture into the folder OVERT_SCREENSHOTS, where that is set."""
    folder = os.environ.get("OVERT_SCREENSHOTS")

    def keep(page: Page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return keep
