"""The code of a training's notebook, but for its settings and its network. It imports nothing of this app."""

DATA = """
(train_images, train_labels), (test_images, test_labels) = keras.datasets.mnist.load_data()
part = np.frombuffer(zlib.decompress(base64.b64decode(PART)), np.uint8)
training, validation = np.flatnonzero(part == 1), np.flatnonzero(part == 2)


def shades(images):
    return images.astype(np.float32) / np.float32(255)


print(f"{len(training):,} images to learn from, {len(validation):,} to check on while it learns")
"""

AUGMENTATION = '''
THIN = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


def augment(images, limits, rng):
    """Other images (n, 28, 28): turned, moved, zoomed, stretched, slanted, bent, thicker or thinner."""
    n = len(images)
    angle = np.deg2rad(rng.uniform(-limits["rotation"], limits["rotation"], n))
    zoom, stretch = (1 + rng.uniform(-limits[name], limits[name], n) for name in ("zoom", "stretch"))
    shear = rng.uniform(-limits["shear"], limits["shear"], n)
    cos, sin, wide, high = np.cos(angle), np.sin(angle), zoom * stretch, zoom / stretch
    matrices = np.stack([wide * cos, wide * (shear * cos - sin), high * sin, high * (shear * sin + cos)], axis=1)
    matrices = matrices.reshape(n, 2, 2).astype(np.float32)
    shift = np.stack([rng.uniform(-limits["shift"], limits["shift"], n) for _ in range(2)], axis=1).astype(np.float32)
    axis = np.arange(28, dtype=np.float32) - np.float32(13.5)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    maps = (grid @ matrices.transpose(0, 2, 1)).reshape(n, 28, 28, 2)
    maps += shift[:, None, None] + np.float32(13.5)
    if limits["elastic"]:
        coarse = rng.normal(0, limits["elastic"], (n, 6, 6, 2)).astype(np.float32)
        maps += np.stack([cv2.resize(each, (28, 28), interpolation=cv2.INTER_CUBIC) for each in coarse])
    maps = np.ascontiguousarray(maps)
    pairs = zip(images, maps)
    changed = np.stack([cv2.remap(image, at[..., 0], at[..., 1], cv2.INTER_LINEAR) for image, at in pairs])
    for index in np.flatnonzero(rng.random(n) < limits["thickness"]):
        image = changed[index]
        other = cv2.dilate(image, THIN) if rng.random() < 0.6 else cv2.erode(image, THIN)
        share = rng.uniform(0.2, 0.9)
        changed[index] = cv2.addWeighted(other, share, image, 1 - share, 0)
    return changed
'''

BATCHES = '''
class Batches(keras.utils.PyDataset):
    """The images to learn from, in another order in each epoch."""

    def __init__(self):
        super().__init__(workers=1)
        self.images, self.labels = train_images[training], train_labels[training]
        self.epoch = -1
        self.on_epoch_end()

    def __len__(self):
        return -(-len(self.labels) // BATCH_SIZE)

    def on_epoch_end(self):
        self.epoch += 1
        self.order = np.random.default_rng((SEED, self.epoch)).permutation(len(self.labels))

    def __getitem__(self, index):
        rows = self.order[index * BATCH_SIZE : (index + 1) * BATCH_SIZE]
        images = self.images[rows]
        mild = MILD if self.epoch >= EPOCHS - MILD_EPOCHS else 1.0
        limits = {name: mild * limit for name, limit in AUGMENTATION.items()}
        images = augment(images, limits, np.random.default_rng((SEED, self.epoch, index)))
        return shades(images), self.labels[rows]


batches = Batches()
'''

AVERAGE = '''
class WeightAverage(keras.callbacks.Callback):
    """A running average of the weights, which is what is checked and kept."""

    def on_train_begin(self, logs=None):
        self.average, self.steps = [each.numpy() for each in self.floats()], 0

    def floats(self):
        return [each for each in self.model.variables if np.dtype(each.dtype).kind == "f"]

    def on_train_batch_begin(self, batch, logs=None):
        self.first = batch

    def on_train_batch_end(self, batch, logs=None):
        steps = batch - self.first + 1  # several run together
        self.steps += steps
        stays = np.float32(min(AVERAGING, self.steps / (self.steps + 10)) ** steps)
        for average, variable in zip(self.average, self.floats()):
            average += (variable.numpy() - average) * (1 - stays)

    def on_test_begin(self, logs=None):
        self.aside = [each.numpy() for each in self.floats()]
        for variable, value in zip(self.floats(), self.average):
            variable.assign(value)

    def put_back(self):
        for variable, value in zip(self.floats(), self.aside):
            variable.assign(value)
'''

TRAINING = '''
class Best(keras.callbacks.Callback):
    """Keeps the weights of the best epoch, and ends the training when none was better for a while."""

    def on_train_begin(self, logs=None):
        self.losses, self.weights = [], None

    def on_epoch_end(self, epoch, logs=None):
        self.losses.append(logs["val_loss"])
        if self.losses[-1] == min(self.losses):
            self.weights = self.model.get_weights()
        average.put_back()
        if len(self.losses) - 1 - int(np.argmin(self.losses)) >= PATIENCE:
            self.model.stop_training = True


average = WeightAverage()
best = Best()
history = network.fit(
    batches,
    epochs=EPOCHS,
    validation_data=(shades(train_images[validation]), train_labels[validation]),
    validation_batch_size=512,
    shuffle=False,  # the batches are shuffled already
    callbacks=[average, best],
)
network.set_weights(best.weights)
'''

CURVES = """
figure, axes = plt.subplots(1, 2, figsize=(10, 4))
for axis, measure in zip(axes, ("loss", "accuracy")):
    axis.plot(history.history[measure], label="training")
    axis.plot(history.history[f"val_{measure}"], label="validation")
    axis.set(xlabel="epoch", title=measure)
    axis.legend()
plt.show()
"""

TEST = """
scores = network.predict(shades(test_images), batch_size=512, verbose=0)[:, :10]
read = scores.argmax(axis=1)
print(f"{(read != test_labels).sum()} of {len(test_labels):,} test digits are read wrong: "
      f"accuracy {(read == test_labels).mean():.4f}")
"""

CONFUSION = """
confusion = np.zeros((10, 10), int)
np.add.at(confusion, (test_labels, read), 1)
figure, axis = plt.subplots(figsize=(6, 6))
axis.imshow(np.where(np.eye(10, dtype=bool), 0, confusion), cmap="Blues")
for (row, column), count in np.ndenumerate(confusion):
    axis.text(column, row, count, ha="center", va="center")
axis.set(xlabel="read as", ylabel="is", xticks=range(10), yticks=range(10))
plt.show()
"""


def batches(*, augmented: bool) -> str:
    """The code of batches, with or without images that are changed."""
    return BATCHES if augmented else _without(BATCHES, ("mild =", "limits =", "images = augment("))


def training(*, averaged: bool) -> str:
    """The code of the training, with or without an average of the weights."""
    text = TRAINING if averaged else _without(TRAINING, ("average.put_back()", "average = WeightAverage()"))
    return text if averaged else text.replace("[average, best]", "[best]")


def _without(text: str, beginnings: tuple[str, ...]) -> str:
    """A text without the lines that begin so."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.strip().startswith(beginnings))
