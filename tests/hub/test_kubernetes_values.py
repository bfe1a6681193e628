"""The values for Kubernetes name what the code names, and copy the course as they say."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from cctoolkit.cli.running_lab import CONFIG
from cctoolkit.course import FIRST_NOTEBOOK

ROOT = Path(__file__).parents[2]
BINDER = ROOT / "binder"


@pytest.fixture(scope="module")
def values() -> dict[str, Any]:
    return dict(yaml.safe_load((BINDER / "jupyterhub" / "values.yaml").read_text()))


def test_the_variables_are_those_that_the_code_reads(values: dict[str, Any]) -> None:
    """A name that nothing reads would be a setting without effect."""
    code = "\n".join(path.read_text() for path in (ROOT / "cctoolkit").rglob("*.py"))
    known = set(re.findall(r'"(CCTOOLKIT_[A-Z_]+)"', code))
    assert values["singleuser"]["extraEnv"].keys() <= known


def test_the_sandbox_is_reached_as_on_binder(values: dict[str, Any]) -> None:
    """The same variables with the same values: behind a hub's proxy both are in the same place."""
    start = (BINDER / "start").read_text()
    exported = dict(re.findall(r"^export (\w+)=\"?([^\"\n]*)\"?$", start, re.MULTILINE))
    assert exported
    assert values["singleuser"]["extraEnv"] | exported == values["singleuser"]["extraEnv"]


def test_the_workspace_lies_in_the_persons_storage(values: dict[str, Any]) -> None:
    """Else the notebooks would go with the pod."""
    person = values["singleuser"]
    workspace = PurePosixPath(person["extraEnv"]["CCTOOLKIT_WORKSPACE"])
    home = PurePosixPath(person["storage"]["homeMountPath"])
    assert workspace.is_relative_to(home)
    # The server's root is the home, so the address of the first notebook begins below it.
    assert person["defaultUrl"] == f"/lab/tree/{workspace.relative_to(home)}/{FIRST_NOTEBOOK}"


@pytest.mark.skipif(os.name != "posix", reason="the pod has a POSIX shell")
def test_the_hook_copies_the_course(values: dict[str, Any], tmp_path: Path) -> None:
    """Run as a pod would run it, with another home."""
    command = values["singleuser"]["lifecycleHooks"]["postStart"]["exec"]["command"]
    workspace = tmp_path / "cctoolkit-course"
    log = tmp_path / "log"
    here = [part.replace("/proc/1/fd/1", str(log)) for part in command]
    environment = {**os.environ, "CCTOOLKIT_WORKSPACE": str(workspace), "PYTHONPATH": str(ROOT)}
    assert subprocess.run(here, env=environment, timeout=60).returncode == 0
    assert log.read_text() == ""
    assert (workspace / FIRST_NOTEBOOK).exists()
    assert (workspace / "data").is_dir()


@pytest.mark.skipif(os.name != "posix", reason="the pod has a POSIX shell")
def test_a_hook_that_fails_does_not_end_the_pod(values: dict[str, Any], tmp_path: Path) -> None:
    """A person whose storage is full has to get in; what happened is in the log."""
    command = values["singleuser"]["lifecycleHooks"]["postStart"]["exec"]["command"]
    (tmp_path / "file").write_text("")
    log = tmp_path / "log"
    here = [part.replace("/proc/1/fd/1", str(log)) for part in command]
    environment = {**os.environ, "CCTOOLKIT_WORKSPACE": str(tmp_path / "file" / "course"), "PYTHONPATH": str(ROOT)}
    assert subprocess.run(here, env=environment, timeout=60).returncode == 0
    assert "cannot be copied" in log.read_text()


def test_nobody_comes_in_before_an_authenticator_is_chosen(values: dict[str, Any]) -> None:
    """The chart's own default takes any name."""
    who = values["hub"]["config"]["Authenticator"]
    assert who["allow_all"] is False
    assert who["allowed_users"] == []


def test_no_secret_is_in_the_values(values: dict[str, Any]) -> None:
    """They are for a file that is in no repository."""
    assert not re.findall(r"secret|password|token:", yaml.safe_dump(values), re.IGNORECASE)


def test_idle_servers_end_and_storage_stays(values: dict[str, Any]) -> None:
    """Per person, and kept."""
    assert values["cull"]["enabled"] is True
    assert values["cull"]["timeout"] >= 3_600
    assert values["singleuser"]["storage"]["type"] == "dynamic"


def test_the_image_holds_what_the_hub_needs() -> None:
    """The package itself, not editable, with the pinned versions, and what passes on the sandbox's pages."""
    image = (BINDER / "jupyterhub" / "Dockerfile").read_text()
    installed = re.search(r"pip install (.*)", image)
    assert installed is not None
    words = installed[1].split()
    assert {'".[lab]"', "jupyter-server-proxy", "constraints.txt"} <= set(words)
    assert "-e" not in words


def test_the_pages_of_the_image_and_of_binder_are_those_of_the_lab() -> None:
    """The paths that their servers are told hold the lab's settings and its extension; what is set already stays."""
    image = (BINDER / "jupyterhub" / "Dockerfile").read_text()
    told = dict(re.findall(r"(JUPYTER\w*PATH)=/opt/cctoolkit/(\S+)", image))
    assert {ROOT / place for place in told.values()} == {CONFIG}
    script = [BINDER / "start", "printenv", "JUPYTER_CONFIG_PATH", "JUPYTER_PATH"]
    environment = {"PATH": os.environ["PATH"], "JUPYTER_PATH": "/before"}
    done = subprocess.run(["bash", *script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert told.keys() == {"JUPYTER_CONFIG_PATH", "JUPYTER_PATH"}
    assert done.stdout.split() == [str(CONFIG), f"{CONFIG}:/before"]
    assert list((CONFIG / "labextensions").glob("*/package.json"))


def test_what_the_image_copies_is_enough_to_install() -> None:
    """The files that the package's build reads are all among those that the image gets."""
    image = (BINDER / "jupyterhub" / "Dockerfile").read_text()
    copied = {name for line in re.findall(r"^COPY (.*)", image, re.MULTILINE) for name in line.split()[:-1]}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {
        "pyproject.toml",
        project["project"]["readme"],
        *project["project"]["license-files"],
        *wheel["packages"],
        *wheel["force-include"],
    }
    assert needed <= copied
    assert all((ROOT / name).exists() for name in copied)
