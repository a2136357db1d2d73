"""How much memory there is, in a container too."""

import psutil
import pytest

from mnist_core import memory
from mnist_core.errors import ConfigError, LimitError

GIGABYTE = 10**9


@pytest.fixture
def groups(tmp_path, monkeypatch):
    """A function that writes files of control groups, and says which of them this process is in; at first none."""
    monkeypatch.delenv(memory.VARIABLE, raising=False)
    monkeypatch.setattr(memory, "GROUPS", tmp_path / "groups")
    monkeypatch.setattr(memory, "OWN_GROUP", tmp_path / "own")

    def write(own: str, **files: str) -> None:
        (tmp_path / "own").write_text(own)
        for name, text in files.items():
            file = memory.GROUPS / name.replace("__", "/").replace("_DOT_", ".")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    return write


@pytest.fixture
def machine(monkeypatch):
    """A machine that has 8 of its 16 GB."""

    class Memory:
        total, available = 16 * GIGABYTE, 8 * GIGABYTE

    monkeypatch.setattr(psutil, "virtual_memory", Memory)


def test_without_a_container_it_is_what_the_machine_has(groups, machine):
    assert memory.free_bytes() == 8 * GIGABYTE


def test_a_container_has_what_its_limit_leaves_and_files_can_go(groups, machine):
    groups("0::/\n", memory_DOT_max=f"{2 * GIGABYTE}\n", memory_DOT_current=f"{GIGABYTE}\n")
    assert memory.free_bytes() == GIGABYTE
    groups("0::/\n", memory_DOT_stat="anon 700\ninactive_file 500000000\nfile 9\n")
    assert memory.free_bytes() == 1.5 * GIGABYTE


def test_the_smallest_of_the_groups_around_counts(groups, machine):
    groups("0::/slice/unit\n", slice__unit__memory_DOT_max="max\n", slice__unit__memory_DOT_current="5\n")
    assert memory.free_bytes() == 8 * GIGABYTE
    groups("0::/slice/unit\n", slice__memory_DOT_max=f"{GIGABYTE}\n", slice__memory_DOT_current="0\n")
    assert memory.free_bytes() == GIGABYTE


def test_older_systems_keep_it_elsewhere(groups, machine):
    groups("5:cpu:/x\n9:memory:/docker/a\n")
    folder = memory.GROUPS / "memory" / "docker" / "a"
    folder.mkdir(parents=True)
    (folder / "memory.limit_in_bytes").write_text(str(3 * GIGABYTE))
    (folder / "memory.usage_in_bytes").write_text(str(GIGABYTE))
    assert memory.free_bytes() == 2 * GIGABYTE


@pytest.mark.parametrize("nonsense", ["", "lots\n", "\x00\xff"])
def test_what_is_no_number_is_no_limit(groups, machine, nonsense):
    groups(nonsense, memory_DOT_max=nonsense, memory_DOT_current=nonsense, memory_DOT_stat=nonsense)
    assert memory.free_bytes() == 8 * GIGABYTE


def test_a_setting_comes_before_what_the_machine_says(groups, machine, monkeypatch):
    monkeypatch.setenv(memory.VARIABLE, "3000")
    assert memory.free_bytes() == 3 * GIGABYTE
    monkeypatch.setenv(memory.VARIABLE, "some")
    with pytest.raises(ConfigError, match=memory.VARIABLE):
        memory.free_bytes()


def test_more_than_there_is_is_refused_with_both_figures(groups, machine):
    memory.check_memory(8 * GIGABYTE)
    memory.check_memory(9 * GIGABYTE, held=GIGABYTE)
    with pytest.raises(LimitError, match=r"needs about 17\.0 GB of memory, and this machine has 8\.5 GB"):
        memory.check_memory(17 * GIGABYTE, held=GIGABYTE // 2)
