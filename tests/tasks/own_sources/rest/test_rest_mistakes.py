"""Mistakes in the file of a REST service: each is one sentence, with the file and the key."""

from pathlib import Path

import pytest

from tests.support.project_folder import project_folder
from tests.support.rest_sources import OWN
from wattlake.tasks.own_sources import OwnSourceError
from wattlake.tasks.sources import source

URL = 'url = "https://service.test/x?day={from}"\n'

MISTAKES = {
    "no address": (OWN, "`url` is missing"),
    "no host": (f'url = "service.test"\n{OWN}', "`url` is `service.test`; expected is an address with http"),
    "a login": (f'url = "https://me:pw@service.test/"\n{OWN}', "`url` holds a login. Put it into `auth`"),
    "a variable in the path": (f'url = "https://service.test/$KEY/x"\n{OWN}', "`url` has a variable in its path"),
    "an unknown place": (f'url = "https://service.test/{{meter}}"\n{OWN}', "`url` has {meter}, which nothing gives"),
    "an unknown place in a header": (f'{URL}headers = {{ X = "{{a}}" }}\n{OWN}', "`headers.X` has {a}, which nothing"),
    "two days in one": (
        f'url = "https://service.test/x"\nparams = {{ between = "{{from}}/{{to}}" }}\n{OWN}',
        "`params.between` has more than one of {from}, {to} and {last}",
    ),
    "a form without the day": (
        f'url = "https://service.test/x"\nparams = {{ day = "{{from:%H}}" }}\n{OWN}',
        "`params.day` writes a day as `%H`, which does not say which day it is",
    ),
    "final without days": (
        f'url = "https://service.test/x"\nfinal_after_days = 1\n{OWN}',
        "`final_after_days` goes with {from} and {to}",
    ),
    "entries that differ": (
        f'{URL}each = [{{ a = "1" }}, {{ b = "1" }}]\n{OWN}',
        "the entries of `each` have different",
    ),
    "an entry with a taken name": (f'{URL}each = [{{ zone = "1" }}]\n{OWN}', "`each` has `zone`, which stands for"),
    "an unknown key": (f"{URL}page = 1\n{OWN}", "`page` is no key here; docs/connect.md has them all"),
    "a wrong type": (f'{URL}days_a_question = "1"\n{OWN}', "`days_a_question`: input should be a valid integer"),
    "a secret in the file": (
        f'{URL}{OWN}[auth]\nkind = "bearer"\ntoken = "abc"',
        "`auth.bearer`: `token` is a secret. Put it into the environment or .env",
    ),
    "a key in two places": (
        f'{URL}{OWN}[auth]\nkind = "key"\nvalue = "$K"\nquery = "k"\nheader = "K"',
        "`auth.key`: give one of `header` and `query`",
    ),
    "an unknown way in": (f'{URL}{OWN}[auth]\nkind = "magic"', "`auth`: input tag 'magic' found using 'kind'"),
    "a path of JSON in CSV": (
        f'{URL}{OWN}[rows]\nformat = "csv"\n[paging]\nkind = "next"\npath = "a"',
        "`paging.path` is a path of JSON, but `rows.format` is csv",
    ),
    "XML without columns": (f'{URL}{OWN}[rows]\nformat = "xml"', "`rows`: XML needs `path`"),
    "a strange optional": (f'{URL}{OWN}[rows]\ncolumns = {{ kwh = "k" }}\noptional = ["x"]', "`optional` has `x`"),
    "a series without end": (
        f'{URL}{OWN}[rows.series]\nstart = "a"\nstep = "b"\nposition = "c"\nomitted = "repeat"',
        "`rows.series`: `omitted` needs `end`",
    ),
    "no table": (URL, "says of no table for its rows; give `mapping`, `to`, or the `columns`"),
    "two tables": (f'{URL}to = "prices"\n{OWN}', "give one of `to` and `columns`"),
    "an unknown table": (f'{URL}to = "houses"\n', "`to`: input should be 'meters', 'members', 'plants', 'prices' or"),
    "a column that is not described": (
        f'{URL}{OWN}[rows]\ncolumns = {{ volt = "v" }}',
        "`rows` has the column `volt`, which `columns` does not describe",
    ),
    "no such mapping": (f'{URL}mapping = "mappings/a.toml"\n', "`mapping` names mappings/a.toml, which cannot be read"),
    "a mapping with a mistake": (f"{URL}[mapping]\nprice = {{ unit = 'USD' }}\n", "[mapping], is not a mapping"),
}


@pytest.mark.parametrize(("toml", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_a_sentence_with_the_file_and_the_key(tmp_path: Path, toml: str, said: str):
    folder = project_folder(tmp_path, {"sources/service.toml": f'kind = "rest"\n{toml}'})
    with folder, pytest.raises(OwnSourceError) as error:
        source("service")
    sentences = str(error.value).splitlines()
    assert [each for each in sentences if said in each], sentences
    assert all(each.startswith("sources/service.toml") for each in sentences)
    assert all(each.endswith(".") for each in sentences)
