"""``streamlit run`` with what the pages need imported before, so that the first look does not wait for it."""

import pkgutil
import sys
from importlib import import_module

from streamlit.web import cli

from app.dashboard import MAIN, charts, queries

NEEDED = ("pandas", "app.bill_page", "app.dashboard.lineage")


def serve() -> None:
    """Import what the pages need, and let Streamlit serve them; further arguments are its options."""
    of_pages = [
        module.name
        for package in (charts, queries)
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    ]
    for name in (*NEEDED, *of_pages):
        import_module(name)
    cli.main(["run", str(MAIN), *sys.argv[1:]], prog_name="streamlit")


if __name__ == "__main__":
    serve()
