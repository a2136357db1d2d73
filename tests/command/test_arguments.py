"""What is wrong with a command line is said in one sentence, with what to do."""

import pytest

HELP = "See what there is with `mnist-studio --help`."


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["trian"], f"There is no command 'trian'. Did you mean train? {HELP}"),
        (["--prot", "3"], f"There is no option --prot. Did you mean --port? {HELP}"),
        (["-x"], f"There is no option -x. {HELP}"),
        (["--port"], f"--port: expected one argument. {HELP}"),
        (["doctor", "--jsn"], f"Unrecognized arguments: --jsn. {HELP.replace('studio', 'studio doctor')}"),
        (
            ["train", "--epochs", "x"],
            f"--epochs must be a whole number. Received: 'x'. {HELP.replace('studio', 'studio train')}",
        ),
        (
            ["embed", "--method", "tsne"],
            "--method cannot be 'tsne'. It must be one of umap, pca. " + HELP.replace("studio", "studio embed"),
        ),
        (["--port", "abc"], "--port must be a whole number from 1 to 65535. Received: 'abc'. Choose another port."),
        (["--port", "0"], "--port must be a whole number from 1 to 65535. Received: '0'. Choose another port."),
        (["--port", "65536"], "--port must be a whole number from 1 to 65535. Received: '65536'. Choose another port."),
        (["--port", "-1"], "--port must be a whole number from 1 to 65535. Received: '-1'. Choose another port."),
    ],
)
def test_it_is_one_sentence(said, arguments, sentence, home):
    assert said(*arguments) == (1, f"error: {sentence}\n")
    assert list(home.iterdir()) == []


def test_a_word_that_is_near_none_is_told_which_there_are(said):
    status, error = said("xyzzy")
    assert status == 1
    assert "There is no command 'xyzzy'. It must be one of doctor, fetch, data, train, " in error


def test_the_value_of_an_option_is_no_command(said):
    assert said("--address", "127.0.0.1", "--no-browser", "trian")[1].startswith("error: There is no command 'trian'")
    assert said("--address=train", "--nonsense")[1].startswith("error: There is no option --nonsense.")


def test_help_and_version_are_no_errors(said):
    assert said("--version") == said("--help") == said("doctor", "--help") == (0, "")
