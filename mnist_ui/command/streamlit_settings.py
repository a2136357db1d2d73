"""Streamlit's own settings: what its files and variables say, looked at before it starts and without asking anybody."""

import os
import ssl
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from mnist_core.errors import ConfigError
from mnist_core.installation import ENTRY

FILE = Path(".streamlit") / "config.toml"
PREFIX = "STREAMLIT_"

# What is said on its command line beside options.
_NO_OPTIONS = ("target", "args")
_THEME = "theme"
_ELSEWHERE = "://"


def check(*told: str) -> None:
    """See that Streamlit takes its settings as they are. It fetches what `from_elsewhere` names.

    Parameters
    ----------
    told
        The options that it is told on its command line.

    Raises
    ------
    ConfigError
        Naming the file or the variable that it does not take.
    """
    import click
    from streamlit import config
    from streamlit.web import bootstrap, cli

    for path in _files():
        _read(path)
    config._main_script_path = str(ENTRY)
    try:
        given = cli.main_run.make_context("run", [str(ENTRY), *told]).params
        bootstrap.load_config_options({name: value for name, value in given.items() if name not in _NO_OPTIONS})
        _check_certificate(effective("server.sslCertFile"), effective("server.sslKeyFile"))
    except ConfigError:
        raise
    except click.ClickException as error:
        raise ConfigError(refused(error.format_message())) from error
    except SystemExit as error:  # which is what it makes of a level of its log that there is not
        raise ConfigError(refused("logger.level is none that there is")) from error
    except Exception as error:  # whatever Streamlit says of values that it did not expect
        raise ConfigError(refused(str(error))) from error


def _check_certificate(certificate: str | None, key: str | None) -> None:
    """Refuse a certificate and a key that cannot be read, or do not belong together."""
    if certificate or key:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate or "", key or None)
        except OSError as error:
            said = f"server.sslCertFile and server.sslKeyFile cannot be used ({error.strerror or error})"
            raise ConfigError(refused(said)) from error


def refused(said: str) -> str:
    """What to do about something that Streamlit says of its settings."""
    files = " and ".join(map(str, _files()))
    what = f"what {files} says, or the variables" if files else "the variables"
    reason = " ".join(said.split()).rstrip(".")
    return f"Streamlit cannot be set so: {reason:.300}. Correct {what} that begin with {PREFIX}."


def effective(option: str) -> Any:
    """What one of Streamlit's options is for the app, by all files and variables; once `check` took them."""
    from streamlit import config

    return config.get_option(option)


def known_variables() -> set[str]:
    """The variables by which Streamlit's options can be set."""
    from streamlit import config

    return {option.env_var for option in config._config_options_template.values()}


def from_elsewhere() -> list[str]:
    """The files and variables that name a theme or a font of another host.

    Raises
    ------
    ConfigError
        If one of the files cannot be read.
    """
    files = [str(path) for path in _files() if any(map(_is_elsewhere, _values(_read(path).get(_THEME))))]
    variables = [name for name, value in os.environ.items() if name.startswith("STREAMLIT_THEME_")]
    return [*files, *(name for name in variables if _is_elsewhere(os.environ[name]))]


def _files() -> list[Path]:
    """The files that there are beside the app's own: of whoever starts it, and of the folder that it is started in."""
    folders = [Path.cwd()]
    with suppress(RuntimeError):  # whoever has no home
        folders.insert(0, Path.home())
    return [
        folder / FILE for folder in folders if os.path.lexists(folder / FILE) and folder / FILE != ENTRY.parent / FILE
    ]


def _read(path: Path) -> dict[str, Any]:
    """The values of a file; a ConfigError if it has none."""
    try:
        values = tomllib.loads(path.read_text("utf-8"))
        bare = [name for name, section in values.items() if not isinstance(section, dict)]
        if bare:
            raise ValueError(f"{bare[0]!r} is no section, as [server] is one")
        return values
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        text = "Streamlit's settings in {path} cannot be read: {reason}. Correct the file, or move it away."
        raise ConfigError(text, path=path, reason=reason) from error


def _values(of: object) -> Iterator[object]:
    """All values within a value."""
    parts = of.values() if isinstance(of, dict) else of if isinstance(of, list) else ()
    for part in parts:
        yield part
        yield from _values(part)


def _is_elsewhere(value: object) -> bool:
    """Whether a value names something of another host."""
    return isinstance(value, str) and _ELSEWHERE in value
