"""The words by which people's files name what their columns and rows hold."""

import re

I = re.IGNORECASE  # noqa: E741

OFFICIAL = re.compile(
    r"mpan|mprn|mpxn|\bmsn\b|lclid|z(ä|ae)hl(er)?.?punkt|malo|melo|(markt|mess).?lokation|"
    r"metering.?point|(delivery|supply|connection).?point|m(å|aa)lepunkt|m(å|ä)tpunkt|mittauspiste|k(ä|a)yttöpaikka|"
    r"nmi\b|esi(id|_id)\b|\bpod\b|\bean\b|\bpdl\b|\bprm\b|\bpce\b|cups|\bcpe\b|\bicp\b|\bgsrn\b|\bppe\b|"
    r"usage.?point|service.?(point|agreement)|point de livraison|punto de suministro|punto di prelievo|"
    r"anl(ä|ae)ggnings.?id|aansluiting|meetpunt",
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
    r"withdraw|prelev|forbrug|f(ö|o)rbrukning|kulutus|otto\b|uttag|verbruik|lieferung|spot(r|ř)eba|odb(ě|e)r|zu(ż|z)ycie|"
    r"\b\d-\d{1,3}:1\.\d+\.|^1\.\d+\.\d",
    I,
)
PRODUCED = re.compile(
    r"export|einspei|erzeug|produ|generat|feed|inject|injekt|injectie|solar|\bpv|surplus|excedent|teruglever|"
    r"ertrag|yield|returned|received|symo|primo|inverter|wechselrichter|immissione|overskud|inmatning|vertido|"
    r"\b\d-\d{1,3}:2\.\d+\.|^2\.\d+\.\d",
    I,
)
AT_THE_GRID = re.compile(r"grid|netz|import|export|bezug|einspei|afname|injectie|feed|teruglever|surplus|excedent", I)
SUM = re.compile(
    r"^\W*(summe?|sum|total|gesamt|tages|somme|totaal|suma|totale)\b|tages(summe|wert)|daily|per day|\bday\b", re.I
)
SUM_OF_DAY = re.compile(r"tages(summe|wert|verbrauch|total)|daily|per day|/day\b|/d\b|pro tag", I)
SUM_ROW = re.compile(
    r"\W*(grand |gesamt)?(summen?|sums?|totals?|gesamt(summe|wert)?|insgesamt|somme|totaal|totaux|suma|totale|overall|"
    r"all( meters)?|alle( zähler)?|tous|todos|tutti|max(imum|imal(wert)?)?|min(imum|imal(wert)?)?|mittel(wert)?|"
    r"durchschnitt|average|avg|mean|spitze|peak|moyenne|promedio|media|gemiddelde)\W*",
    I,
)
"""What stands for all meters, or for all times, where the others' rows name one; each of a whole cell."""
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
    r"\bvolt|current\b|strom ?\[?\(?a\b|\bamp|frequen|\bhz\b|cos.?phi|power.?factor|k?va(r|rh|h)?\b|blind|"
    r"reactive|reaktiv|water|wasser|\bgas\b|m³|\bm3\b|\bdl\b|\bliter|\blitre|\bl\b|heat(?!.?pump)|w(ä|ae)rme|soc\b|ladezustand|battery.?level|"
    r"percent|prozent|(?<![a-z])%|row|index$|^#|\bnr\b|_nr\b|lfd|day.?of|weekday|month|\byear\b|holiday|max\b|\bmin\b|"
    r"latitude|longitude|degree|\b\d-\d{1,3}:[3-8]\.\d+\.|^[3-8]\.\d+\.\d",
    I,
)
TARIFF = re.compile(
    r"(?<![a-z\d])(t ?\d|ht|nt|p\d|tarif+(e|a)? ?\d|tariff ?\d|laag|hoog|low|high|normaal|normal|dal|piek|peak|"
    r"off.?peak|dag|nacht|day|night|tag|hp|hc|rate ?\d)(?![a-z\d])|(?<=[12]\.8\.)\d|laag tarief|hoog tarief",
    I,
)

PER_HOUR = r"(?!\s?(/|per)\s?h(our)?\b)"
"""Energy per hour is power: kWh/h is a kW."""

UNITS = {
    "MWh": re.compile(rf"(?<![a-z])mwh{PER_HOUR}|mega.?watt.?(hour|stunde)", I),
    "kWh": re.compile(rf"kwh{PER_HOUR}|kilo.?watt.?(hour|stunde)", I),
    "Wh": re.compile(rf"(?<![a-zµ])wh(?![a-z]){PER_HOUR}|watt.?(hour|stunde)", I),
    "MW": re.compile(r"(?<![A-Za-z])MW(?![a-z])|(?<![A-Za-z])MWh|[Mm]ega.?[Ww]att"),
    "kW": re.compile(r"(?<![a-z])kwh?(?![a-z/])|(?<![a-z])kwh|kilo.?watt", I),
    "W": re.compile(r"(?<=[\[( _/.])W(?![\w/])|^W$|(?<=[a-z])_w$|\bwatts?(?!.?h)", 0),
}
"""The words of units; the first that a text has counts."""

FACTOR = re.compile(r"wandler|fa(k|c)tor\b|faktor|multipl|ratio\b|transform|constante|konstante", I)
"""What a number is multiplied by, or is already: that cannot be seen."""

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
