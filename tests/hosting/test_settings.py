"""What the files that host the app set is something that the app reads."""

import shlex

import pytest

from mnist_ui.command.options import options_of
from tests.hosting.files import HOSTING, SETTING, instructions, settings_of_code, text_of


@pytest.mark.parametrize("name", HOSTING)
def test_each_setting_is_one_of_the_code(name):
    assert set(SETTING.findall(text_of(name))) <= settings_of_code()


def test_the_settings_of_the_code_are_found():
    assert {"MNIST_STUDIO_HOME", "MNIST_STUDIO_PROXIES", "MNIST_STUDIO_KEEPER_KEY"} <= settings_of_code()


def test_the_container_starts_the_app_by_options_that_the_command_knows():
    [entry], [command] = instructions("ENTRYPOINT"), instructions("CMD")
    assert entry.command() == ["tini", "--", "mnist-studio"]
    options = options_of(command.command())
    assert (options.address, options.no_browser) == ("0.0.0.0", True)


def test_the_service_starts_the_app_for_this_machine_alone():
    [line] = [each for each in text_of("hosting/mnist-studio.service").splitlines() if each.startswith("ExecStart=")]
    options = options_of(shlex.split(line)[1:])
    assert (options.address, options.port, options.no_browser) == ("127.0.0.1", "8501", True)
