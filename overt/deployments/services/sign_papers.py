"""Signs on paper: a PDF of one sign, or of all signs of a deployment, as accessible PDF/UA-1.

Rules
1. Signs are printed under an authority and at no other time: nobody should hold a sign for what
   nobody has authorised.
2. A sign says on which day and between which times it holds, so that one that is left behind, or
   put up too early, is not a false statement. It also says the version it was printed from, so
   that one of an earlier version is told apart.
3. The text is the force's, from the profile that the deployment is held to. How certain that text
   is concerns the people who apply and authorise; it is not said on the street.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from overt.deployments import states
from overt.deployments.errors import WrongState
from overt.deployments.models import Deployment, Sign
from overt.deployments.selectors.deployments import profile_of
from overt.deployments.signs import paper, qr


@dataclass(frozen=True)
class Addresses:
    """`origin`: scheme and host under which the public reaches Overt, without a slash at the end.
    `page`: the public page of the deployment, as people would type it."""

    origin: str
    page: str

    def of(self, sign: Sign) -> str:
        """What the code of `sign` says."""
        return f"{self.origin}/signs/{sign.token}/"


def sheets(deployment: Deployment) -> tuple[str, ...]:
    """The paper sizes that the signs of `deployment` are printed on."""
    return paper.printable(profile_of(deployment).signs.paper_sizes.value)


def may_print(deployment: Deployment) -> bool:
    """Rule 1."""
    return deployment.state in states.UNDER_AUTHORITY


def pdf(
    *, deployment: Deployment, signs: Sequence[Sign], sheet: str, addresses: Addresses
) -> bytes:
    """One page for each of `signs`, of which there is at least one. Raises WrongState."""
    import weasyprint  # half a second that most processes never need

    if not may_print(deployment):
        raise WrongState(
            f"{deployment.reference} is {states.LABELS[deployment.state].lower()}: signs are "
            "printed once it is authorised."
        )
    page = html(deployment=deployment, signs=signs, sheet=sheet, addresses=addresses)
    document = weasyprint.HTML(string=page, url_fetcher=_nothing_else)
    written: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return written


def html(*, deployment: Deployment, signs: Sequence[Sign], sheet: str, addresses: Addresses) -> str:
    """What the PDF is made of."""
    profile = profile_of(deployment)
    return render_to_string(
        "deployments/signs/paper.html",
        {
            "deployment": deployment,
            "version": deployment.current_version,
            "force": profile.force,
            "layout": paper.lay_out(profile.signs.text.value, sheet),
            "page": addresses.page,
            "signs": [
                {
                    "sign": sign,
                    # Made by our own drawing, which escapes every value.
                    "code": mark_safe(  # noqa: S308
                        qr.drawing(
                            addresses.of(sign),
                            ident=f"code-{sign.pk}",
                            title="Code to scan with a telephone",
                            desc=f"It leads to {addresses.page} and names this sign.",
                        )
                    ),
                }
                for sign in signs
            ],
        },
    )


def _nothing_else(url: str, *_args: Any, **_kwargs: Any) -> Any:
    """The page carries all it needs; a reference to anything else is a fault."""
    raise ValueError(f"a sign refers to {url}")
