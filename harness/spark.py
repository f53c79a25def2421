"""Spark with delta-spark, as ``make spark`` installs it: it reads Delta tables as Databricks, Synapse and Fabric do."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from harness.services import PROJECT, find_program, unavailable

ENVIRONMENT = PROJECT / ".venv-spark"
JARS = PROJECT / ".services" / "delta-spark"
JOB = Path(__file__).with_name("spark_job.py")
HOW_TO_GET = "`make spark` installs it where there are Java 17 and Maven"


class SparkReader:
    """Reads Delta tables with Spark."""

    def __init__(self) -> None:
        find_program("spark", ("java",), HOW_TO_GET)
        if not (ENVIRONMENT / "bin" / "python").exists() or not any(JARS.glob("delta-spark*.jar")):
            unavailable("spark", f"there is no PySpark in {ENVIRONMENT.name}, or no delta-spark; {HOW_TO_GET}")

    def read(self, folder: Path, tables: Sequence[str], out: Path) -> dict[str, dict[str, str]]:
        """Read tables below a folder, write their rows as Parquet to ``out/<table>``; their columns with their types.

        Raises:
            RuntimeError: Spark fails; with the end of what it wrote.
        """
        command = [str(ENVIRONMENT / "bin" / "python"), str(JOB), str(JARS), str(folder), str(out), *tables]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=out.parent)
        if done.returncode:
            raise RuntimeError(f"Spark ended with {done.returncode}. It wrote:\n{done.stderr[-3000:]}")
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        return {line["table"]: line["types"] for line in lines}
