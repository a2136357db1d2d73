"""`python -m hosting.try_service`: run the systemd unit under a systemd that is booted for it.

The environment is the one that `python -m hosting.try_dockerfile light` left behind. systemd-nspawn boots a Debian with
it, without any network but its own; there the unit is started, asked, and stopped. It needs root and Debian's packages
systemd-container and debootstrap.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hosting import bare_root
from hosting.bare_root import Process
from hosting.dockerfile import DockerfileError
from hosting.image import START_PATH, mounted
from hosting.try_dockerfile import FOLDER, ROOT, SEVEN

UNIT = ROOT / "hosting/mnist-studio.service"
WAIT_S = 240
INSTALL = "apt-get update && apt-get install --yes --no-install-recommends systemd systemd-sysv dbus"
PYTHON = "/opt/mnist-studio/bin/python"
HEALTH = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"
CHECK = f"""#!/bin/sh
for turn in $(seq 60); do {PYTHON} -c "{HEALTH}" 2>/dev/null && break; sleep 1; done
echo "Well after $turn s."
echo "/api/read of a seven: $({PYTHON} /root/seven.py | cut -c1-100)"
pid=$(systemctl show --property MainPID --value mnist-studio)
grep -E "^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):" /proc/$pid/status | tr '\\n\\t' '; '; echo
systemd-analyze security --no-pager mnist-studio | tail -1
systemctl stop mnist-studio
echo "Stopped: $(systemctl show --property Result --value mnist-studio)."
systemctl poweroff
"""
CHECK_UNIT = """[Unit]
After=mnist-studio.service
[Service]
Type=exec
ExecStart=/bin/sh /root/check.sh
StandardOutput=file:/root/check.txt
StandardError=file:/root/check.txt
"""


def main(arguments: Sequence[str]) -> None:
    """Boot, run the unit, and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m hosting.try_service", description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where try_dockerfile left its roots")
    folder = parser.parse_args(arguments).folder
    environment = folder / "light/upper/opt/mnist-studio"
    bare = next(folder.glob("python-3.*-slim-*"), None)
    if os.geteuid() or not shutil.which("systemd-nspawn"):
        sys.exit("It needs root and systemd-nspawn (Debian: apt-get install systemd-container).")
    if bare is None or not environment.is_dir():
        sys.exit("There is no environment yet: python -m hosting.try_dockerfile light makes it.")
    shutil.rmtree(folder / "service", ignore_errors=True)
    with mounted([bare], folder / "service") as root:
        try:
            _prepare(root, environment, folder)
            _boot(root)
        except DockerfileError as error:
            sys.exit(str(error))
        print((root / "root/check.txt").read_text())


def _prepare(root: Path, environment: Path, folder: Path) -> None:
    """Install systemd, the environment and the unit, and what asks it."""
    variables = {"PATH": START_PATH, "DEBIAN_FRONTEND": "noninteractive"}
    with (folder / "service.log").open("wb") as log:
        bare_root.run(root, Process("0:0", "/", variables).command(["/bin/sh", "-c", INSTALL]), log)
    subprocess.run(["cp", "--archive", str(environment), str(root / "opt")], check=True)
    units = root / "etc/systemd/system"
    wanted = units / "multi-user.target.wants"
    wanted.mkdir(parents=True, exist_ok=True)
    (units / UNIT.name).write_text(UNIT.read_text("utf-8"))
    (units / "check.service").write_text(CHECK_UNIT)
    (root / "root/check.sh").write_text(CHECK)
    (root / "root/seven.py").write_text(SEVEN)
    for name in (UNIT.name, "check.service"):
        (wanted / name).symlink_to(f"/etc/systemd/system/{name}")


def _boot(root: Path) -> None:
    """Boot it, and wait until it has powered itself off."""
    own = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--private-network", "--directory", str(root)]
    # Where the machine itself still has the first version of control groups, systemd has to be told that it may.
    old = ["systemd.unified_cgroup_hierarchy=0", "SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1"]
    is_old = not Path("/sys/fs/cgroup/cgroup.controllers").exists()
    with tempfile.TemporaryFile() as log:
        subprocess.run(
            [*own, "--boot", *(old if is_old else [])], stdout=log, stderr=log, stdin=subprocess.DEVNULL, timeout=WAIT_S
        )
    if not (root / "root/check.txt").exists():
        raise DockerfileError("It did not boot.")


if __name__ == "__main__":
    main(sys.argv[1:])
