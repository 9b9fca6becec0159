"""Writes test/golden/metrics.json: metrics of scikit-learn on small data with ties, weights and missing classes.

python3 scripts/golden/metrics.py > test/golden/metrics.json
"""
import json

import numpy as np
import sklearn
from sklearn import metrics as m
from sklearn.preprocessing import label_binarize

rng = np.random.default_rng(4)
AVERAGES = ["micro", "macro", "weighted"]
out = {"origin": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}", "cases": []}


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def add(name, case, values):
    out["cases"].append({"name": name, **case, "values": {k: float(v) for k, v in values.items()}})


def labels(y, p, s, averages):
    o = {"sample_weight": s}
    v = {"accuracy": m.accuracy_score(y, p, **o), "balancedAccuracy": m.balanced_accuracy_score(y, p, **o)}
    for name, f in (("precision", m.precision_score), ("recall", m.recall_score), ("f1", m.f1_score)):
        for a in averages:
            v[f"{name}({a})"] = f(y, p, average=a, zero_division=0, **o)
    return v


# Two classes; logits are quarters, so that many are equal.
for n, name in ((60, "ties"), (7, "few")):
    for weighted in (False, True):
        z = np.round(rng.normal(size=n) * 4) / 4
        y = (rng.random(n) < 0.4).astype(int)
        y[:2] = 0, 1
        s = np.round(rng.random(n) * 16) / 8 if weighted else None
        p = 1 / (1 + np.exp(-z))
        o = {"sample_weight": s}
        guess = (z > 0).astype(int)
        v = labels(y, guess, s, ["binary"] + AVERAGES)
        v["rocAuc"] = m.roc_auc_score(y, z, **o)
        v["averagePrecision"] = m.average_precision_score(y, z, **o)
        v["logLoss"] = m.log_loss(y, p, labels=[0, 1], **o)
        v["brier"] = m.brier_score_loss(y, p, **o)
        v["topKAccuracy(1)"] = m.top_k_accuracy_score(y, z, k=1, **o)
        c = m.confusion_matrix(y, guess, labels=[0, 1], **o).astype(float).ravel().tolist()
        add(f"binary, {name}{', weighted' if weighted else ''}",
            {"kind": "binary", "logits": z.tolist(), "labels": y.tolist(), "weights": None if s is None else s.tolist(),
             "confusion": c}, v)

# One class among the targets; nothing predicted as the positive one.
y, guess = np.zeros(5, int), np.array([0, 1, 0, 0, 1])
add("targets of one class", {"kind": "labels", "classes": [0, 1], "guesses": guess.tolist(), "labels": y.tolist()},
    labels(y, guess, None, ["binary"] + AVERAGES))
y, guess = np.array([0, 1, 1, 0]), np.zeros(4, int)
add("nothing predicted", {"kind": "labels", "classes": [0, 1], "guesses": guess.tolist(), "labels": y.tolist()},
    labels(y, guess, None, ["binary"] + AVERAGES))
y, guess = np.array([0, 1, 1, 0, 2]), np.array([0, 0, 1, 0, 1])
add("a class that does not occur",
    {"kind": "labels", "classes": [0, 1, 2, 3], "guesses": guess.tolist(), "labels": y.tolist()},
    labels(y, guess, None, AVERAGES))

# Four classes.
for weighted in (False, True):
    n, k = 80, 4
    # Of equal scores in a row the last is scikit-learn's top one, the first ours: none are equal.
    z = np.round(rng.normal(size=(n, k)) * 64) / 64 + np.arange(k) / 1024
    y = rng.choice(k, n, p=[0.4, 0.3, 0.2, 0.1])
    y[:k] = range(k)
    s = np.round(rng.random(n) * 16) / 8 if weighted else None
    p = softmax(z)
    o = {"sample_weight": s}
    v = labels(y, z.argmax(axis=1), s, AVERAGES)
    onehot = label_binarize(y, classes=range(k))
    v["rocAuc"] = m.roc_auc_score(y, p, multi_class="ovr", average="macro", **o)
    v["averagePrecision"] = m.average_precision_score(onehot, p, average="macro", **o)
    v["logLoss"] = m.log_loss(y, p, **o)
    v["brier"] = np.average(((p - onehot) ** 2).sum(axis=1), weights=s)
    for j in (1, 2, 3):
        v[f"topKAccuracy({j})"] = m.top_k_accuracy_score(y, z, k=j, **o)
    c = m.confusion_matrix(y, z.argmax(axis=1), **o).astype(float).ravel().tolist()
    add(f"multiclass{', weighted' if weighted else ''}",
        {"kind": "multiclass", "logits": z.tolist(), "labels": y.tolist(), "weights": None if s is None else s.tolist(),
         "confusion": c}, v)


def regression(name, y, z, s):
    o = {"sample_weight": s}
    v = {
        "r2": m.r2_score(y, z, **o),
        "explainedVariance": m.explained_variance_score(y, z, **o),
        "meanSquaredError": m.mean_squared_error(y, z, **o),
        "rootMeanSquaredError": m.mean_squared_error(y, z, squared=False, **o),
        "meanAbsoluteError": m.mean_absolute_error(y, z, **o),
        "meanAbsolutePercentageError": m.mean_absolute_percentage_error(y, z, **o),
    }
    if y.ndim == 1 and (y >= 0).all() and (z > 0).all():
        v["poissonDeviance"] = m.mean_poisson_deviance(y, z, **o)
    add(name, {"kind": "regression", "predictions": z.tolist(), "targets": y.tolist(),
               "weights": None if s is None else s.tolist()}, v)


for weighted in (False, True):
    n = 40
    s = np.round(rng.random(n) * 16) / 8 if weighted else None
    suffix = ", weighted" if weighted else ""
    y = rng.normal(size=n) * 3
    regression(f"regression{suffix}", y, y + rng.normal(size=n) + 0.5, s)
    y = rng.poisson(2, n).astype(float)
    regression(f"counts{suffix}", y, np.exp(rng.normal(size=n) * 0.3 + 0.5), s)
    y = rng.normal(size=(n, 3))
    regression(f"three outputs{suffix}", y, y * 0.7 + rng.normal(size=(n, 3)) * 0.4, s)
regression("equal targets, hit", np.full(4, 2.0), np.full(4, 2.0), None)
regression("equal targets, missed by as much", np.full(4, 2.0), np.full(4, 3.0), None)
regression("equal targets, missed", np.full(4, 2.0), np.array([1.0, 2, 3, 4]), None)

print(json.dumps(out, separators=(",", ":")))
