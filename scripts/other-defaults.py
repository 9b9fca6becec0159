"""Parameters of other libraries with their defaults, for the tables of docs/reference: writes docs/other-defaults.json.

    python3 scripts/other-defaults.py torch=FOLDER keras=FOLDER ... > docs/other-defaults.json

A folder is a library's sources, unpacked. They are parsed, not run, so nothing needs to be installed: what is written is
what `inspect.signature` gives, a default as Python text, null where it is required. A name that is not found is an error.
"""

import ast
import copy
import json
import sys
from pathlib import Path

# Library: how its version is found, then files below the folder, public prefix, names.
LIBRARIES = {
    'torch': ('2.14.1 (Debian)', [
        ('torch/nn/modules/loss.py', 'torch.nn', '''MSELoss L1Loss HuberLoss SmoothL1Loss PoissonNLLLoss GaussianNLLLoss
            BCEWithLogitsLoss BCELoss CrossEntropyLoss NLLLoss KLDivLoss MultiMarginLoss CosineEmbeddingLoss
            TripletMarginLoss'''),
        ('torch/nn/modules/sparse.py', 'torch.nn', 'Embedding'),
        ('torch/optim/*.py', 'torch.optim', '''SGD Adagrad Adadelta RMSprop Rprop ASGD Adafactor Adam AdamW Adamax NAdam
            RAdam Muon LBFGS'''),
        ('torch/optim/lr_scheduler.py', 'torch.optim.lr_scheduler', '''LambdaLR ConstantLR ExponentialLR StepLR MultiStepLR
            PolynomialLR LinearLR CosineAnnealingLR CosineAnnealingWarmRestarts OneCycleLR CyclicLR SequentialLR
            ChainedScheduler ReduceLROnPlateau'''),
    ]),
    'torchvision': ('0.27.0 (Debian)', [('torchvision/ops/focal_loss.py', 'torchvision.ops', 'sigmoid_focal_loss')]),
    'torchmetrics': ('1.9.0', [
        ('src/torchmetrics/**/*.py', 'torchmetrics', '''Accuracy Precision Recall F1Score AUROC AveragePrecision R2Score
            ExplainedVariance MeanSquaredError MeanAbsoluteError MeanAbsolutePercentageError TweedieDevianceScore
            ConfusionMatrix'''),
    ]),
    'pytorch_optimizer': ('3.9.0', [
        ('pytorch_optimizer/optimizer/*.py', 'pytorch_optimizer', '''SGDW SignSGD LARS FTRL AdaBelief Yogi Lion Lamb Adan
            AdEMAMix Lookahead SAM'''),
    ]),
    'schedulefree': ('1.4.1', [('schedulefree/*.py', 'schedulefree', 'SGDScheduleFree AdamWScheduleFree')]),
    'prodigyopt': ('1.1.2', [('prodigyopt/prodigy.py', 'prodigyopt', 'Prodigy')]),
    'keras': ('3.16.0', [
        ('keras/src/losses/losses.py', 'keras.losses', '''MeanSquaredError MeanAbsoluteError Huber LogCosh Poisson
            BinaryCrossentropy SparseCategoricalCrossentropy CategoricalCrossentropy KLDivergence BinaryFocalCrossentropy
            CategoricalFocalCrossentropy Hinge SquaredHinge CategoricalHinge CosineSimilarity'''),
        ('keras/src/regularizers/regularizers.py', 'keras.regularizers', 'L1 L2 L1L2'),
        ('keras/src/constraints/constraints.py', 'keras.constraints', 'MaxNorm NonNeg'),
        ('keras/src/metrics/*.py', 'keras.metrics', '''Accuracy TopKCategoricalAccuracy Precision Recall F1Score AUC
            SparseCategoricalCrossentropy R2Score MeanSquaredError RootMeanSquaredError MeanAbsoluteError
            MeanAbsolutePercentageError'''),
        ('keras/src/optimizers/*.py', 'keras.optimizers', '''SGD Adagrad Adadelta RMSprop Ftrl Adafactor Adam AdamW Adamax
            Nadam Lion Lamb Muon ScheduleFreeAdamW'''),
        ('keras/src/optimizers/schedules/learning_rate_schedule.py', 'keras.optimizers.schedules', '''ExponentialDecay
            InverseTimeDecay PiecewiseConstantDecay PolynomialDecay CosineDecay CosineDecayRestarts'''),
        ('keras/src/callbacks/reduce_lr_on_plateau.py', 'keras.callbacks', 'ReduceLROnPlateau'),
    ]),
    'sklearn': ('1.9.0 (Debian)', [
        ('sklearn/metrics/*.py', 'sklearn.metrics', '''mean_squared_error mean_absolute_error mean_pinball_loss
            mean_gamma_deviance mean_tweedie_deviance mean_poisson_deviance log_loss hinge_loss accuracy_score
            balanced_accuracy_score top_k_accuracy_score precision_score recall_score f1_score roc_auc_score
            average_precision_score brier_score_loss r2_score explained_variance_score root_mean_squared_error
            mean_absolute_percentage_error confusion_matrix'''),
        ('sklearn/linear_model/**/*.py', 'sklearn.linear_model', '''SGDRegressor SGDClassifier HuberRegressor
            QuantileRegressor PoissonRegressor GammaRegressor TweedieRegressor LogisticRegression Lasso Ridge ElasticNet
            MultiTaskLasso LinearRegression'''),
        ('sklearn/svm/_classes.py', 'sklearn.svm', 'SVR LinearSVR LinearSVC'),
    ]),
    'optax': ('0.2.9.dev (2edbcbe)', [
        ('optax/_src/alias.py', 'optax', '''sgd noisy_sgd sign_sgd signum lars rprop adagrad adadelta rmsprop adafactor adam
            amsgrad adamw adamax adamaxw nadam radam adabelief yogi lion lamb adan lbfgs'''),
        ('optax/_src/lookahead.py', 'optax', 'lookahead'),
        ('optax/contrib/*.py', 'optax.contrib', '''ademamix muon prodigy schedule_free_sgd schedule_free_adamw
            reduce_on_plateau sam'''),
        ('optax/schedules/*.py', 'optax', '''constant_schedule exponential_decay polynomial_schedule linear_schedule
            cosine_decay_schedule piecewise_constant_schedule warmup_constant_schedule warmup_cosine_decay_schedule
            warmup_exponential_decay_schedule linear_onecycle_schedule cosine_onecycle_schedule sgdr_schedule
            join_schedules'''),
    ]),
}

# What every class of a library has, or is not about numbers.
LEFT_OUT = set('''self cls name dtype size_average reduce foreach capturable differentiable fused verbose random_state n_jobs
    copy_X precompute warm_start clipnorm clipvalue global_clipnorm use_ema ema_momentum ema_overwrite_frequency
    loss_scale_factor gradient_accumulation_steps kwargs y_true y_pred y_proba y_score pred_decision params optimizer
    last_epoch validate_args mu_dtype accumulator_dtype state_dtype mask weight_decay_mask key seed cache_size'''.split())


def number(node):
    return isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)


class Constants(ast.NodeTransformer):
    """Puts numbers for the names that a file gives them."""

    def __init__(self):
        self.numbers = {}

    def visit_Assign(self, node):
        target = node.targets[0]
        if node.col_offset == 0 and isinstance(target, ast.Name) and number(node.value):
            self.numbers[target.id] = node.value
        elif node.col_offset == 0:
            self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node):
        return node

    def visit_Name(self, node):
        return self.numbers.get(node.id, node) if isinstance(node.ctx, ast.Load) else node


def definitions(folder, pattern):
    """Classes and functions at the top of the files, by name."""
    found = {}
    for path in sorted(folder.glob(pattern)):
        if path.name.endswith('_test.py') or 'tests' in path.parts:
            continue
        tree = Constants().visit(ast.parse(path.read_text(encoding='utf-8')))
        for node in tree.body:
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                # A function may be declared several times for type checkers; the last is the one.
                found[node.name] = node
            elif isinstance(node, ast.Assign) and 'partial(' in ast.unparse(node.value)[:20]:
                found[node.targets[0].id] = node.value
    return found


def signature(node, known):
    """The arguments of a function, or of the constructor of a class or of the first base that has one."""
    if isinstance(node, ast.FunctionDef):
        return node.args
    if isinstance(node, ast.Call):  # functools.partial(function, name=default)
        return replaced(known[node.args[0].id].args, {each.arg: each.value for each in node.keywords})
    methods = {each.name: each for each in node.body if isinstance(each, ast.FunctionDef)}
    for name in ('__init__', '__new__'):
        if name in methods:
            return methods[name].args
    for base in node.bases:
        name = base.attr if isinstance(base, ast.Attribute) else getattr(base, 'id', None)
        if name in known and (args := signature(known[name], known)):
            return args
    return None


def replaced(args, given):
    """The arguments with other defaults."""
    args = copy.deepcopy(args)
    for names, defaults in ((args.posonlyargs + args.args, args.defaults), (args.kwonlyargs, args.kw_defaults)):
        for i, each in enumerate(names[-len(defaults):] if defaults else []):
            defaults[i] = given.get(each.arg, defaults[i])
    return args


def parameters(args):
    """Names with defaults as text, null where one is required."""
    if args is None:
        return {}
    positional = args.posonlyargs + args.args
    defaults = [None] * (len(positional) - len(args.defaults)) + args.defaults
    pairs = list(zip(positional, defaults)) + list(zip(args.kwonlyargs, args.kw_defaults))
    text = lambda default: None if default is None else ast.unparse(default)
    return {each.arg: text(default) for each, default in pairs if each.arg not in LEFT_OUT}


def main():
    folders = dict(each.split('=', 1) for each in sys.argv[1:])
    result = {'versions': {}, 'parameters': {}}
    for library, (version, groups) in LIBRARIES.items():
        result['versions'][library] = version
        for pattern, prefix, names in groups:
            known = definitions(Path(folders[library]), pattern)
            for name in names.split():
                if name in known:
                    result['parameters'][f'{prefix}.{name}'] = parameters(signature(known[name], known))
                else:
                    sys.exit(f'{library} has no {name} in {pattern}')
    rows = [f'    {json.dumps(name)}: {json.dumps(each)}' for name, each in sorted(result['parameters'].items())]
    origin = 'Read by scripts/other-defaults.py from the sources of these libraries: names and defaults only, no code.'
    print('{\n  "origin": ' + json.dumps(origin) + ',\n  "versions": ' + json.dumps(result['versions']) + ',\n  "parameters": {\n' + ',\n'.join(rows) + '\n  }\n}')


main()
