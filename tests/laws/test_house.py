"""House rules that a machine can see."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINE = ("schemas", "mappings", "converter", "verifier", "api")
MODULES = sorted(path for package in LINE for path in (ROOT / package).rglob("*.py"))


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way_along_the_line(module: Path) -> None:
    mine = LINE.index(module.relative_to(ROOT).parts[0])
    for name in _imports(ast.parse(module.read_text("utf-8"))):
        package = name.split(".")[0]
        if package in LINE:
            assert LINE.index(package) <= mine, f"{package} stands to the right of {LINE[mine]}"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_domain_knows_no_web_framework_and_no_clock(module: Path) -> None:
    if module.relative_to(ROOT).parts[0] == "api":
        return
    tree = ast.parse(module.read_text("utf-8"))
    assert not {"fastapi", "starlette", "uvicorn"} & {name.split(".")[0] for name in _imports(tree)}
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not {"datetime.now", "datetime.utcnow", "time.time", "datetime.datetime.now"} & calls


def test_every_package_says_that_it_is_one() -> None:
    for module in MODULES:
        assert (module.parent / "__init__.py").exists(), module


@pytest.mark.slow
def test_the_wheel_holds_the_five_packages_and_their_data(tmp_path: Path) -> None:
    subprocess.run(  # noqa: S603 - our own interpreter and arguments
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    top = {name.split("/")[0] for name in names}
    assert {name for name in top if ".dist-info" not in name} == set(LINE)
    assert {"mappings/ob2.toml", "mappings/edci2.toml", "mappings/elm3.toml"} <= set(names)


def test_the_distribution_can_never_be_uploaded() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "Private :: Do Not Upload" in project["classifiers"]
    assert project["name"] == "badgepass"
    assert set(project["scripts"]) == {"badgepass"}


def test_lock_files_carry_hashes_and_no_host() -> None:
    for lock in (ROOT / "locks").glob("*.txt"):
        text = lock.read_text("utf-8")
        assert "://" not in text
        assert text.count("==") <= text.count("--hash=sha256:")
