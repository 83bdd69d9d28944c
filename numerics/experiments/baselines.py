"""The linear support vector machine that the classifiers are compared with: scikit-learn's."""

import numpy as np

from stairwise.numerics._arguments import Floats
from stairwise.numerics.experiments.linear import LinearProblem
from stairwise.numerics.extras import MissingExtra
from stairwise.numerics.process_state import process_lock


def linear_svm(problem: LinearProblem) -> Floats:
    """Coefficients (d,) of scikit-learn's LinearSVC with its default settings, as the authors' is.

    Raises ValueError for a problem without labels, MissingExtra without scikit-learn (the
    extra `baselines`).
    """
    if problem.loss == "squared":
        raise ValueError("loss must be exponential or logistic for a classifier; got 'squared'")
    try:
        from sklearn.svm import LinearSVC
    except ImportError:
        raise MissingExtra("linear_svm", "scikit-learn", "baselines") from None
    # It filters warnings for a while, and has one generator of random numbers in the process.
    with process_lock:
        fitted = LinearSVC(random_state=0).fit(problem.inputs, problem.targets)
    return np.asarray(fitted.coef_, dtype=np.float64).ravel()
