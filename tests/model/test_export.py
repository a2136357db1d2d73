import io
import re
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from dataclasses import fields, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from mnist_core import load_dataset, paths
from mnist_core.datasets import DATASETS, TRAINABLE
from mnist_core.errors import BundleError
from mnist_core.model import archive
from mnist_core.model.architecture import Architecture
from mnist_core.model.archive import has_onnx_exporter, zipped_model
from mnist_core.model.bundle import CARD, files_of, read_card, verify_bundle, write_card
from mnist_core.model.card import Accuracy, Detection, ModelCard, Score
from mnist_core.model.library import rename_model
from mnist_core.model.markdown import SETTINGS, card_in_markdown
from mnist_core.model.recognizer import open_recognizer
from mnist_core.model.reliability import EDGES, Reliability
from mnist_core.owners import KEEPER
from mnist_core.training.config import Augmentation, TrainingConfig

SHIPPED = paths.SHIPPED_MODELS / "default"


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The zip of one of the user's models as the web process gets it, and the data home that it was made in."""
    home = tmp_path_factory.mktemp("exported")
    shutil.copytree(SHIPPED, home / "models" / "mine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(home))
        return zipped_model("mine"), home


@pytest.fixture(scope="module")
def unzipped(exported, tmp_path_factory):
    """The folder that is in the zip."""
    folder = tmp_path_factory.mktemp("unzipped")
    zipfile.ZipFile(io.BytesIO(exported[0])).extractall(folder)
    return folder / "mine"


@pytest.fixture
def mine(fresh_home):
    """A model of the user's."""
    folder = fresh_home / "models" / "mine"
    shutil.copytree(SHIPPED, folder)
    return folder


@pytest.fixture
def runs(monkeypatch):
    """The exports that were asked for; each gives a zip with its number in it, without Keras."""
    asked = []

    def run(command, **options):
        time.sleep(0.05)
        asked.append((command, options))
        Path(command[-1]).write_bytes(b"zip %d" % len(asked))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    return asked


@pytest.fixture
def card():
    return read_card(SHIPPED)


def kept_zips(home):
    return sorted(path.name for path in (home / "cache" / "exports").iterdir())


# What is in the zip


def test_the_zip_has_a_model_in_every_form_in_one_folder(exported):
    saved = ("saved_model.pb", "fingerprint.pb", "variables/variables.data-00000-of-00001", "variables/variables.index")
    names = [CARD, "card.md", *files_of(read_card(SHIPPED)), *(f"saved_model/{name}" for name in saved)]
    names += ["model.onnx"] if has_onnx_exporter() else []
    with zipfile.ZipFile(io.BytesIO(exported[0])) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == sorted(f"mine/{name}" for name in names)
        assert {entry.external_attr >> 16 for entry in opened.infolist()} == {0o644}


def test_what_is_in_the_zip_is_the_model(unzipped):
    for name in (CARD, *files_of(read_card(SHIPPED))):
        assert (unzipped / name).read_bytes() == (SHIPPED / name).read_bytes()
    assert (unzipped / "card.md").read_text(encoding="utf-8") == card_in_markdown(verify_bundle(unzipped))


def test_the_saved_model_reads_like_the_recognizer(unzipped):
    import tensorflow as tf

    images = np.asarray(load_dataset("uci-digits", download=False).images[:20])
    saved = tf.saved_model.load(str(unzipped / "saved_model"))
    outputs = saved.serve(images.astype(np.float32) / np.float32(255))
    probabilities, novelty = open_recognizer(unzipped)[0].predict_many(images)
    assert np.abs(outputs["probabilities"].numpy() - probabilities).max() < 3e-3
    assert np.abs(outputs["novelty"].numpy()[:, 0] - novelty).max() < 3e-3
    assert (outputs["probabilities"].numpy().argmax(axis=1) == probabilities.argmax(axis=1)).all()


def test_a_folder_is_exported_over_an_older_zip_with_the_same_bytes(exported, mine, tmp_path, monkeypatch):
    from mnist_core.model.export import export_model

    target = tmp_path / "new" / "a.zip"
    target.parent.mkdir()
    target.write_text("older")
    monkeypatch.chdir(mine)
    names = export_model(Path(), target)
    assert [path.name for path in target.parent.iterdir()] == ["a.zip"]
    with zipfile.ZipFile(target) as second, zipfile.ZipFile(io.BytesIO(exported[0])) as first:
        assert names == second.namelist() == first.namelist()
        # TensorFlow numbers what it saves anew each time.
        same = [name for name in names if "saved_model/" not in name and not name.endswith(".onnx")]
        assert [second.getinfo(name).CRC for name in same] == [first.getinfo(name).CRC for name in same]


# What cannot be exported


def test_a_damaged_model_is_not_exported(mine, tmp_path):
    from mnist_core.model.export import export_model

    (mine / "history.csv").write_text("epoch\n")
    with pytest.raises(BundleError, match=r"history\.csv must have SHA-256"):
        export_model("mine", tmp_path / "zips" / "a.zip")
    assert not (tmp_path / "zips").exists()


def test_weights_that_match_their_card_but_are_none_are_refused(mine, tmp_path):
    from mnist_core.model.export import export_model

    (mine / "model.keras").write_bytes(b"no network")
    write_card(mine, read_card(mine))
    with pytest.raises(BundleError, match=r"model\.keras of mine must be a model that Keras can load\. Received: "):
        export_model("mine", tmp_path / "zips" / "a.zip")
    assert list((tmp_path / "zips").iterdir()) == []


@pytest.mark.slow
def test_on_a_full_disk_the_export_says_so_and_leaves_nothing(mine, tmp_path):
    # The first limit stops a copy, the second one TensorFlow, the third one the zip.
    code = """
import resource, sys
from mnist_core.cli import main
for limit in (200_000, 800_000, 1_500_000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    assert main(sys.argv[1:]) == 1
"""
    command = [sys.executable, "-c", code, "export", "mine", "--output", str(tmp_path / "zips" / "a.zip")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("error: The zip could not be written to") == 3
    assert "Traceback" not in result.stderr
    assert list((tmp_path / "zips").iterdir()) == []


def test_a_failing_onnx_exporter_costs_only_the_onnx_file(tmp_path, monkeypatch, caplog):
    from mnist_core.model import conversion, export

    class Network:
        def __call__(self, images):
            assert images.shape == (1, 28, 28)

        def export(self, path, format, **options):
            path.write_bytes(b"half" if format == "onnx" else b"whole")
            if format == "onnx":
                raise AttributeError("np.cast")

    monkeypatch.setattr(conversion, "has_onnx_exporter", lambda: True)
    monkeypatch.setattr(conversion.keras.models, "load_model", lambda *_, **__: Network())
    names = export.export_model(SHIPPED, tmp_path / "a.zip")
    assert names == [
        f"default/{name}" for name in sorted([CARD, "card.md", *files_of(read_card(SHIPPED)), "saved_model"])
    ]
    assert "has no model.onnx: tf2onnx failed with AttributeError('np.cast')" in caplog.text


# What the web process keeps


def test_a_second_download_takes_no_second_export(exported, monkeypatch, runs):
    content, home = exported
    monkeypatch.setenv(paths.HOME_VARIABLE, str(home))
    assert zipped_model("mine") == content
    assert runs == []
    assert len(kept_zips(home)) == 1


def test_another_model_gets_another_zip(mine, runs, monkeypatch):
    assert [zipped_model("mine"), zipped_model("mine")] == [b"zip 1", b"zip 1"]
    assert zipped_model("default") == b"zip 2"
    rename_model("mine", "better", KEEPER)
    assert zipped_model("better") == b"zip 3"
    write_card(mine.with_name("better"), replace(read_card(SHIPPED), created="later"))
    assert zipped_model("better") == b"zip 4"
    monkeypatch.setattr(archive, "has_onnx_exporter", lambda: not has_onnx_exporter())
    assert zipped_model("better") == b"zip 5"
    monkeypatch.setattr(archive, "VERSION", archive.VERSION + 1)
    assert [zipped_model("better"), zipped_model("better")] == [b"zip 6", b"zip 6"]


def test_the_newest_zips_are_kept(mine, runs, fresh_home):
    for created in map(str, range(8)):
        write_card(mine, replace(read_card(SHIPPED), created=created))
        zipped_model("mine")
    assert len(kept_zips(fresh_home)) == archive.KEPT == 5
    assert zipped_model("mine") == b"zip 8"
    write_card(mine, replace(read_card(SHIPPED), created="3"))
    assert zipped_model("mine") == b"zip 4"
    write_card(mine, replace(read_card(SHIPPED), created="2"))
    assert zipped_model("mine") == b"zip 9"


def test_several_visitors_share_one_export(mine, runs):
    found = []
    visitors = [threading.Thread(target=lambda: found.append(zipped_model("mine"))) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert found == [b"zip 1"] * 4


def test_a_home_that_is_relative_is_the_same_for_the_export(mine, runs, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(paths.HOME_VARIABLE, "home")
    assert zipped_model("mine") == b"zip 1"
    [(command, options)] = runs
    home = tmp_path.resolve() / "home"
    assert options["env"][paths.HOME_VARIABLE] == str(home)
    assert Path(command[-1]).is_relative_to(home / "cache")


@pytest.mark.parametrize("name", ["", "..", "a/b", "x" * 300, "nobody"])
def test_a_model_that_cannot_be_is_no_reason_to_start_a_process(mine, runs, fresh_home, name):
    with pytest.raises(BundleError, match=r"name has 1 to 64|There is no model in"):
        zipped_model(name)
    assert runs == []
    assert not (fresh_home / "cache").exists()


@pytest.mark.slow
def test_what_the_export_says_last_is_passed_on(mine, fresh_home):
    (mine / "history.csv").write_text("epoch\n")
    with pytest.raises(BundleError, match=r"zip could not be made\. The model in .*mine cannot be used: history\.csv"):
        zipped_model("mine")
    assert kept_zips(fresh_home) == []


def test_an_export_that_ends_without_a_word_is_told_by_its_status(mine, fresh_home, monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, -9, "", "\n"))
    with pytest.raises(BundleError, match=r"Received: exit status -9\."):
        zipped_model("mine")
    assert kept_zips(fresh_home) == []


def test_what_the_export_says_need_not_be_utf_8(mine, fresh_home, tmp_path, monkeypatch):
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nprintf 'first\\nerror: caf\\351 is full' >&2\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    with pytest.raises(BundleError, match=r"could not be made\. caf� is full$"):
        zipped_model("mine")
    assert kept_zips(fresh_home) == []


def test_an_export_that_takes_too_long_is_ended_and_leaves_nothing(mine, fresh_home, monkeypatch):
    monkeypatch.setattr(archive, "EXPORT_TIMEOUT_S", 0.3)
    with pytest.raises(BundleError, match=r"must be made within 0\.3 seconds"):
        zipped_model("mine")
    assert kept_zips(fresh_home) == []


def test_a_cache_that_cannot_be_written_is_named(mine, runs, fresh_home):
    (fresh_home / "cache").write_text("no folder")
    with pytest.raises(BundleError, match=r"zip could not be kept in .*exports: .*Free some space"):
        zipped_model("mine")


def test_neither_keras_nor_tensorflow_is_loaded_to_manage_models():
    code = (
        "import sys; from mnist_core.model import archive, library, markdown; "
        "assert not {'keras', 'tensorflow'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# The card in words


def cells(row):
    """The cells of a table's row."""
    return re.split(r"(?<!\\)\|", row)[1:-1]


def tables(text):
    """Each table's rows, without the line below its head."""
    blocks = [block.splitlines() for block in text.split("\n\n")]
    return [[cells(row) for row in block[:1] + block[2:]] for block in blocks if block[0].startswith("|")]


def test_the_card_in_words_tells_all_that_the_card_knows(card):
    text = card_in_markdown(replace(card, reliability=Reliability(("mnist",), 700, EDGES, (100,) * 6, (50,) * 6)))
    for part in (card.created, "152,331", "145,699", "60 epochs in 136.4 minutes"):
        assert part in text
    for digest in (*card.files.values(), *card.data_hashes.values()):
        assert digest in text
    for name in (*card.handwriting, *card.non_digits, *card.versions):
        assert f"\n| {name} | " in text
    assert "\n| mnist | 10,000 | 45 | 99.55 % | 99.40 to 99.66 % | 0.0134 | 0.17 % |\n" in text
    assert "\n| a dot | 500 | 1.000 | 100.00 % |\n" in text
    assert "\n| 9,862 | 99.83 % | 99.90 % |\n" in text
    assert "\n| augmentation.rotation | 10.0 | degrees either way |\n" in text
    assert "\n| data | mnist, pen-digits, uji-digits, tablet-digits | " in text
    assert "differ by 0.11 % on average" in text
    assert "\n| 80 to 95 % | 100 | 50 | 50.00 % (40.38 to 59.62 %) |\n" in text
    assert "Digits of pen strokes are there several times" not in text
    assert "Digits of pen strokes are there several times" in card_in_markdown(card)


def test_every_row_of_a_table_has_the_cells_of_its_head(card):
    found = tables(card_in_markdown(card))
    assert len(found) == 2 + 2 + 3 + len(card.scores) + 4
    for rows in found:
        assert {len(row) for row in rows} == {len(rows[0])}


def test_names_stay_in_their_cells(card):
    name = "a | b\n# <b>\r\n\\| `c` [d](e) *"
    escaped = r"a \| b # \<b> \\\| \`c\` \[d](e) \*"
    text = card_in_markdown(
        replace(
            card,
            name=name,
            scores={name: card.scores["mnist"]},
            handwriting={name: card.handwriting["photos"]},
            non_digits={name: card.non_digits["a dot"]},
            data_hashes={name: name},
            split={name: 5},
            versions={name: name},
            config={name: name, "data": [name], "augmentation": {name: None}},
        )
    )
    assert text.startswith(f"# Model card: {escaped}\n\nA neural")
    assert text.count(f"\n| {escaped} |") == 7
    assert f"\n| augmentation.{escaped} | None |  |\n" in text
    assert text.count("\n# ") == 0


def test_a_card_that_knows_little_makes_a_short_text(card):
    little = replace(card, scores={}, handwriting={}, non_digits={}, config={}, files={}, reliability=None)
    text = card_in_markdown(little)
    titles = re.findall(r"^## (.*)", text, re.MULTILINE)
    assert titles == [
        "What it is for",
        "What it is not for",
        "What goes in and what comes out",
        "What it learned from",
        "How often it is right",
        "How often an answer is right, by how sure it is",
        "How it was trained",
        "Files",
    ]
    assert "It has not been measured on any test images." in text
    assert "\n| network | unknown |\n" in text


def test_every_setting_is_explained():
    settings = {each.name for each in fields(TrainingConfig)} - {"name", "architecture"}
    settings |= {f"augmentation.{each.name}" for each in fields(Augmentation)}
    assert settings <= SETTINGS.keys()


def test_every_dataset_is_explained_with_its_licence(card):
    text = card_in_markdown(replace(card, data_hashes=dict.fromkeys([*TRAINABLE, "gone"], "0")))
    assert "\n| mnist | MNIST: scanned digits (LeCun, Cortes, Burges), CC BY-SA 3.0 | 0 |\n" in text
    assert "\n| drawings | drawn by visitors of the app, who said of each what it is; not published | 0 |\n" in text
    assert "\n| gone |  | 0 |\n" in text
    assert {name: spec.about.endswith(f", {spec.licence}") for name, spec in DATASETS.items()} == dict.fromkeys(
        DATASETS, True
    )
    assert all(f"\n| {name} | {spec.about} | 0 |\n" in text for name, spec in TRAINABLE.items())


# What `archive.VERSION` stands for. Where this fails, zips have another card in words: raise the version with it.


def test_a_card_has_the_words_that_the_version_stands_for():
    score = Score(200, 3, 0.957, 0.995, 0.05, 0.01, 0.02, ((50, 0.95, 0.94), (150, 0.99, 1.0)))
    known = ModelCard(
        name="known",
        created="2026-11-01T12:00:00+00:00",
        config=TrainingConfig(augmentation=Augmentation()).to_json(),
        parameters=12_345,
        epochs=3,
        seconds=90.0,
        scores={"mnist": score},
        handwriting={"photos": Accuracy(100, 2, 0.93, 0.994)},
        non_digits={"a dot": Detection(50, 0.99, 0.96)},
        data_hashes=dict.fromkeys(("mnist", "pen-digits", "uci-digits", "drawings"), "abc"),
        split={"training": 900, "validation": 100},
        versions={"keras": "3.15.1"},
        files=dict.fromkeys((CARD, *files_of(read_card(SHIPPED))), "def"),
        taught={"base": "default", "graph": "abc", "drawings": 4, "dataset": "mnist"},
        reliability=Reliability(("mnist", "pen-digits"), 100, EDGES, (0, 0, 10, 20, 30, 39), (0, 0, 7, 19, 30, 39)),
    )
    text = card_in_markdown(known)
    assert (archive.VERSION, len(text), sha256(text.encode()).hexdigest()[:16]) == (2, 7409, "2abf1cebc892ee08")


def test_a_card_of_chosen_layers_has_the_words_that_the_version_stands_for(card):
    chosen = TrainingConfig(network="classic", architecture=Architecture(), augmentation=None).to_json()
    known = replace(
        card, config=chosen, scores={}, handwriting={}, non_digits={}, files={}, versions={}, split={}, ending=""
    )
    text = card_in_markdown(known)
    rows = [row for row in text.splitlines() if row.startswith("| architecture.")]
    assert len(rows) == 6
    told = sha256("\n".join([*rows, *SETTINGS, *SETTINGS.values()]).encode()).hexdigest()[:16]
    assert (archive.VERSION, told) == (2, "eb82bd76d780903a")
