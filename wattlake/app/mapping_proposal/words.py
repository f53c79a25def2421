"""The words by which people's files name what their columns and rows hold."""

import re

I = re.IGNORECASE  # noqa: E741

OFFICIAL = re.compile(
    r"mpan|mprn|lclid|z(ä|ae)hlpunkt|malo|melo|metering.?point|m(å|aa)lepunkt|mittauspiste|nmi\b|esi(id|_id)\b|\bpod\b|"
    r"\bean\b|\bpdl\b|\bprm\b|cups|usage.?point|service.?point|anl(ä|ae)ggnings.?id",
    I,
)
"""Names of the ids that network operators give to connections."""
METER = re.compile(
    r"meter(?!ed)|z(ä|ae)hler|household|device|entity.?id|compteur|contador|contatore|m(ä|å)tar|haushalt", I
)
IDENTITY = re.compile(
    r"\bid\b|_id\b|\bid_|serial|customer|kunde|client|account|konto|building|geb(ä|ae)ude|house|home\b|\bsite\b|"
    r"station|standort|apartment|wohnung|unit.?(no|number|id)|name\b|participant|member|tunnus|nummer\b|number\b",
    I,
)
NOT_IDENTITY = re.compile(
    r"typ|art\b|status|stand\b|model|firmware|version|quality|register|obis|kennzahl|unit\b|einheit|zone|currency|"
    r"price|tari|phase|description|omschrijving|comment|bemerkung|note|value|wert\b|reading\b|read\b",
    I,
)

END = re.compile(
    r"\bend|(?<![a-z])(bis|to|tot|until|till|ending|fin|hasta|slut|loppu)(?![a-z])|\bcas do\b|period.?end|_end\b", I
)
START = re.compile(
    r"\bstart|\bbegin|(?<![a-z])(von|from|van|od|ab|since|vanaf|debut|début|desde|inizio|alku\w*|fra)(?![a-z])|_start\b",
    I,
)
HOUR = re.compile(r"hour|hora|stunde|heure|ora\b|hod|\bhe\b|\bhr\b|uur|time|tunti|timme", I)

CONSUMED = re.compile(
    r"consum|import|verbrauch|bezug|afname|usage|\buse\b|used|load\b|entnahme|soutir|levering|demand|delivered|"
    r"withdraw|prelev|forbrug|f(ö|o)rbrukning|kulutus|otto\b|uttag|verbruik|lieferung|spot(r|ř)eba|odb(ě|e)r|zu(ż|z)ycie",
    I,
)
PRODUCED = re.compile(
    r"export|einspei|erzeug|produ|generat|feed|inject|injekt|injectie|solar|\bpv|surplus|excedent|teruglever|"
    r"ertrag|yield|returned|received|symo|primo|inverter|wechselrichter|immissione|overskud|inmatning|vertido",
    I,
)
AT_THE_GRID = re.compile(r"grid|netz|import|export|bezug|einspei|afname|injectie|feed|teruglever|surplus|excedent", I)
SUM = re.compile(
    r"^\W*(summe?|sum|total|gesamt|tages|somme|totaal|suma|totale)\b|tages(summe|wert)|daily|per day|\bday\b", re.I
)
TOTAL = re.compile(
    r"total|stand\b|st(ä|a)nde|z(ä|ae)hlerstand|meterstand|counter|cumul|register|(?<!co)index|meter.?read|1\.8\.|2\.8\.|"
    r"lectura|rel(e|è)ve|tageszähler|odometer|lifetime",
    I,
)
ENERGY = re.compile(
    r"energ|wert|value|reading|quantity|menge|volume|hoeveelheid|m(ä|å|aa)(ä|å)?r|kwh|wh\b|kw\b|watt|leistung|power|"
    r"puissance|potencia|valeur|valor|last(gang)?\b|state\b|net\b|saldo|amount|elec|strom",
    I,
)
NO_ENERGY = re.compile(
    r"price|preis|prix|prijs|precio|prezzo|cost|kost|umsatz|betrag|€|\$|£|\beur\b|\busd\b|\bgbp\b|ct/|tarif.?preis|"
    r"temp|°|humid|feucht|wind|rain|cloud|irradi|strahlung|einstrahlung|\bghi\b|\bpoa\b|co2|carbon|voltage|spannung|"
    r"\bvolt|current\b|strom ?\[?\(?a\b|\bamp|frequen|\bhz\b|cos.?phi|power.?factor|kvar|blind|reactive|reaktiv|kva\b|"
    r"water|wasser|\bgas\b|m³|\bm3\b|\bdl\b|\bliter|\blitre|\bl\b|heat(?!.?pump)|w(ä|ae)rme|soc\b|ladezustand|battery.?level|"
    r"percent|prozent|(?<![a-z])%|row|index$|^#|\bnr\b|_nr\b|lfd|day.?of|weekday|month|\byear\b|holiday|max\b|\bmin\b|"
    r"latitude|longitude|degree",
    I,
)
TARIFF = re.compile(
    r"(?<![a-z\d])(t ?\d|ht|nt|p\d|tarif+(e|a)? ?\d|tariff ?\d|laag|hoog|low|high|normaal|normal|dal|piek|peak|"
    r"off.?peak|dag|nacht|day|night|tag|hp|hc|rate ?\d)(?![a-z\d])|(?<=[12]\.8\.)\d|laag tarief|hoog tarief",
    I,
)

UNITS = {
    "MWh": re.compile(r"(?<![a-z])mwh", I),
    "kWh": re.compile(r"kwh", I),
    "Wh": re.compile(r"(?<![a-zµ])wh(?![a-z])|watt.?hours?", I),
    "MW": re.compile(r"(?<![a-z])MW(?![a-z])"),
    "kW": re.compile(r"(?<![a-z])kw(?![a-z/])", I),
    "W": re.compile(r"(?<=[\[( _/.])W(?![\w/])|^W$|(?<=[a-z])_w$|\bwatts?(?!.?h)", 0),
}
"""The words of units; the first that a text has counts."""

UNIT_COLUMN = re.compile(r"unit|einheit|eenheid|unite|unité|unidad|unità|enhet|enhed|yksik|jednotka|uom", I)
PERIOD_TEXT = re.compile(r"PT\d+[MH]|\d{1,2} ?min(utes|uten)?\.?|(5|10|15|30|60)", I)
PERIOD_COLUMN = re.compile(r"resol|interval|period|pas\b|granul|duration|minutes|raster|length|aufl(ö|oe)sung", I)
ZONE_COLUMN = re.compile(r"time.?zone|zeitzone|\btz\b|tijdzone|zone", I)
ZONE_IN_NAME = re.compile(r"(?<![a-z])(utc|gmt|zulu)(?![a-z])", I)
ZONE_NAMED = re.compile(r"(Europe|America|Asia|Australia|Africa|Pacific|Atlantic|Indian)/[A-Z][A-Za-z_/]+")

CONSUMPTION_ROW = re.compile(
    r"afname|consum|bezug|verbrauch|import|entnahme|soutir|withdraw|prelev|forbrug|f(ö|o)rbrukning|kulutus|delivered|"
    r"\d-\d{1,3}:1\.\d+\.|^1\.\d+\.\d|\bA\+|\+A\b|^E1$",
    I,
)
PRODUCTION_ROW = re.compile(
    r"injecti|einspeis|export|teruglever|return|produ|erzeug|surplus|excedent|generation|feed|"
    r"\d-\d{1,3}:2\.\d+\.|^2\.\d+\.\d|\bA-|-A\b|^B1$",
    I,
)
IGNORED_ROW = re.compile(r"blind|reactive|reaktiv|kvar|\d-\d{1,3}:[3-8]\.\d+\.|^[3-8]\.\d+\.\d|\bwater\b|\bgas\b", I)

QUALITY_COLUMN = re.compile(
    r"status|qualit|valid|flag|obtain|estimad|estado|zustand|method|reading.?type|kennzeichen|wertart|merkmal|est\b", I
)
QUALITIES = {
    "missing": r"fehlend|fehlt|missing|ontbrekend|manquant|ausente|no data|keine daten|nicht vorhanden|unavailable|"
    r"n/?a|geen verbruik|no consumption|mangler|saknas|puuttuu|chybí",
    "substituted": r"substitut\w*|ersatz|final.?substitut\w*|S",
    "estimated": r"ersatzwert|gesch(ä|ae)tzt|schätzwert|estim\w*|geschat|forecast|prognos\w*|provisional|"
    r"vorl(ä|ae)ufig\w*|interpol\w*|rechenwert|berechnet|E|beregnet|skattad|arvio",
    "measured": r"gemessen|measured|real|actual|wahrer wert|gevalideerd|valid(ated)?|validiert|gemeten|mesur\w*|"
    r"mitattu|good|ok|normal|messwert|ist-?wert|medido|m(ä|å)lt|uitgelezen|A|R|G|W",
}
"""The words of qualities, each of a whole cell."""

DELIVERED = re.compile(r"^(?!.*r(ü|ue)ck).*(lieferung|levering|abgabe|delivery)", I)
WITHDRAWN = re.compile(r"bezug|entnahme|afname|withdraw|import", I)
"""Beside what was drawn from the grid, what was delivered went to it."""

ELECTRICITY_ROW = re.compile(r"electric|elektr|strom|stroom|power|\bel\b", I)
OTHER_COMMODITY_ROW = re.compile(r"gas\b|water|wasser|heat|w(ä|ae)rme|warmte|chaleur|fjernvarme", I)

MISSING_WORDS = re.compile(
    r"[-–—.?*#]+|n/?a|nan|null|none|nil|unavailable|unknown|fehlend|fehlt|missing|#\w+[!/?]*|k\.?a\.?", I
)
SENTINELS = (-1, -9, -99, -999, -9999, -99999, 9999, 99999, 999999, 9999999)
