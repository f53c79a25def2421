"""A bill as a page that stands for itself, fits a phone and prints on one sheet of A4."""

from collections.abc import Iterator
from html import escape

from wattlake.app.bill_page import outcome, period, sentences, title, written
from wattlake.lake.reports.bill import Bill
from wattlake.lake.reports.bill_terms import BillTerms

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
@page {{ size: A4; margin: 18mm; }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color: #1c2733;
    background: #fff; }}
h1 {{ font-size: 1.3rem; margin: 0 0 .2rem; }}
.community {{ color: #4d5a66; margin: 0 0 1.2rem; }}
.outcome {{ font-size: 1.9rem; font-weight: 700; margin: .6rem 0 0; }}
.period {{ margin: 0 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; margin: 1rem 0; }}
td, th {{ padding: .35rem .4rem; border-bottom: 1px solid #d5dce3; text-align: left; vertical-align: top; }}
td.number, th.number {{ text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }}
tr.total td {{ font-weight: 700; border-top: 2px solid #1c2733; }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: 1rem 0; }}
dt {{ color: #4d5a66; }} dd {{ margin: 0; overflow-wrap: anywhere; }}
h2 {{ font-size: 1rem; margin: 1.2rem 0 .2rem; }} p {{ margin: .3rem 0; }}
@media (max-width: 30rem) {{ body {{ font-size: 15px; margin: 1rem auto; padding: 0 .6rem; }} }}
@media print {{ body {{ font-size: 11pt; margin: 0; padding: 0; max-width: none; }}
    table, dl {{ break-inside: avoid; }} }}
</style></head><body>
<h1>{title}</h1>
<p class="community">{community}</p>
<p class="outcome">{outcome}</p>
<p class="period">{period}</p>
<table><thead><tr><th>For</th><th class="number">kWh</th><th class="number">ct/kWh</th><th class="number">EUR</th></tr>
</thead><tbody>
{lines}
</tbody></table>
<dl>{details}</dl>
<h2>How it was reckoned</h2>
{reckoned}
</body></html>
"""


def page(bill: Bill, terms: BillTerms, community: str) -> str:
    """Write the bill as HTML.

    Args:
        bill: whose it is, and its lines.
        terms: what it was reckoned by.
        community: what the community is called.
    """
    *lines, total = written(bill).rows
    rows = [_row(line) for line in lines] + [_row(total, "total")]
    return PAGE.format(
        title=escape(title(bill)),
        community=escape(community),
        outcome=outcome(bill),
        period=period(bill),
        lines="\n".join(rows),
        details="".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in details(terms)),
        reckoned="\n".join(
            f"<p>{escape(sentence)}</p>" for sentence in (*sentences(bill), *terms.reckoned) if sentence
        ),
    )


def details(terms: BillTerms) -> Iterator[tuple[str, str]]:
    """List a bill's meters, tariff and tax, as far as they are known."""
    if terms.meters:
        yield "Meters" if len(terms.meters) > 1 else "Meter", ", ".join(terms.meters)
    if terms.tariffs:
        yield "Tariff", ", ".join(terms.tariffs)
    if terms.vat:
        yield "VAT", terms.vat


def _row(cells: tuple[str, ...], kind: str = "") -> str:
    what, *numbers = cells
    written_numbers = "".join(f"<td class=number>{number}</td>" for number in numbers)
    return f"<tr{f' class={kind}' if kind else ''}><td>{escape(what)}</td>{written_numbers}</tr>"
