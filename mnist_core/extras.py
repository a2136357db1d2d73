"""What can be installed beside the base: packages that only some of the app needs."""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

from mnist_core.errors import ExtraError
from mnist_core.installation import IS_CHECKOUT
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_


@dataclass(frozen=True)
class Extra:
    """An extra of the package.

    Attributes
    ----------
    name
        As in `pip install "mnist-studio[name]"`.
    packages
        The packages that it adds and the code imports.
    need
        What needs it, and that it is not there, with the `{command}` that installs it.
    """

    name: str
    packages: tuple[str, ...]
    need: str

    @property
    def words(self) -> str:
        """What to do where it is missing, in the language that is spoken."""
        return _(self.need).format(command=command_of(self.name))


TRAIN = Extra(
    "train",
    ("tensorflow", "keras", "keras_tuner", "tensorboard", "grpc", "umap", "pyod", "cleanlab"),
    N_(
        "This needs TensorFlow and the other packages for training, which are not installed here. Whoever runs this "
        "app can add them with `{command}` and start it again."
    ),
)
POSTGRESQL = Extra(
    "postgresql",
    ("psycopg",),
    N_("This needs the driver for PostgreSQL, which is not installed here. Add it with `{command}` and start again."),
)
CLUSTER = Extra(
    "cluster",
    ("psycopg", "procrastinate", "fsspec"),
    N_(
        "This needs the packages for work on other machines, which are not installed here. Add them with `{command}` "
        "and start again."
    ),
)


def command_of(name: str) -> str:
    """What installs an extra: pip finds the package itself there already. The locks of a checkout have all extras."""
    lock = "requirements-cluster.txt" if name == CLUSTER.name else "requirements.txt"
    return f"pip install -r {lock}" if IS_CHECKOUT else f'pip install "mnist-studio[{name}]"'


@cache
def is_installed(extra: Extra) -> bool:
    """Whether all packages of an extra are there; none of them is imported for it."""
    return all(find_spec(package) for package in extra.packages)


def check_installed(extra: Extra) -> None:
    """Refuse what needs an extra that is not there.

    Raises
    ------
    ExtraError
        If it is not installed.
    """
    if not is_installed(extra):
        raise ExtraError(extra.words)
