"""How much memory a run needs, estimated before it begins from its network, its batches and its images.

Fitted to peaks of real runs (`benchmarks/memory.py`; one process on 2 cores without a GPU, an epoch, images of MNIST):

| network | images | batch | given for a batch | weights | peak |
| --- | --- | --- | --- | --- | --- |
| quick | 1,000 | 128 | 4 MiB | 0.3 MiB | 977 MiB |
| quick | 60,000 | 128 | 4 MiB | 0.3 MiB | 1,465 MiB |
| vgg, 32 filters | 2,048 | 512 | 364 MiB | 1.4 MiB | 1,330 MiB |
| vgg, 32 filters, normalised | 2,048 | 512 | 535 MiB | 1.4 MiB | 1,555 MiB |
| vgg, 64 filters, normalised | 2,300 | 1,024 | 2,141 MiB | 5 MiB | 3,056 MiB |
| resnet, 64 filters | 1,100 | 512 | 653 MiB | 5 MiB | 1,795 MiB |
| classic, 128 filters | 1,500 | 1,024 | 1,003 MiB | 9 MiB | 2,193 MiB |
| classic, 64 filters, 1,024 units | 512 | 128 | 43 MiB | 169 MiB | 3,201 MiB |

The estimates are between 1 % less and 13 % more. What a pool and an average of the weights add was not measured.
"""

from mnist_core.errors import MnistError
from mnist_core.model.layers import summary, values
from mnist_core.training.config import TrainingConfig
from mnist_core.training.costs import images_expected, made_expected, network_of

# TensorFlow and Keras, loaded, and the exporter of LiteRT files, which comes last.
BASE_BYTES = 1_050_000_000
NUMBER_BYTES = 4
# What all layers give for a batch is kept until the weights have learned from it, and some work space beside it.
WORK_SPACE = 1.1
# Without learning, two layers and what is between them are enough; but images are looked at in batches of so many.
LOOKED_AT, AT_A_TIME = 512, 3
# Of each weight: itself, its gradient, the optimizer's two numbers, the best so far, and copies while it is written.
WEIGHT_COPIES = 13
# And where they are averaged: the average, those of the last step while it is looked at, and how far they are apart.
AVERAGE_COPIES = 3
# Of each image: its pixels as bytes and, while the network is measured, as numbers of which TensorFlow makes a copy.
IMAGE_BYTES = 28 * 28 * 11
# Those of a pool that an epoch does not show are bytes alone, which are there twice while all are joined.
POOL_BYTES = 28 * 28 * 2


def memory_expected(config: TrainingConfig) -> int | None:
    """How many bytes a run needs at most.

    Returns
    -------
    None where the model that it starts from no longer tells its layers.
    """
    try:
        network = network_of(config)
        weights = sum(layer.parameters for layer in summary(network))
    except MnistError:
        return None
    given = values(network)
    learning = WORK_SPACE * sum(given) * config.batch_size
    looking = AT_A_TIME * max(given) * LOOKED_AT
    copies = WEIGHT_COPIES + (AVERAGE_COPIES if config.averaging else 0)
    numbers = max(learning, looking) + copies * weights
    images = IMAGE_BYTES * images_expected(config) + POOL_BYTES * (config.pool - 1) * made_expected(config)
    return BASE_BYTES + round(NUMBER_BYTES * numbers) + images
