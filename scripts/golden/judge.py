"""Makes test/golden/judge.json: folds and polynomial features of scikit-learn.

    python3 scripts/golden/judge.py > test/golden/judge.json
"""
import json
import sys

import numpy as np
import sklearn
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.preprocessing import PolynomialFeatures

random = np.random.RandomState(4)


def tests(splitter, y):
    return [test.tolist() for _, test in splitter.split(np.zeros(len(y)), y)]


k_fold = [
    {"rows": n, "folds": k, "test": tests(KFold(k), np.zeros(n))}
    for n, k in [(10, 5), (11, 3), (7, 7), (23, 4), (2, 2)]
]

labels = [
    [0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2],
    [2, 1, 0, 2, 1, 0, 2, 1, 0, 1, 1],
    ["b", "a", "b", "b", "a", "c", "c", "a", "b", "c", "b", "b", "a"],
    random.choice(4, 60, p=[0.1, 0.2, 0.3, 0.4]).tolist(),
]
stratified = [
    {"labels": y, "folds": k, "test": tests(StratifiedKFold(k), y)}
    for y, k in [(labels[0], 3), (labels[0], 2), (labels[1], 3), (labels[2], 3), (labels[3], 3), (labels[3], 4)]
]

polynomial = []
for features, options in [
    (2, {"degree": 2}),
    (3, {"degree": 3}),
    (3, {"degree": 3, "interaction_only": True}),
    (2, {"degree": 4, "include_bias": True}),
    (4, {"degree": 2, "interaction_only": True, "include_bias": True}),
    (2, {"degree": 5, "interaction_only": True}),
    (1, {"degree": 3}),
]:
    x = random.standard_normal((3, features))
    made = PolynomialFeatures(**{"include_bias": False, **options}).fit(x)
    polynomial.append(
        {
            "options": options,
            "x": x.tolist(),
            "names": made.get_feature_names_out().tolist(),
            "features": made.transform(x).tolist(),
        }
    )

json.dump(
    {"sklearn": sklearn.__version__, "kFold": k_fold, "stratified": stratified, "polynomial": polynomial}, sys.stdout
)
sys.stdout.write("\n")
