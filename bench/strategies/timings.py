"""What asking and telling costs, on ten real hyperparameters: a strategy in a process of its own and the peers in this
one, in turns. Processor time of all threads, so that other work on the machine counts little."""
import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field

import methods
import peers

BOX = [(-5, 5)] * 10
ENOUGH_TO_LOAD_ALL = 15  # trials, with which a peer leaves its random beginning


@dataclass
class Work:
    strategy: str
    trials: int
    most: float = None  # milliseconds a trial
    peers: dict = field(default_factory=dict)  # how many times as long they must take at least


WORKS = (
    Work("random", 1000, 0.01, {"optuna_random": None, "rustuna_random": None}),
    Work("sobol", 1000, 0.01),
    Work("latin-hypercube", 1000),
    Work("cmaes", 1000, 0.01, {"optuna_cmaes": None}),
    Work("genetic", 1000, 0.01, {"optuna_nsgaii": None}),
    Work("de", 1000),
    Work("tpe", 1000, 0.12, {"optuna_tpe": 100, "rustuna_tpe": 3.5}),
    Work("tpe", 10_000, 0.8, {"rustuna_tpe": None}),
    Work("gp", 100, None, {"optuna_gp": 50}),
    Work("gp", 500, 20),
)


def our_milliseconds(build, strategy, trials, seed):
    """A trial's, as the peers' below."""
    done = subprocess.run([build / "bin" / "bench_strategies", strategy, str(trials), str(seed)], check=True,
                          capture_output=True, text=True)
    return json.loads(done.stdout)["milliseconds"]


def peer_milliseconds(peer, trials, seed):
    searcher = peers.searcher(peer, BOX, seed)
    begin = time.process_time()
    for _ in range(trials):
        searcher.tell(sum((place - 1) ** 2 for place in searcher.ask()))
    return (time.process_time() - begin) * 1e3 / trials


def measured(build, work, rounds):
    """The milliseconds a trial of each round, by method."""
    ours = methods.OURS + work.strategy
    times = {ours: []} | {peer: [] for peer in work.peers}
    for peer in work.peers:
        peer_milliseconds(peer, ENOUGH_TO_LOAD_ALL, 0)
    for seed in range(1, rounds + 1):
        times[ours].append(our_milliseconds(build, work.strategy, work.trials, seed))
        for peer in work.peers:
            times[peer].append(peer_milliseconds(peer, work.trials, seed))
    return times


def spread(values):
    return f"{statistics.median(values):.3g} ({min(values):.3g}..{max(values):.3g})"


def row(*cells):
    print("{:22} {:31} {:24} {:24} {}".format(*cells).rstrip(), flush=True)


def show(work, times):
    ours = times[methods.OURS + work.strategy]
    row(f"{work.strategy} {work.trials}", spread(ours), "", "", f"<= {work.most:g} ms" if work.most else "")
    for peer, least in work.peers.items():
        ratios = [theirs / mine for theirs, mine in zip(times[peer], ours)]
        row(f"  {peer}", "", spread(times[peer]), spread(ratios), f">= {least:g} times" if least else "")


def measure(build, folder, chosen, rounds):
    """Those of WORKS whose strategy is chosen; every round is kept in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    row("milliseconds a trial", "pegbox", "peer", "ratio", "goal")
    with (folder / "timings.jsonl").open("a", encoding="utf-8") as file:
        for work in WORKS:
            if methods.OURS + work.strategy not in chosen:
                continue
            if methods.is_missing(build, methods.OURS + work.strategy):
                print(f"{build} has no strategy '{work.strategy}'", file=sys.stderr)
                continue
            times = measured(build, work, rounds)
            file.write(json.dumps({"strategy": work.strategy, "trials": work.trials, "milliseconds": times}) + "\n")
            show(work, times)
