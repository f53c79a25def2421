"""PySpark in an environment of its own, made where it is not there yet."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.measure import StepFailedError
from harness.spark import ENVIRONMENT
from wattlake.app.render import say

PYSPARK = "4.0.1"
OLDEST_JAVA = 17
REMEDY = "Install one, on Debian: apt-get update && apt-get install openjdk-17-jre-headless"


def spark_python() -> Path:
    """The Python of the environment.

    Raises:
        StepFailedError: PySpark cannot be installed.
    """
    python = ENVIRONMENT / "bin" / "python"
    installed = ENVIRONMENT / f".pyspark-{PYSPARK}"
    if not installed.exists():
        say(f"  installing PySpark {PYSPARK} into {ENVIRONMENT.name} (430 MB, once)")
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)],
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"pyspark=={PYSPARK}"],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise StepFailedError(f"PySpark could not be installed: {done.stderr.strip()[-300:]}")
        installed.touch()
    return python


def java_version() -> str:
    """The version of the Java that PySpark will run on.

    Raises:
        StepFailedError: there is none, or it is too old; with what to do.
    """
    java = shutil.which("java")
    if java is None:
        raise StepFailedError(f"There is no Java; PySpark needs {OLDEST_JAVA} or later. {REMEDY}")
    printed = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr
    version = re.search(r'version "((\d+)[^"]*)"', printed)
    if version is None or int(version[2]) < OLDEST_JAVA:
        raise StepFailedError(f"PySpark needs Java {OLDEST_JAVA} or later; this is {printed.splitlines()[0]}. {REMEDY}")
    return version[1]


if __name__ == "__main__":
    spark_python()
