"""Every searcher by its name: the peers', and pegbox's strategies as `pegbox_NAME`."""
import contextlib

import peers
from pegbox import Pegbox

OURS = "pegbox_"
STRATEGIES = ("gp", "cmaes", "tpe", "auto", "genetic", "de", "sobol", "latin-hypercube", "random")

# It needs minutes where the others need seconds.
SLOW = "optuna_gp"
ALL = [OURS + name for name in STRATEGIES] + [name for name in peers.SAMPLERS if name != SLOW] + [SLOW]


def is_ours(method):
    return method.startswith(OURS)


def is_missing(build, method):
    """Whether this build has no such strategy."""
    return is_ours(method) and not (build / "lib" / "pegbox" / f"{method.removeprefix(OURS)}.so").exists()


def searcher(build, method, box, seed, evaluations):
    """A context whose value has `ask` and `tell`."""
    if is_ours(method):
        return Pegbox(build, method.removeprefix(OURS), box, seed, evaluations)
    return contextlib.nullcontext(peers.searcher(method, box, seed))
