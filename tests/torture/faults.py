"""Calls of the system that fail while a study runs."""
import errno
import shutil

from study import Failure, Study, expect, one_sentence

# What a call of each kind may fail with.
ERRORS = {"open": [errno.EACCES, errno.EMFILE], "read": [errno.EIO], "write": [errno.EIO, errno.ENOSPC],
          "sync": [errno.EIO], "rename": [errno.EIO, errno.EACCES], "truncate": [errno.EIO],
          "unlink": [errno.EACCES], "mkdir": [errno.EACCES, errno.ENOSPC]}
NEVER = 1 << 60


def failing(study, call, first, last, error):
    """The environment that makes calls on the study's files fail."""
    settings = {"FOLDER": study.folder, "CALL": call, "FROM": first, "TO": last, "ERROR": error,
                "REPORT": study.beside("failed"), "COUNT": study.beside("count")}
    preload = {"LD_PRELOAD": str(study.host.fixtures / "failing_calls.so")}
    return preload | {f"FAILING_{name}": str(value) for name, value in settings.items()}


def with_fault(reference, call, first, error, last=None):
    """Runs a study where one call fails, or all up to the last one, and goes on without. Whether one failed."""
    name = f"{call}_{first}" + ("_on_" if last else "_") + errno.errorcode[error]
    study = Study(reference.study.host, name, reference.study.trials)
    process = study.start(environment=failing(study, call, first, last or first, error))
    code = process.code()
    report = study.beside("failed")
    failed = report.read_text() if report.exists() else ""
    try:
        expect(code in (0, 4), f"exit code {code}: {process.err}")
        if code == 4:
            expect(failed, f"something failed though no call did: {process.err}")
            one_sentence(process)
        study.check(process.err)
        reference.expect_same(study, process if code == 0 else None)
    except Failure as failure:
        raise Failure(f"{name}: {failure}\n{failed}") from failure
    print(f"{name}: {one_sentence(process) if code == 4 else 'it did not matter'}", flush=True)
    report.unlink(missing_ok=True)
    shutil.rmtree(study.folder)
    return bool(failed)


def calls_of(reference):
    """How many calls of each kind there are in an undisturbed run."""
    study = Study(reference.study.host, "counted", reference.study.trials)
    study.run(environment=failing(study, "none", 0, 0, 0))
    lines = study.beside("count").read_text().splitlines()
    counts = {kind: int(count) for kind, count in (line.split() for line in lines)}
    print(f"calls: {counts}", flush=True)
    # SQLite truncates only where it undoes something.
    expect(all(counts[call] for call in ERRORS if call != "truncate"), f"calls of each kind are counted: {counts}")
    return counts


def each_call_once(reference):
    for call, errors in ERRORS.items():
        first = 1
        while with_fault(reference, call, first, errors[first % len(errors)]):
            first += 1


def drawn_calls(reference, counts, most, random):
    for call, errors in ERRORS.items():
        count = min(most // len(ERRORS), counts[call])
        for first in sorted(random.sample(range(1, counts[call] + 1), count)):
            with_fault(reference, call, first, random.choice(errors))


def full_disk(reference, counts, most, random):
    """From some call on nothing can be written."""
    for first in sorted(random.sample(range(1, counts["write"] + 1), min(most, counts["write"]))):
        with_fault(reference, "write", first, errno.ENOSPC, last=NEVER)
