"""Fits of scikit-learn with a group lasso and with coefficients >= 0, for test/golden/regularized.json.

Run in the root of the project: replaces the cases of these two models, keeps the others.
"""

import json

import numpy as np
import sklearn
from sklearn.linear_model import ElasticNet, MultiTaskLasso

EXACT = {'tol': 1e-14, 'max_iter': 1_000_000}
PATH = 'test/golden/regularized.json'


def standardized(x):
    x = np.array(x, float)
    return (x - x.mean(0)) / x.std(0)


with open('test/golden/linear-models.json') as file:
    datasets = json.load(file)['datasets']
with open(PATH) as file:
    kept = [case for case in json.load(file)['cases'] if case['model'] not in ('MultiTaskLasso', 'ElasticNet')]

cases = []
wine = standardized(datasets['wine']['X'])
for alpha in (0.05, 0.2, 0.4):
    model = MultiTaskLasso(alpha=alpha, **EXACT).fit(wine[:, :9], wine[:, 9:13])
    cases.append({
        'model': 'MultiTaskLasso', 'dataset': 'wine', 'features': [0, 9], 'targets': [9, 13], 'alpha': alpha,
        'objective': '1/(2n)||Y-XW-b||_F^2 + alpha*sum_j ||W_j||_2',
        'coef': model.coef_.tolist(), 'intercept': model.intercept_.tolist(),
    })
diabetes = standardized(datasets['diabetes']['X'])
for alpha, ratio in ((0.001, 1.0), (2.0, 1.0), (0.5, 0.5)):
    model = ElasticNet(alpha=alpha, l1_ratio=ratio, positive=True, **EXACT)
    model.fit(diabetes, np.array(datasets['diabetes']['y'], float))
    cases.append({
        'model': 'ElasticNet', 'positive': True, 'dataset': 'diabetes', 'alpha': alpha, 'l1_ratio': ratio,
        'objective': '1/(2n)||y-Xw-b||^2 + alpha*l1_ratio*||w||_1 + alpha*(1-l1_ratio)/2*||w||^2, w >= 0',
        'coef': model.coef_.tolist(), 'intercept': float(model.intercept_),
    })
source = (
    f'scikit-learn {sklearn.__version__} (MultiTaskLasso, ElasticNet; tol 1e-14), 1.9.0 (PoissonRegressor, '
    'TweedieRegressor), float64; features (and targets of wine) standardised with the population deviation'
)
with open(PATH, 'w') as file:
    json.dump({'source': source, 'cases': cases + kept}, file, separators=(',', ':'))
    file.write('\n')
