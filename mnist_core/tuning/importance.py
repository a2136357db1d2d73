"""Which hyperparameter counts: how much worse a forest predicts the scores when one of them is shuffled."""

from collections.abc import Sequence

import numpy as np

from mnist_core.tuning.results import MIN_TRIALS, Importance, Trial

TREES, REPEATS, SEED = 100, 20, 0


def importance_of(trials: Sequence[Trial], varied: Sequence[str]) -> Importance | None:
    """Permutation importance on a random forest (Breiman, "Random Forests", 2001, section 10).

    The forest learns the scores from the values; then one hyperparameter's values are shuffled among the trials, and
    how much worse it does is how much this one counts. Trees see only the order of values, so a logarithmic range needs
    no care of its own.

    Parameters
    ----------
    varied
        Names of the hyperparameters that have more than one value.

    Returns
    -------
    None with fewer than `MIN_TRIALS` completed trials, if all have the same score, or if the forest finds that the
    score depends on nothing.
    """
    known = [trial for trial in trials if trial.status == "completed" and trial.score is not None]
    scores = np.array([trial.score for trial in known], float)
    if len(known) < MIN_TRIALS or np.ptp(scores) == 0:
        return None
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.inspection import permutation_importance

    values = np.array([[float(trial.values[name]) for name in varied] for trial in known])
    forest = RandomForestRegressor(TREES, random_state=SEED, n_jobs=1).fit(values, scores)
    found = permutation_importance(forest, values, scores, n_repeats=REPEATS, random_state=SEED, n_jobs=1)
    means = np.maximum(found.importances_mean, 0)
    if not means.sum():
        return None
    shares, spreads = means / means.sum(), found.importances_std / means.sum()
    return Importance(
        {name: round(float(share), 4) for name, share in zip(varied, shares, strict=True)},
        {name: round(float(spread), 4) for name, spread in zip(varied, spreads, strict=True)},
        len(known),
    )
