"""Overt contains no facial recognition: docs/adr/0001-no-facial-recognition.md."""

import re
import shutil
import subprocess
import sys
import tomllib

import pytest
from django import forms
from django.apps import apps
from django.db import models

from tests.conftest import ROOT

CONTRACT = "Overt contains no facial recognition"

# What a package on PyPI is called where its name is not that of its module.
DISTRIBUTIONS = {
    "caffe": {"caffe2"},
    "cv2": {
        "opencv-python",
        "opencv-python-headless",
        "opencv-contrib-python",
        "opencv-contrib-python-headless",
    },
    "faiss": {"faiss-cpu", "faiss-gpu"},
    "ffmpeg": {"ffmpeg-python"},
    "ncnn": {"ncnn-vulkan"},
    "onnxruntime": {"onnxruntime-gpu"},
    "paddle": {"paddlepaddle", "paddlepaddle-gpu"},
    "retinaface": {"retina-face"},
    "skimage": {"scikit-image"},
    "sklearn": {"scikit-learn"},
    "tensorflow": {"tensorflow-cpu", "tensorflow-gpu"},
}
# WeasyPrint places the logos of a PDF with Pillow. The contract forbids Overt to import it.
NEEDED_BY_OTHERS = {"PIL", "pillow"}
# Only for tests and benchmarks: esda, geopandas and libpysal bring it.
NEEDED_BY_OTHERS_IN_DEVELOPMENT = NEEDED_BY_OTHERS | {"sklearn", "scikit-learn"}


def forbidden_modules() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (contract,) = (
        contract
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract["name"].startswith(CONTRACT)
    )
    assert contract["source_modules"] == ["overt", "benchmarks"]
    return set(contract["forbidden_modules"])


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(lock_file: str) -> set[str]:
    text = (ROOT / lock_file).read_text()
    names = {normal(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}
    assert "django" in names
    return names


@pytest.mark.parametrize(
    ("lock_file", "exceptions"),
    [
        ("requirements.txt", NEEDED_BY_OTHERS),
        ("requirements-dev.txt", NEEDED_BY_OTHERS_IN_DEVELOPMENT),
    ],
)
def test_no_locked_dependency_opens_pictures_or_compares_faces(lock_file, exceptions):
    modules = forbidden_modules()
    denied = modules.union(*(DISTRIBUTIONS.get(module, ()) for module in modules))
    denied = {normal(name) for name in denied - exceptions}
    assert locked(lock_file) & denied == set()


def test_no_locked_dependency_speaks_of_faces_or_biometrics_in_its_name():
    telling = re.compile(r"(?<!inter)face|facial|biometr|opencv|retina|iris-|yolo|vision")
    assert [name for name in locked("requirements-dev.txt") if telling.search(name)] == []


def test_no_browser_package_reads_faces_or_cameras():
    text = (ROOT / "package-lock.json").read_text()
    names = re.findall(r'"node_modules/([^"]+)"', text)
    assert names
    telling = re.compile(r"(?<!inter)face|tensorflow|mediapipe|opencv|tracking|webcam|biometr")
    assert [name for name in names if telling.search(name)] == []


def test_the_import_contract_fails_on_planted_imports_and_names_each(tmp_path):
    for name in ("overt", "benchmarks"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "results")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    planted = {
        "one": "import cv2",
        "two": "from PIL import Image",
        "three": "def f():\n    import face_recognition.api",
    }
    for name, line in planted.items():
        (tmp_path / "overt" / "hotspots" / "geo" / f"planted_{name}.py").write_text(f"{line}\n")
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    result = subprocess.run(
        [sys.executable, "-c", lint, "--no-cache"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "1 broken" in result.stdout
    for name in planted:
        assert f"overt.hotspots.geo.planted_{name}" in result.stdout


def test_no_model_has_a_place_for_a_picture_or_a_template():
    refused = (models.BinaryField, models.FileField)
    fields = [field for model in apps.get_models() for field in model._meta.get_fields()]
    assert len(fields) > 20
    assert [str(field) for field in fields if isinstance(field, refused)] == []


def every_form(form: type[forms.BaseForm] = forms.BaseForm) -> set[type[forms.BaseForm]]:
    below = {form}
    for derived in form.__subclasses__():
        below |= every_form(derived)
    return below


def test_no_form_takes_a_picture():
    from overt.config import urls  # noqa: F401 - imports every view, and with it every form

    fields = [
        (form.__name__, name)
        for form in every_form()
        if form.__module__.startswith("overt.")
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.ImageField)
    ]
    assert fields == []


def test_no_picture_or_video_is_kept_in_the_repository():
    kept = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    assert "manage.py" in kept
    picture = re.compile(
        r"\.(jpe?g|png|gif|webp|bmp|tiff?|heic|avif|mp4|mov|avi|mkv|npy|npz|onnx|pt)$"
    )
    assert [name for name in kept if picture.search(name.lower())] == []
