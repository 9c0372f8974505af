"""The server that optuna-dashboard is."""
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Dashboard:
    """Serves study.db in the folder; `packages` has optuna-dashboard."""

    def __init__(self, packages, folder):
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self.log = open(folder / "dashboard.log", "w", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, packages / "bin/optuna-dashboard", f"sqlite:///{folder}/study.db", "--host", "127.0.0.1",
             "--port", str(port), "--server", "wsgiref"],
            env=os.environ | {"PYTHONPATH": str(packages)}, stdout=self.log, stderr=self.log)
        try:
            self.wait()
        except BaseException:
            self.stop()
            raise

    def wait(self):
        deadline = time.monotonic() + 60
        while True:
            try:
                self.text("/api/meta")
                return
            except urllib.error.URLError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def text(self, path):
        """The page. Fails for any status but 200."""
        # Without compression; the server looks for the header without asking whether it is there.
        request = urllib.request.Request(self.address + path, headers={"Accept-Encoding": "identity"})
        with self.opener.open(request, timeout=60) as answer:
            if answer.status != 200:
                raise AssertionError(f"{path}: status {answer.status}")
            return answer.read().decode()

    def json(self, path):
        return json.loads(self.text(path))

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
