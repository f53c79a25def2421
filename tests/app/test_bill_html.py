"""The bill as people read it: in cents, with what there is to pay or to receive, on a phone and on paper."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright

from tests.support.served_dashboard import BROWSER_FLAGS
from wattlake.app.bill_html import page
from wattlake.app.bill_page import outcome, period, to_the_cent, written
from wattlake.lake.reports.bill import Bill, Line
from wattlake.lake.reports.bill_terms import BillTerms

TERMS = BillTerms(
    ("MAC000002", "PV<b>7"),
    ("Std",),
    {
        "market_mechanism": "mid_market_rate", "community_fee_eur_per_kwh": "0.01", "retail_eur_per_kwh": None,
        "retail_markup_eur_per_kwh": "0.02", "retail_levies_eur_per_kwh": "0.14", "vat_ratio": "0.19",
        "feed_in_eur_per_kwh": None, "feed_in_deduction_eur_per_kwh": "0.005", "feed_in_floor_eur_per_kwh": "0",
    },
)  # fmt: skip


def a_bill(
    grid_eur: str = "12.345678", sold_eur: str = "-52.858608", last_day: date | None = date(2026, 6, 21)
) -> Bill:
    lines = (
        Line("bought from neighbours", Decimal(0), Decimal(0)),
        Line("fee of the community", None, Decimal(0)),
        Line("drawn from the grid", Decimal("40.5"), Decimal(grid_eur)),
        Line("sold to neighbours", Decimal("396.3"), Decimal(sold_eur), is_income=True),
        Line("fed into the grid", Decimal(0), Decimal(0), is_income=True),
    )
    energy = (Decimal("90.123456"), Decimal("446.7"), Decimal(0), Decimal("50.4"))
    return Bill("U1", date(2026, 6, 1), *energy, lines, Decimal("3.21"), 504, 0, {}, last_day)


@pytest.mark.parametrize(
    ("eur", "words"),
    [
        (("12.345678", "-52.858608"), "You receive 40.51 EUR"),
        (("76.363028", "0"), "You pay 76.36 EUR"),
        (("1.000001", "-1.000000"), "Nothing to pay"),
    ],
)
def test_what_there_is_to_pay_is_said_to_the_cent(eur, words):
    assert outcome(a_bill(*eur)) == words


def test_the_table_is_in_cents_and_ends_with_what_is_paid():
    assert written(a_bill()).rows == [
        ("Drawn from the grid", "40.500", "30.48", "12.35"),
        ("Sold to neighbours", "396.300", "13.34", "-52.86"),
        ("You receive", "", "", "-40.51"),
    ]


@given(st.lists(st.decimals(-500, 500, places=6), min_size=1, max_size=5))
@example([Decimal("17.925"), Decimal("58.435")])
def test_amounts_to_the_cent_add_up_to_their_sum_to_the_cent(amounts_eur: list[Decimal]):
    cents = to_the_cent(amounts_eur)
    assert sum(cents) == round(sum(amounts_eur), 2)
    assert all(abs(eur - exact) < Decimal("0.01") for eur, exact in zip(cents, amounts_eur, strict=True))


def test_the_period_is_in_words():
    assert period(a_bill()) == "1–21 June 2026, so far"
    assert period(a_bill(last_day=None)) == "1–30 June 2026"


def test_how_it_was_reckoned_is_said_and_foreign_text_is_no_markup():
    shown = page(a_bill(), TERMS, "Sunny <i>side</i>")
    assert "PV&lt;b&gt;7" in shown and "Sunny &lt;i&gt;side" in shown
    assert "with 2 ct of the supplier and 14 ct of levies a kWh, and 19 % VAT" in shown
    assert "The community takes 1 ct/kWh of who buys." in shown
    fixed = BillTerms((), (), {**TERMS.terms, "retail_eur_per_kwh": "0.3", "feed_in_eur_per_kwh": "0.082"})
    assert fixed.reckoned[:2] == ("The grid charges 30 ct/kWh, all in.", "The grid pays 8.2 ct/kWh.")
    assert BillTerms((), (), {}).reckoned == ()


def test_it_fits_a_phone_and_prints_on_one_sheet_of_a4(chromium: Path):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(BROWSER_FLAGS))
        tab = browser.new_page(viewport={"width": 360, "height": 800})
        tab.set_content(page(a_bill(), TERMS, "Sunnyside energy community"))
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360
        printed = tab.pdf(prefer_css_page_size=True)
        browser.close()
    assert printed.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    (box,) = set(re.findall(rb"/MediaBox\s*\[([^\]]*)\]", printed))
    width, height = (float(number) for number in box.split()[2:])
    assert (round(width), round(height)) == (595, 842), "A4 in points"
