"""The rules of DESIGN §1 as functions: each takes the package's folder and yields one sentence per breach."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

Rule = Callable[[Path], Iterator[str]]

OURS = ("app", "flows", "lake", "tasks")

FORBIDDEN_IMPORTS: dict[str, tuple[str, ...]] = {
    "lake": ("app", "flows", "tasks"),
    "tasks": ("app", "flows"),
    "tasks.sources": ("lake", "prefect", "fsspec", "adlfs"),
    "tasks.producers.*": ("lake", "prefect", "fsspec", "adlfs", "duckdb", "httpx"),
    "tasks.forecasting.*": ("lake", "prefect", "fsspec", "adlfs", "httpx"),
    "flows": ("app",),
    "app.dashboard": ("tasks", "flows", "app.sandbox"),
    "app.sandbox": ("lake", "tasks", "flows", "app.dashboard", "app.cli"),
}
"""What a room and all below it (with ``.*`` only what is below it) must not import."""

ALLOWED_ALL_THE_SAME = {"app.dashboard": ("tasks.producers",)}
"""Producers are pure functions: the dashboard plans the next build with them, and runs no task."""

PURE = ("lake.addresses", "lake.odbc_string", "lake.times")
"""Values without storage, which whoever must not import the rest of ``lake`` may have."""

LAKE_LEVELS = (
    (
        "community_settings",
        "foreign_text",
        "forecast_settings",
        "layers",
        "project",
        "secret_text",
        "times",
        "usual_bounds",
        "wrong_settings",
    ),
    ("addresses", "alert_settings"),
    ("odbc_string", "sql", "stream_settings"),
    ("contracts", "errors", "settings"),
    ("functions",),
    ("models",),
    ("mapping", "store"),
    ("model_registry", "quality", "runs"),
    ("landing", "project_check"),
    ("build",),
    ("market", "sinks", "streaming"),
    ("maintenance",),
    ("reports",),
)
"""The rooms of ``lake`` from the ground up: each imports only what is below it."""

NOT_FOR: dict[str, tuple[str, ...]] = {
    "wattlake": ("tests", "benchmarks", "harness"),
    "benchmarks": ("tests",),
    "harness": ("tests", "benchmarks"),
}
"""By top-level folder, those it must not import: a wheel holds the first alone, and tests are nobody's library."""

LONGEST_TASK = 10
"""Lines of a task: what it does is in the rooms below ``tasks/``."""

CLOCKS = re.compile(r"(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|gmtime|localtime))$")


def one_way_imports(package: Path) -> Iterator[str]:
    """Imports point one way: flows → tasks → sources, producers, forecasting; all but those → lake."""
    for module, path, tree in _modules(package):
        for room, forbidden in FORBIDDEN_IMPORTS.items():
            if _within(module, room):
                for name in sorted(_imported(tree, module, path)):
                    is_allowed = any(_within(name, pure) for pure in (*PURE, *ALLOWED_ALL_THE_SAME.get(room, ())))
                    if not is_allowed and any(_within(name, banned) for banned in forbidden):
                        yield f"{path.relative_to(package)} imports {name}; {room} must not"


def rooms_of_the_lake_in_order(package: Path) -> Iterator[str]:
    """Each room of ``lake`` is on a level, and imports only rooms of lower ones."""
    levels = {f"lake.{room}": level for level, rooms in enumerate(LAKE_LEVELS) for room in rooms}
    for module, path, tree in _modules(package):
        room = ".".join(module.split(".")[:2])
        if room == "lake" or not room.startswith("lake."):
            continue
        if room not in levels:
            yield f"{path.relative_to(package)} is in {room}, which is on no level of the lake"
            continue
        for name in sorted(_imported(tree, module, path)):
            other = ".".join(name.split(".")[:2])
            if other != room and levels.get(other, -1) >= levels[room]:
                yield f"{path.relative_to(package)} imports {name}; {other} is not below {room}"


def tests_and_benchmarks_stay_outside(package: Path) -> Iterator[str]:
    """The package needs nothing beside it, and nothing needs the tests: what is shared with them is in ``harness``."""
    for folder, outside in NOT_FOR.items():
        for path in sorted((package.parent / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for name in sorted(_imported(tree, path.stem, path)):
                if any(_within(name, other) for other in outside):
                    yield f"{path.relative_to(package.parent)} imports {name}; {folder} must not"


def flows_and_tasks_in_their_place(package: Path) -> Iterator[str]:
    """Only ``flows/`` has flows, and only the modules directly in ``tasks/`` have tasks."""
    for module, path, tree in _modules(package):
        decorators = {_dotted(d).rpartition(".")[2] for f in _functions(tree) for d in f.decorator_list}
        if "flow" in decorators and not _within(module, "flows"):
            yield f"{path.relative_to(package)} has a @flow; they live in flows/"
        if "task" in decorators and path.parent != package / "tasks":
            yield f"{path.relative_to(package)} has a @task; they live in tasks/*.py"


def one_task_a_file(package: Path) -> Iterator[str]:
    """A module directly in ``tasks/`` has one task of ten lines and no other function, or no task at all."""
    for path in sorted((package / "tasks").glob("*.py")):
        functions = list(_functions(ast.parse(path.read_text(encoding="utf-8"))))
        tasks = [f for f in functions if any(_dotted(d).rpartition(".")[2] == "task" for d in f.decorator_list)]
        if len(tasks) > 1:
            yield f"{path.relative_to(package)} has {len(tasks)} tasks; give each a file of its own"
        for task in tasks:
            if len(functions) > 1 or (task.end_lineno or 0) - task.lineno >= LONGEST_TASK:
                yield f"{path.relative_to(package)} does more than its task says; move that to a room below tasks/"


def prints_only_on_the_command_line(package: Path) -> Iterator[str]:
    """Nothing prints but the command line; the rest logs."""
    for module, path, tree in _modules(package):
        if not module.startswith("app.cli"):
            for call in _calls(tree, "print"):
                yield f"{path.relative_to(package)}:{call.lineno} prints; log instead"


def clock_only_in_flows_and_app(package: Path) -> Iterator[str]:
    """Only flows and what people start read the clock; elsewhere the time is an argument."""
    for module, path, tree in _modules(package):
        if module.partition(".")[0] not in ("flows", "app"):
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute) and CLOCKS.search(_dotted(node)):
                    yield f"{path.relative_to(package)}:{node.lineno} reads the clock; take the time as an argument"


def models_say_what_a_row_is(package: Path) -> Iterator[str]:
    """The first line of a model's file is a comment that says what one row is; of a ready-made query's, a question."""
    for path in sorted(set((package / "sql").glob("*/**/*.sql")) - set((package / "sql" / "macros").glob("*.sql"))):
        is_query = path.parent.name == "queries"
        first_line = r"-- [A-Z].*\?\n" if is_query else r"-- One row is \S.*[^.\s]\.?\n"
        if not re.match(first_line, path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(package)} does not begin with `-- {'…?' if is_query else 'One row is …'}`"


RULES: tuple[Rule, ...] = (
    one_way_imports,
    rooms_of_the_lake_in_order,
    tests_and_benchmarks_stay_outside,
    flows_and_tasks_in_their_place,
    one_task_a_file,
    prints_only_on_the_command_line,
    clock_only_in_flows_and_app,
    models_say_what_a_row_is,
)


def _modules(package: Path) -> Iterator[tuple[str, Path, ast.Module]]:
    for folder in OURS:
        for path in sorted((package / folder).rglob("*.py")):
            parts = path.relative_to(package).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            yield name, path, ast.parse(path.read_text(encoding="utf-8"))


def _imported(tree: ast.Module, module: str, path: Path) -> set[str]:
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            names |= {f"{origin}.{alias.name}" for alias in node.names}
    return {name.removeprefix("wattlake.") for name in names}


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package.removesuffix('.*')}.")


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _calls(tree: ast.Module, name: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _dotted(node.func) == name)


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return _dotted(node.func)
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
