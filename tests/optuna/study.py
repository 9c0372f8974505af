"""One study, as pegbox and as Optuna describe it: every kind of hyperparameter, with conditions."""
import optuna

NAME = "both"

FILE = """
study: both
model: {{path: {plugins}/optuna_any_space.so}}
data: digits
objective: {{metric: accuracy, direction: maximize}}
pruner: {{name: median, startup: 3}}
epochs: 4
seed: 5
window: 2
space:
  learning_rate: {{low: 1e-5, high: 1e-1}}
  batch_size: [64, 128, 256]
  optimizer: [sgd, adam]
  momentum: {{low: 0.0, high: 0.9, when: {{optimizer: sgd}}}}
  weight_decay: 1e-4
  layers: {{low: 1, high: 3}}
  units: {{low: 8, high: 41, step: 8}}
  heads: {{low: 1, high: 64, log: true}}
  dropout: {{low: 0.0, high: 0.5, step: 0.1}}
  scale: {{low: -1.5, high: 2.0}}
  gate: {{low: 0.1, high: 0.9, when: {{layers: {{low: 2}}}}}}
  bias: {{type: boolean}}
  factor: [0.5, 1.0, 2.0]
  kind: plain
run: {{jobs: 2, device: cpu, storage: study.db}}
"""


def write(folder, plugins, name="study.yaml", **changes):
    """The study file with other values for some of its top keys."""
    lines = FILE.format(plugins=plugins).strip().splitlines()
    for key, value in changes.items():
        lines = [line for line in lines if not line.startswith(f"{key}:")] + [f"{key}: {value}"]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def suggest(trial):
    """The same space, but for what is fixed."""
    trial.suggest_float("learning_rate", 1e-5, 1e-1, log=True)
    trial.suggest_categorical("batch_size", [64, 128, 256])
    if trial.suggest_categorical("optimizer", ["sgd", "adam"]) == "sgd":
        trial.suggest_float("momentum", 0.0, 0.9)
    if trial.suggest_int("layers", 1, 3) >= 2:
        trial.suggest_float("gate", 0.1, 0.9)
    trial.suggest_int("units", 8, 40, step=8)
    trial.suggest_int("heads", 1, 64, log=True)
    trial.suggest_float("dropout", 0.0, 0.5, step=0.1)
    trial.suggest_float("scale", -1.5, 2.0)
    trial.suggest_categorical("bias", [False, True])
    trial.suggest_categorical("factor", [0.5, 1.0, 2.0])


def objective(trial):
    """Better than any accuracy, so that the best trial is one of Optuna's."""
    suggest(trial)
    for step in range(4):
        trial.report(2 + step + trial.params["dropout"], step)
    return 5 + trial.params["dropout"] + 0.01 * trial.number


def load(folder, **settings):
    return optuna.load_study(study_name=NAME, storage=f"sqlite:///{folder}/study.db", **settings)
