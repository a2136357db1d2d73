import json
import shutil
import subprocess
import sys

import pytest
from PIL import Image

from mnist_core import paths
from mnist_core.cli import main
from tests.core.test_ink import picture
from tests.strokes import SEVEN, ZERO


@pytest.fixture
def files(tmp_path):
    """A seven, a zero, a flat picture, no picture, and a missing file."""
    for name, strokes in (("seven.png", SEVEN), ("zero.jpg", ZERO)):
        Image.fromarray(picture(strokes)).save(tmp_path / name)
    Image.new("L", (50, 50), 255).save(tmp_path / "flat.png")
    (tmp_path / "text.png").write_text("hello")
    return [str(tmp_path / name) for name in ("seven.png", "flat.png", "text.png", "missing.png", "zero.jpg")]


def test_predict_prints_an_object_a_file_and_goes_on_after_an_error(files, capsys):
    assert main(["predict", "--json", *files]) == 1
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["file"] for answer in answers] == files
    assert [answer.get("digit") for answer in answers] == [7, None, None, None, 0]
    assert [("error" in answer) for answer in answers] == [False, True, True, True, False]
    assert answers[0].keys() == {"file", "digit", "probability", "probabilities", "novelty", "is_digit"}
    assert sum(answers[0]["probabilities"]) == pytest.approx(1, abs=1e-5)


def test_predict_in_words(files, capsys):
    assert main(["predict", files[0]]) == 0
    assert capsys.readouterr().out.startswith(f"{files[0]}: 7 (")


def test_verify_says_what_is_wrong(fresh_home, capsys):
    assert main(["verify"]) == 0
    shutil.copytree(paths.SHIPPED_MODELS / "default", fresh_home / "models" / "mine")
    (fresh_home / "models" / "mine" / "history.csv").write_text("epoch\n")
    assert main(["verify"]) == 1
    out = capsys.readouterr()
    assert "default: every file" in out.out
    assert "history.csv must have SHA-256" in out.err


def test_evaluate_gives_the_score_in_words_and_as_json(capsys):
    assert main(["evaluate", "--data", "uci-digits"]) == 0
    assert "of 359 wrong" in capsys.readouterr().out
    assert main(["evaluate", "--data", "uci-digits", "--json"]) == 0
    score = json.loads(capsys.readouterr().out)["uci-digits"]
    assert score["images"] == 359
    assert score["low"] < score["accuracy"] == 1 - score["errors"] / 359 < score["high"]


def test_train_makes_a_model_that_predict_can_use(fresh_home, files, capsys):
    arguments = ["train", "--preset", "classic", "--name", "mine", "--data", "uci-digits", "--epochs", "2"]
    assert main(arguments) == 0
    assert "uci-digits test:" in capsys.readouterr().out
    assert main(["predict", "--model", "mine", files[0]]) == 0
    assert main(arguments) == 1
    assert "--overwrite" in capsys.readouterr().err


def test_train_on_a_full_disk_says_so_and_leaves_nothing(fresh_home):
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)); "
        "from mnist_core.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "train", "--preset", "classic", "--data", "uci-digits", "--epochs", "1"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "error: The model could not be written to" in result.stderr
    assert "Traceback" not in result.stderr
    assert list((fresh_home / "models").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "--epochs", "0", "--data", "uci-digits"], "epochs must be"),
        (["train", "--name", "../x", "--data", "uci-digits"], "model's name"),
        (["train", "--name", "default", "--data", "uci-digits", "--overwrite"], "came with the app"),
        (["predict", "--model", "nobody", "x.png"], "nobody"),
        (["evaluate", "nobody"], "nobody"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(fresh_home, capsys, arguments, message):
    assert main(arguments) == 1
    assert message in capsys.readouterr().err
