"""The plan of a version, for its papers and for the pages on which people decide."""

from django.utils.safestring import SafeString, mark_safe

from overt.deployments.place.plan_svg import plan_svg
from overt.deployments.selectors.frozen import Frozen
from overt.deployments.selectors.surroundings import Surroundings


def plan(shown: Frozen, around: Surroundings | None = None) -> SafeString:
    """SVG of zone, footprint, cameras and signs as they were submitted; "" without a zone.

    `around` adds what the database knows now. Without it the same version gives the same plan.
    """
    place, known = shown.draft.place, around or Surroundings()
    markup = plan_svg(
        zone=place.zone,
        footprint=place.footprint,
        cameras=[(camera.label, camera.position) for camera in place.cameras],
        signs=[(sign.code, sign.position) for sign in shown.draft.signs.signs],
        roads=known.roads,
        sensitive=known.sensitive,
        title=f"Plan of {shown.document['title']}",
    )
    # Made by our own drawing, which escapes every value.
    return mark_safe(markup)  # noqa: S308
