"""The command `embed`: a map as a job, or made in this process."""

import argparse

from mnist_core.cli.data import OrOwn
from mnist_core.cli.following import follow, told_start
from mnist_core.datasets import DATASETS, load_dataset
from mnist_core.errors import ConfigError
from mnist_core.extras import TRAIN, check_installed
from mnist_core.maps.embedding import METHODS, METRICS, SOURCES, SPLITS, MapConfig, Quality
from mnist_core.maps.finding import MAP
from mnist_core.maps.library import load_map, save_map
from mnist_core.model.bundle import SHIPPED
from mnist_core.owners import KEEPER

_NUMBERS = (
    ("dimensions", int, "2 or 3"),
    ("neighbours", int, "UMAP: how many nearest images each one holds on to"),
    ("min_dist", float, "UMAP: how near to each other points may come, 0 to 0.99"),
    ("points", int, "how many images, chosen at random"),
    ("seed", int, "chooses the images, and where UMAP's chances fall"),
)


def add_embed(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its options."""
    embed = commands.add_parser("embed", help="start a job that makes a map of digits")
    standard = MapConfig()
    for name, choices in (("source", SOURCES), ("split", SPLITS), ("method", METHODS), ("metric", METRICS)):
        embed.add_argument(f"--{name}", choices=choices, help=f"{', '.join(choices)} ({getattr(standard, name)})")
    embed.add_argument("--model", metavar="MODEL", help=f"whose features ({SHIPPED})")
    embed.add_argument("--data", dest="dataset", choices=OrOwn(DATASETS), help=f"which images ({standard.dataset})")
    for name, kind, text in _NUMBERS:
        embed.add_argument(f"--{name.replace('_', '-')}", type=kind, help=f"{text} ({getattr(standard, name)})")
    embed.add_argument("--name", default="", help="the map's name for people")
    embed.add_argument("--follow", action="store_true", help="tell how the job goes on until it ends")
    embed.add_argument("--here", action="store_true", help="make the map in this process and keep it")
    embed.add_argument("--shipped", action="store_true", help="make the maps again that the model carries, here")
    embed.set_defaults(command=_embed)


def _embed(options: argparse.Namespace) -> int:
    names = MapConfig().to_json()
    given = {name: value for name in names if (value := getattr(options, name)) is not None}
    config = MapConfig(**given)
    if options.shipped or config.method == "umap":
        check_installed(TRAIN)
    if options.shipped:
        return _make_shipped(given)
    dataset = load_dataset(config.dataset)
    if options.here:
        from mnist_core.maps.job import make_map

        made = make_map(config, dataset)
        print(f"{save_map(made, options.name)}: {quality_line(made.quality)}, made in {made.seconds:.0f} s")
        return 0
    found = MAP.known(config, dataset)
    if found:
        print(f"{found} is there already: {quality_line(load_map(found).quality)}")
        return 0
    return told_start(MAP.start(KEEPER, config, dataset, options.name), is_followed=options.follow, follow=follow)


def quality_line(quality: Quality | None) -> str:
    """How far a map can be trusted, in a line."""
    if quality is None:
        return "its quality was not measured"
    return (
        f"trustworthiness {quality.trustworthiness:.3f}, continuity {quality.continuity:.3f}, "
        f"{quality.neighbours} nearest name the digit in the map {quality.map_accuracy:.2%}, before "
        f"{quality.input_accuracy:.2%} of {quality.sample:,}"
    )


def _make_shipped(given: dict[str, object]) -> int:
    if set(given) - {"model"}:
        raise ConfigError("--shipped makes the shipped maps as they are: besides it only --model can be given.")
    from mnist_core.maps.shipping import make_shipped_maps

    print(f"Written to {make_shipped_maps(str(given.get('model', SHIPPED)), lambda line: print(line, flush=True))}")
    return 0
