"""Making the shipped model again: what it needs, and that it says so before it begins."""

import pytest

from mnist_core.cli import shipped
from mnist_core.errors import DatasetError
from mnist_core.training import teachers


def test_it_needs_to_know_who_wrote_what(monkeypatch, tmp_path):
    monkeypatch.setattr(shipped, "writers_of", lambda name: None)
    monkeypatch.setattr(shipped, "train_model", None)
    with pytest.raises(DatasetError, match="fetch mnist"):
        shipped.main(["--output", str(tmp_path / "model"), "--work", str(tmp_path / "work")])
    assert list(tmp_path.iterdir()) == []


def test_teachers_are_asked_before_the_model_learns(monkeypatch, tmp_path):
    done = []
    monkeypatch.setattr(shipped, "writers_of", lambda name: [1])
    monkeypatch.setattr(shipped, "_ask_teachers", lambda work: done.append(("teachers", work)))
    monkeypatch.setattr(shipped, "train_model", lambda config, output, **more: done.append((config, output, more)))
    monkeypatch.setattr(shipped, "write_card", lambda output, card: card)
    monkeypatch.setattr(shipped, "load_dataset", lambda name, download: name)
    monkeypatch.setattr(shipped, "ship_robustness", lambda output, dataset: done.append(("robustness", output)))
    monkeypatch.setattr(shipped, "model_summary", lambda card, output: "")
    work, output = tmp_path / "work", tmp_path / "model"
    assert shipped.main(["--teachers", "--seed", "2", "--output", str(output), "--work", str(work)]) == 0
    (first, _), (config, _, more), (last, _) = done
    assert (first, last) == ("teachers", "robustness")
    assert (config.seed, config.soft_labels) == (2, shipped.STUDENT.soft_labels)
    assert more["work"] == work / "student-2"


def test_the_student_learns_from_what_its_teachers_were_asked_about():
    assert teachers.ASKED_ABOUT in shipped.STUDENT.data
    assert 0 < shipped.STUDENT.soft_labels < 1
    assert all(teacher.data == (teachers.ASKED_ABOUT,) for teacher in teachers.TEACHERS)
