"""Notes on what is not settled, and on what the register and the meters do not agree about."""

import polars as pl
import streamlit as st


def show_unsettled(sentences: pl.DataFrame) -> None:
    """Warn of slots that are not settled, with the reason and the remedy: a ``sentence`` each."""
    for sentence in sentences["sentence"]:
        st.warning(sentence, icon=":material/rule:")


def show_register_gaps(gaps: pl.DataFrame) -> None:
    """Draw a quiet note on what the register and the meters do not agree about."""
    if gaps.is_empty():
        return
    notes = [gap_note(**row) for row in gaps.iter_rows(named=True)]
    st.caption(f":material/info: In the register: {'; '.join(notes)}.")


def gap_note(gap: str, gaps: int, readings: int, energy_kwh: float) -> str:
    """Write one kind of gap in words: ``2 members without a meter``."""
    owner, _, lacking = gap.partition(" without ")
    plural = "s" if gaps > 1 else ""
    counted = "not counted above" if lacking else "counted for each"
    energy = f" ({readings:,} readings, {energy_kwh:,.0f} kWh {counted})" if readings else ""
    if not lacking:
        return f"{gaps} {gap.replace('meter', f'meter{plural}', 1)}{energy}"
    lacked = lacking if lacking.endswith("s") else f"a {lacking}"
    return f"{gaps} {owner}{plural} without {lacked}{energy}"
