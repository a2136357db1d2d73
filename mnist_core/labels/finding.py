"""Which labels of a dataset are wrong, as a finding."""

from mnist_core.jobs.finding import Finding
from mnist_core.labels.check import load_label_check
from mnist_core.store import of_images

LABELS = Finding("labels", lambda dataset: f"Which labels of {dataset.name} are wrong", of_images, load_label_check)
