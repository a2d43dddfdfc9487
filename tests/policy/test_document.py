"""Reading a profile: what it holds, what its digest depends on, what is refused and how."""

import json
import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from overt.policy.document import Profile, ProfileError, from_document, from_toml

from .conftest import FOLDER

MET = (FOLDER / "met-2024-09.toml").read_text(encoding="utf-8")


def read(text: str) -> Profile:
    return from_toml(text, origin="met-2024-09.toml")


def blocks(text: str) -> tuple[str, list[list[str]]]:
    """What stands before the first table, and the tables as lists of lines."""
    head, *tables = re.split(r"^(?=\[)", text, flags=re.MULTILINE)
    return head, [table.strip().splitlines() for table in tables]


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return [leaf for key in value for leaf in leaves(value[key], (*path, key))]
    if isinstance(value, list):
        return [leaf for key, item in enumerate(value) for leaf in leaves(item, (*path, key))]
    return [path]


class TestWhatItHolds:
    def test_the_hotspot_definition_is_the_one_a_court_was_told(self, met: str) -> None:
        hotspots = read(met).hotspots
        assert (hotspots.months.value, hotspots.quantile.value) == (36, "0.75")
        assert hotspots.months.status == hotspots.quantile.status == "reported"
        assert hotspots.cell_width_m.status == "assumed"

    def test_the_five_use_cases_carry_their_sections(self, met: str) -> None:
        sections = [case.section.value for case in read(met).use_cases.values()]
        assert sorted(sections) == ["2.3(a)", "2.3(b)", "2.7(a)", "2.7(b)", "2.9"]

    @pytest.mark.parametrize(
        ("day", "floor"),
        [
            (date(2020, 2, 11), "0.60"),
            (date(2024, 7, 10), "0.60"),
            (date(2024, 7, 11), "0.62"),
            (date(2024, 7, 24), "0.62"),
            (date(2024, 7, 25), "0.64"),
        ],
    )
    def test_the_threshold_floor_follows_the_day(self, met: str, day: date, floor: str) -> None:
        found = read(met).threshold.floor_on(day)
        assert found is not None
        assert found.value == floor

    def test_a_threshold_is_compared_as_a_number_and_not_as_text(self, met: str) -> None:
        threshold = read(met).threshold
        assert threshold.allows("0.6", date(2020, 2, 11))
        assert threshold.allows("0.640", date(2025, 1, 1))
        assert not threshold.allows("0.6399", date(2025, 1, 1))

    def test_before_the_first_dated_floor_there_is_none(self, example: str) -> None:
        threshold = from_toml(example, origin="example").threshold
        assert threshold.floor_on(date(2025, 3, 31)) is None
        assert threshold.allows("0.1", date(2025, 3, 31))

    def test_a_profile_cannot_be_changed_once_read(self, met: str) -> None:
        profile = read(met)
        with pytest.raises(ValueError, match="frozen"):
            profile.hotspots.months.value = 1

    def test_the_example_differs_in_most_values(self, met: str, example: str) -> None:
        ours, theirs = json.loads(read(met).document), json.loads(read(example).document)
        for section in ("hotspots", "rise", "stability", "siting", "quality", "sessions", "signs"):
            fields = ours[section]
            same = [f for f in fields if fields[f]["value"] == theirs[section][f]["value"]]
            assert len(same) < len(fields) / 2, (section, same)


class TestDigest:
    @given(random=st.randoms(use_true_random=False))
    def test_order_layout_and_comments_do_not_change_it(self, random: Any) -> None:
        head, tables = blocks(MET)
        shuffled = []
        for name, *lines in tables:
            random.shuffle(lines)
            shuffled.append([name, *lines])
        # Entries of one list keep their order among themselves, for it means something.
        keys = [random.random() for _ in shuffled]
        for listed in {table[0] for table in shuffled if table[0].startswith("[[")}:
            places = [i for i, table in enumerate(shuffled) if table[0] == listed]
            for place, key in zip(places, sorted(keys[i] for i in places), strict=True):
                keys[place] = key
        order = sorted(range(len(shuffled)), key=lambda i: keys[i])
        text = head + "\n".join(
            f"# note {number}\n" + "\n\n".join(shuffled[number]) for number in order
        )
        assert text != MET
        assert read(text).digest == read(MET).digest

    @given(data=st.data())
    def test_any_changed_value_source_status_or_note_changes_it(self, data: Any) -> None:
        profile = read(MET)
        content = json.loads(profile.document)
        path = data.draw(st.sampled_from(leaves(content)))
        target = content
        for key in path[:-1]:
            target = target[key]
        old = target[path[-1]]
        if isinstance(old, bool):
            target[path[-1]] = not old
        elif isinstance(old, int):
            target[path[-1]] = old + 1
        elif path[-1] == "status":
            target["status"] = "reported" if old == "assumed" else "assumed"
        else:
            target[path[-1]] = old + "0"
        try:
            changed = Profile.model_validate_json(json.dumps(content))
        except ValueError:
            reject()  # no profile any more
        assert changed.digest != profile.digest

    def test_it_is_the_sha256_of_the_document(self, met: str) -> None:
        # A change here means that the form of every pinned profile changed.
        assert len(read(met).digest) == 64
        assert read(met).document.startswith('{"alerts":{"false_alert_ceiling_one_in":{"note":')

    @pytest.mark.parametrize("name", ["met-2024-09", "example-force"])
    def test_a_pinned_document_gives_the_same_profile_back(self, name: str) -> None:
        profile = from_toml((FOLDER / f"{name}.toml").read_text(), origin=name)
        again = from_document(profile.document)
        assert again == profile
        assert (again.document, again.digest) == (profile.document, profile.digest)

    def test_a_pinned_document_with_a_changed_layout_is_refused(self, met: str) -> None:
        document = read(met).document
        with pytest.raises(ProfileError, match="changed after pinning"):
            from_document(document.replace('{"alerts"', '{ "alerts"', 1))

    def test_a_pinned_document_that_is_no_json_is_refused(self) -> None:
        with pytest.raises(ProfileError, match="pinned profile"):
            from_document("{")


METHOD = 'source = "Overt\'s method, docs/method.md", status = "assumed"'
ORIGINS = f"origins = {{ value = 200, {METHOD} }}"

REFUSED = [
    (
        ORIGINS,
        ORIGINS + "\nspeed = 1",
        "section stability, field speed: is not a known field; correct its spelling or remove it",
    ),
    (ORIGINS, "", "section stability, field origins: is missing; add it"),
    (
        ORIGINS,
        'origins = { value = 200, status = "assumed" }',
        "section stability, field origins.source: is missing; say where the value comes from",
    ),
    (
        ORIGINS,
        'origins = { value = 200, source = "  ", status = "assumed" }',
        "section stability, field origins.source: is empty; say where the value comes from",
    ),
    (
        ORIGINS,
        ORIGINS.replace('"assumed"', '"guessed"'),
        "section stability, field origins.status: 'guessed' is not one of: "
        "confirmed, reported, assumed",
    ),
    (
        ORIGINS,
        'origins = { value = 200, source = "x" }',
        "section stability, field origins.status: is missing; write one of: "
        "confirmed, reported, assumed",
    ),
    (
        ORIGINS,
        "origins = 200",
        "section stability, field origins: must be a table with value, source and status",
    ),
    (
        ORIGINS,
        ORIGINS.replace("200", '"200"'),
        "section stability, field origins: must be a whole number",
    ),
    (
        ORIGINS,
        ORIGINS.replace("200", "true"),
        "section stability, field origins: must be a whole number",
    ),
    (
        ORIGINS,
        ORIGINS.replace("200", "200.5"),
        "section stability, field origins: must be a whole number",
    ),
    (
        ORIGINS,
        ORIGINS.replace("200", "0"),
        "section stability, field origins: input should be greater than or equal to 1",
    ),
    (
        'quantile = { value = "0.75"',
        'quantile = { value = "1.5"',
        "section hotspots, field quantile: 1.5 must lie between 0 and 1, both excluded",
    ),
    (
        'quantile = { value = "0.75"',
        'quantile = { value = "1"',
        "section hotspots, field quantile: 1 must lie between 0 and 1, both excluded",
    ),
    (
        'quantile = { value = "0.75"',
        'quantile = { value = "0.0"',
        "section hotspots, field quantile: 0.0 must lie between 0 and 1, both excluded",
    ),
    (
        'quantile = { value = "0.75"',
        "quantile = { value = 0.75",
        "section hotspots, field quantile: must be text in quotes",
    ),
    (
        'quantile = { value = "0.75"',
        'quantile = { value = "3/4"',
        "section hotspots, field quantile: '3/4' is not a decimal in quotes, such as \"0.75\"",
    ),
    (
        "cell_width_m = { value = 350",
        "cell_width_m = { value = 450",
        "section hotspots, field cell_width_m: 450 m is outside 300 to 433 m; "
        "choose a width in that range",
    ),
    (
        "cell_width_min_m = { value = 300",
        "cell_width_min_m = { value = 434",
        "section hotspots, field cell_width_min_m: 434 m is above the widest, 433 m",
    ),
    (
        "min_months_level = { value = 12",
        "min_months_level = { value = 37",
        "section hotspots, field min_months_level: 37 months is more than the 36",
    ),
    (
        "min_months_rise = { value = 15",
        "min_months_rise = { value = 14",
        "section hotspots, field min_months_rise: 14 months do not hold both periods",
    ),
    (
        'reference_population = { value = "B"',
        'reference_population = { value = "D"',
        "section hotspots, field reference_population: 'D' is not allowed; write 'A', 'B' or 'C'",
    ),
    (
        "footfall_counts = { value = false",
        "footfall_counts = { value = true",
        "section hotspots, field footfall_counts: True is not allowed; write False",
    ),
    (
        'value = ["Drugs", "Possession of weapons"]',
        'value = ["Drugs", "Drugs"]',
        "section hotspots, field enforcement_led: 'Drugs' is listed twice; list it once",
    ),
    (
        'value = ["Drugs", "Possession of weapons"]',
        'value = "Drugs"',
        "section hotspots, field enforcement_led: must be a list in square brackets",
    ),
    ('mostly = { value = "0.75"', 'mostly = { value = "0.25"', "field mostly: must be above weak"),
    (
        'mostly = { value = "0.75"',
        'mostly = { value = "0.95"',
        "field robust: must be above",
    ),
    (
        "diameter_m = { value = 400",
        "diameter_m = { value = 501",
        "section siting, field diameter_m: 501 m is outside 300 to 500 m",
    ),
    (
        'rank = { value = "superintendent"',
        'rank = { value = "sheriff"',
        "section authorising, field rank: 'sheriff' is not allowed; write 'staff', 'constable'",
    ),
    (
        "from_day = 2024-07-11",
        "from_day = 2024-07-26",
        "section threshold, field floors: must be listed by rising from_day, each day once",
    ),
    (
        "from_day = 2024-07-11",
        "from_day = 2024-07-25",
        "section threshold, field floors: must be listed by rising from_day, each day once",
    ),
    (
        "from_day = 2024-07-11\n",
        "",
        "section threshold, field floors: only the first floor may be without from_day",
    ),
    (
        "value = 2024-09-01",
        'value = "September"',
        "section validity, field in_force_from: must be a day such as 2024-09-01",
    ),
    (
        "value = 2024-09-01",
        "value = 2024-09-01T10:00:00",
        "section validity, field in_force_from: must be a day such as 2024-09-01",
    ),
    (
        "[hotspots]",
        'in_force_until = { value = 2024-08-31, source = "x", status = "assumed" }\n[hotspots]',
        "section validity, field in_force_until: lies before in_force_from",
    ),
    ("[siting]", "[sitting]", "field siting: is missing; add it"),
    ("example = false", 'example = "no"', "field example: must be true or false"),
    ('schema = "overt/policy/1"', 'schema = "overt/policy/2"', "field schema: 'overt/policy/2'"),
    ('name = "met-2024-09"', 'name = "Met 2024"', "field name: "),
    ("[hotspots]", "[hotspots", "not valid TOML: "),
]


class TestWhatIsRefused:
    @pytest.mark.parametrize(("old", "new", "message"), REFUSED)
    def test_the_error_names_file_section_field_and_remedy(
        self, met: str, old: str, new: str, message: str
    ) -> None:
        assert old in met
        with pytest.raises(ProfileError) as refusal:
            read(met.replace(old, new, 1))
        assert str(refusal.value).startswith("met-2024-09.toml: ")
        assert message in str(refusal.value)
        assert "\n" not in str(refusal.value)

    def test_every_problem_is_listed_and_the_first_is_named(self, met: str) -> None:
        text = met.replace("[quality]", "[qualities]").replace("months = {", "moons = {", 1)
        with pytest.raises(ProfileError, match=r"\(and 3 more problems\)$") as refusal:
            read(text)
        assert len(refusal.value.problems) == 4

    @given(text=st.text(max_size=200))
    def test_any_text_is_a_profile_or_a_profile_error(self, text: str) -> None:
        with pytest.raises(ProfileError) as refusal:
            from_toml(text, origin="x")
        assert "\n" not in str(refusal.value)

    @given(
        content=st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(max_size=5), inner, max_size=3)
            ),
        ),
        section=st.sampled_from(["hotspots", "use_cases", "threshold", "community", "name"]),
    )
    def test_any_section_content_is_read_or_refused_in_one_line(
        self, content: Any, section: str
    ) -> None:
        document = json.loads(read(MET).document)
        document[section] = content
        with pytest.raises(ProfileError) as refusal:
            from_document(json.dumps(document))
        assert "\n" not in str(refusal.value)
