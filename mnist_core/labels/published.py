"""Labels of MNIST's test images that people have found wrong: a label check is held against them, not tuned on them."""

from dataclasses import dataclass

from mnist_core.labels.check import LabelCheck

SOURCE = (
    "Northcutt, Athalye, Mueller: Pervasive Label Errors in Test Sets Destabilize Machine Learning Benchmarks. "
    "NeurIPS Datasets and Benchmarks, 2021"
)
DATASET = "mnist"


@dataclass(frozen=True)
class Published:
    """A test label that fewer than three of five people accepted.

    Attributes
    ----------
    index
        The image, counted within the test split.
    given, suggested
        The label, and what the authors' network said; these two were shown to five people.
    for_given, for_suggested, for_neither
        How many of the five chose which.
    """

    index: int
    given: int
    suggested: int
    for_given: int
    for_suggested: int
    for_neither: int


# github.com/cleanlab/label-errors, mturk/mnist_mturk.json
PUBLISHED: tuple[Published, ...] = (
    Published(947, 8, 9, 0, 5, 0),
    Published(1621, 0, 6, 2, 3, 0),
    Published(1901, 9, 4, 2, 3, 0),
    Published(2130, 4, 9, 2, 2, 1),
    Published(2462, 2, 0, 0, 4, 1),
    Published(2597, 5, 3, 0, 4, 1),
    Published(2654, 6, 1, 0, 2, 3),
    Published(3520, 6, 4, 2, 0, 3),
    Published(3558, 5, 0, 1, 4, 0),
    Published(5937, 5, 3, 1, 3, 1),
    Published(6651, 0, 6, 0, 5, 0),
    Published(6783, 1, 6, 2, 3, 0),
    Published(8527, 4, 9, 2, 2, 1),
    Published(9679, 6, 3, 2, 0, 3),
    Published(9729, 5, 6, 2, 3, 0),
)


def published_among(check: LabelCheck, first: int = 50) -> int:
    """How many of the published wrong labels are among the first so many suspects of MNIST's test split.

    Returns
    -------
    0 for the check of another dataset.
    """
    if check.dataset.name != DATASET:
        return 0
    start = check.dataset.splits["test"].start
    suspects = set((check.suspects("test")[:first] - start).tolist())
    return sum(each.index in suspects for each in PUBLISHED)
