import json
import subprocess

PEGBOX = subprocess.Popen(["pegbox", "ask-tell", "descent.yaml"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def say(**line):
    PEGBOX.stdin.write(json.dumps(line).encode() + b"\n")
    PEGBOX.stdin.flush()
    return json.loads(PEGBOX.stdout.readline())


def descent(rate, momentum):
    """Gradient descent on Rosenbrock's function: the loss after each hundred steps."""
    x, y, dx, dy = -1.2, 1.0, 0.0, 0.0
    while True:
        for _ in range(100):
            dx = momentum * dx + rate * (2 * (1 - x) + 400 * x * (y - x * x))
            dy = momentum * dy - rate * 200 * (y - x * x)
            x, y = x + dx, y + dy
        yield (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x)


while "trial" in (trial := say(op="ask")):
    for epoch, loss in enumerate(descent(**trial["params"]), 1):
        keep = say(op="report", trial=trial["trial"], step=epoch, value=loss)["keep"]
        if not keep or epoch == trial["until"]:
            break
    say(op="tell", trial=trial["trial"])
    print("trial", trial["trial"], trial["params"], f"{epoch} epochs, loss {loss:g}")
