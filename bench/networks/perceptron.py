"""The perceptron of models/mlp.cpp and the loop of pegbox's trainer, in PyTorch and without a loader."""
import torch
from torch import nn

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "gelu": nn.GELU}
OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW,
              "rmsprop": torch.optim.RMSprop}
MOMENTUM = 0.9  # of sgd and rmsprop
WEIGHT_DECAY = 1e-4

torch.set_num_threads(1)


def network(params, inputs, outputs):
    layers, width = [], inputs
    for _ in range(params["layers"]):
        layers += [nn.Linear(width, params["width"]), ACTIVATIONS[params["activation"]]()]
        layers += [nn.Dropout(params["dropout"])]
        width = params["width"]
    return nn.Sequential(*layers, nn.Linear(width, outputs))


def optimizer(params, weights):
    momentum = {"momentum": MOMENTUM} if params["optimizer"] in ("sgd", "rmsprop") else {}
    return OPTIMIZERS[params["optimizer"]](weights, lr=params["learning_rate"], weight_decay=WEIGHT_DECAY, **momentum)


class Parts:
    """Data as tensors: columns shifted and scaled to mean 0 and deviation 1 of the training part."""

    def __init__(self, data):
        validation, train = data.parts()
        inputs, labels = torch.tensor(data.inputs, dtype=torch.double), torch.tensor(data.labels)
        mean, deviation = inputs[train].mean(0), inputs[train].std(0, unbiased=False)
        inputs = ((inputs - mean) / torch.where(deviation > 0, deviation, 1.0)).float()
        self.train, self.train_labels = inputs[train], labels[train]
        self.validation, self.validation_labels = inputs[validation], labels[validation]
        self.outputs = len(labels.unique())


def accuracies(params, parts, seed):
    """The held-out part's after each epoch, without end; NaN where the loss is no number."""
    torch.manual_seed(seed)
    model = network(params, parts.train.shape[1], parts.outputs)
    optim = optimizer(params, model.parameters())
    while True:
        loss = train_once(model, optim, parts, params["batch_size"])
        model.eval()
        with torch.no_grad():
            output = model(parts.validation)
        right = (output.argmax(1) == parts.validation_labels).double().mean().item()
        yield right if torch.isfinite(loss) and torch.isfinite(output).all() else float("nan")


def train_once(model, optim, parts, batch_size):
    """One pass over the training rows in random order: the sum of the batches' losses."""
    model.train()
    total = torch.zeros(())
    for rows in torch.randperm(len(parts.train)).split(batch_size):
        optim.zero_grad()
        loss = nn.functional.cross_entropy(model(parts.train[rows]), parts.train_labels[rows])
        loss.backward()
        optim.step()
        total += loss.detach()
    return total
