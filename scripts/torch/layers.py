"""Makes test/golden/layers.json: layers of PyTorch, forward and backward, in f64.

    /usr/bin/python3 scripts/torch/layers.py > test/golden/layers.json     (Debian: python3-torch)

Images and sequences go in and come out channels last, as downhill has them; parameters are as PyTorch has them. `slope` is
∂ of what comes out, `dx` ∂ of what comes in. Inputs are multiples of 1/64, other numbers have 12 digits.
"""
import json
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(6)
torch.set_default_dtype(torch.float64)


def draw(*shape, low=-128, high=129):
    return torch.randint(low, high, shape).to(torch.float64) / 64


def numbers(tensor):
    return [float(f"{value:.12g}") for value in tensor.detach().reshape(-1).tolist()]


def first(x):
    """Channels last to PyTorch's channels first."""
    return x.movedim(-1, 1) if x.dim() > 2 else x


def last(x):
    return x.movedim(1, -1) if x.dim() > 2 else x


def fill(module):
    for parameter in module.parameters():
        parameter.data = draw(*parameter.shape)
    return module


def case(layer, module, x, channels=False, names=(), training=True):
    """One forward and one backward pass. `channels`: whether PyTorch wants channels first."""
    x = x.clone().requires_grad_(x.is_floating_point())
    y = module(first(x) if channels else x)
    y = last(y) if channels else y
    slope = draw(*y.shape)
    y.backward(slope)
    out = {"layer": layer, "rows": x.shape[0], "shape": list(x.shape[1:]), "x": numbers(x.detach())}
    if not training:
        out["training"] = False
    parameters = dict(module.named_parameters()) if isinstance(module, nn.Module) else dict(names)
    if parameters:
        out["parameters"] = {name: numbers(value) for name, value in parameters.items()}
        out["gradients"] = {name: numbers(value.grad) for name, value in parameters.items()}
    out.update(output=list(y.shape[1:]), y=numbers(y), slope=numbers(slope))
    if x.grad is not None:
        out["dx"] = numbers(x.grad)
    return out


def activations():
    x = draw(3, 7, low=-300, high=301)
    rows = [
        ("relu", {}, nn.ReLU()),
        ("leakyRelu", {}, nn.LeakyReLU()),
        ("leakyRelu", {"slope": 0.25}, nn.LeakyReLU(0.25)),
        ("elu", {}, nn.ELU()),
        ("elu", {"alpha": 0.75}, nn.ELU(0.75)),
        ("selu", {}, nn.SELU()),
        ("gelu", {}, nn.GELU()),
        ("gelu", {"approximate": "tanh"}, nn.GELU("tanh")),
        ("silu", {}, nn.SiLU()),
        ("mish", {}, nn.Mish()),
        ("softplus", {}, nn.Softplus()),
        ("softplus", {"beta": 2}, nn.Softplus(2)),
        ("tanh", {}, nn.Tanh()),
        ("sigmoid", {}, nn.Sigmoid()),
        ("hardSigmoid", {}, nn.Hardsigmoid()),
        ("hardTanh", {}, nn.Hardtanh()),
        ("hardTanh", {"min": -2, "max": 0.5}, nn.Hardtanh(-2, 0.5)),
        ("hardSwish", {}, nn.Hardswish()),
        ("softmax", {}, nn.Softmax(-1)),
    ]
    return [case({"kind": kind, **options}, module, x) for kind, options, module in rows]


def normalizations():
    out = []
    for shape, options, module in [
        ([5, 3], {}, nn.BatchNorm1d(3)),
        ([3, 2, 2, 3], {"momentum": 0.75, "epsilon": 1e-3}, nn.BatchNorm2d(3, momentum=0.25, eps=1e-3)),
    ]:
        layer = {"kind": "batchNorm", **options}
        fill(module)
        for step in range(2):
            if step:
                module.zero_grad()
            done = case(layer, module, draw(*shape), channels=True)
            done["runningMean"] = numbers(module.running_mean)
            done["runningVariance"] = numbers(module.running_var)
            done["step"] = step
            out.append(done)
        module.zero_grad()
        running = {"runningMean": numbers(module.running_mean), "runningVariance": numbers(module.running_var)}
        module.eval()
        out.append({**case(layer, module, draw(*shape), channels=True, training=False), **running})
    for shape in [[4, 5], [2, 3, 2, 4]]:
        x = draw(*shape)
        out.append(case({"kind": "layerNorm"}, fill(nn.LayerNorm(shape[-1])), x))
        out.append(case({"kind": "layerNorm", "epsilon": 0.5}, fill(nn.LayerNorm(shape[-1], eps=0.5)), x))
        # PyTorch 1.13 has no RMSNorm: the formula, with automatic differentiation.
        weight = draw(shape[-1]).requires_grad_()
        rms = lambda v: weight * v / torch.sqrt((v * v).mean(-1, keepdim=True) + 1e-6)
        out.append(case({"kind": "rmsNorm"}, rms, x, names={"weight": weight}))
    index = torch.randint(0, 7, (3, 4))
    out.append(case({"kind": "embedding", "inputDim": 7, "outputDim": 3}, fill(nn.Embedding(7, 3)), index))
    return out


def convolutions():
    out = []
    for options, shape in [
        ({"filters": 4, "kernelSize": 3}, [2, 7, 3]),
        ({"filters": 2, "kernelSize": 4, "strides": 2, "padding": 1, "dilation": 2}, [2, 11, 3]),
        ({"filters": 6, "kernelSize": 3, "padding": "same", "groups": 2, "bias": False}, [2, 5, 4]),
    ]:
        module = nn.Conv1d(shape[-1], options["filters"], options["kernelSize"], **torch_options(options))
        out.append(case({"kind": "conv1d", **options}, fill(module), draw(*shape), channels=True))
    for options, shape in [
        ({"filters": 3, "kernelSize": 3}, [2, 5, 5, 2]),
        ({"filters": 2, "kernelSize": [3, 2], "padding": "same"}, [1, 4, 5, 3]),
        ({"filters": 3, "kernelSize": 3, "strides": [2, 1], "padding": [1, 2]}, [2, 6, 4, 1]),
        ({"filters": 2, "kernelSize": 2, "dilation": [2, 3], "padding": 1}, [1, 5, 5, 3]),
        ({"filters": 6, "kernelSize": 3, "groups": 3, "strides": 2, "padding": 1}, [1, 5, 5, 6]),
        ({"filters": 5, "kernelSize": 1, "bias": False}, [2, 3, 3, 3]),
    ]:
        module = nn.Conv2d(shape[-1], options["filters"], options["kernelSize"], **torch_options(options))
        out.append(case({"kind": "conv2d", **options}, fill(module), draw(*shape), channels=True))
    for options, shape in [
        ({"kernelSize": 3, "padding": "same"}, [1, 4, 4, 3]),
        ({"kernelSize": [2, 3], "multiplier": 2, "strides": 2, "padding": 1}, [2, 5, 5, 2]),
    ]:
        channels = shape[-1]
        filters = channels * options.get("multiplier", 1)
        module = nn.Conv2d(channels, filters, options["kernelSize"], groups=channels, **torch_options(options))
        out.append(case({"kind": "depthwiseConv2d", **options}, fill(module), draw(*shape), channels=True))
    return out


def torch_options(options):
    names = {"strides": "stride", "padding": "padding", "dilation": "dilation", "groups": "groups", "bias": "bias"}
    return {there: options[here] for here, there in names.items() if here in options}


def pooling():
    out = []
    for kind, module, options, shape in [
        ("maxPool1d", nn.MaxPool1d(2), {"poolSize": 2}, [2, 7, 3]),
        ("maxPool1d", nn.MaxPool1d(3, 2, 1), {"poolSize": 3, "strides": 2, "padding": 1}, [2, 8, 2]),
        ("maxPool2d", nn.MaxPool2d(2), {"poolSize": 2}, [2, 5, 4, 3]),
        ("maxPool2d", nn.MaxPool2d((3, 2), 1, (1, 0)), {"poolSize": [3, 2], "strides": 1, "padding": [1, 0]}, [1, 4, 4, 5]),
        ("averagePool1d", nn.AvgPool1d(3), {"poolSize": 3}, [2, 7, 2]),
        (
            "averagePool2d",
            nn.AvgPool2d(3, 2, 1, count_include_pad=False),
            {"poolSize": 3, "strides": 2, "padding": 1},
            [2, 6, 5, 3],
        ),
        (
            "averagePool2d",
            nn.AvgPool2d((2, 3), 1, (1, 1)),
            {"poolSize": [2, 3], "strides": 1, "padding": [1, 1], "countIncludePad": True},
            [1, 4, 5, 2],
        ),
        ("globalAveragePool", lambda x: x.mean((2, 3)), {}, [2, 3, 4, 3]),
        ("globalMaxPool", lambda x: x.amax((2, 3)), {}, [2, 4, 3, 2]),
    ]:
        # No two values alike, so that there is one largest.
        count = 1
        for n in shape:
            count *= n
        x = ((torch.randperm(count) - count // 2).to(torch.float64) / 64).reshape(shape)
        out.append(case({"kind": kind, **options}, module, x, channels=True))
    return out


def trained(name, layers, x, labels, modules, forward):
    """Loss (mean cross-entropy) and all gradients; parameters layer by layer."""
    loss = F.cross_entropy(forward(x), labels)
    loss.backward()
    of = lambda pick: [{key: numbers(pick(value)) for key, value in module.named_parameters()} for module in modules]
    return {
        "name": name,
        "layers": layers,
        "rows": x.shape[0],
        "shape": list(x.shape[1:]),
        "x": numbers(x),
        "labels": labels.tolist(),
        "loss": float(f"{loss.item():.12g}"),
        "parameters": of(lambda value: value),
        "gradients": of(lambda value: value.grad),
    }


def networks():
    dense1, norm, dense2 = fill(nn.Linear(4, 5)), fill(nn.BatchNorm1d(5)), fill(nn.Linear(5, 3))
    mlp = trained(
        "multilayer perceptron with batch normalisation",
        [{"kind": "dense", "units": 5}, {"kind": "batchNorm"}, {"kind": "relu"}, {"kind": "dense", "units": 3}],
        draw(8, 4),
        torch.randint(0, 3, (8,)),
        [dense1, norm, dense2],
        lambda x: dense2(F.relu(norm(dense1(x)))),
    )
    conv, dense = fill(nn.Conv2d(2, 3, 3, padding="same")), fill(nn.Linear(12, 3))
    cnn = trained(
        "convolutional network; its dense layer follows PyTorch's flatten, channels first",
        [
            {"kind": "conv2d", "filters": 3, "kernelSize": 3, "padding": "same"},
            {"kind": "relu"},
            {"kind": "maxPool2d", "poolSize": 2},
            {"kind": "flatten"},
            {"kind": "dense", "units": 3},
        ],
        draw(4, 5, 4, 2),
        torch.randint(0, 3, (4,)),
        [conv, dense],
        lambda x: dense(F.max_pool2d(F.relu(conv(first(x))), 2).flatten(1)),
    )
    return [mlp, cnn]


json.dump(
    {
        "torch": torch.__version__,
        "layers": activations() + normalizations() + convolutions() + pooling(),
        "networks": networks(),
    },
    sys.stdout,
    separators=(",", ":"),
)
print()
