// How numbers look: as the program's own pages write them, with a plain minus and a count of decimals that goes with the unit.
// Amounts come as exact text from the server and model figures as numbers; here only their digits are chosen.

/** What stands for a number that is missing or has no meaning. */
export const missing = "n/a";

/** Where a cell of a table is empty by its nature. */
export const none = "-";

// MARK: Exact texts

/** A decimal or a fraction `a/b` as numerator and denominator; null for what is neither. */
function ratio(text) {
  const [above, below] = text.split("/");
  const found = above.match(/^(-?)(\d+)(?:\.(\d+))?$/);
  if (!found || (below !== undefined && !/^\d+$/.test(below))) return null;
  const digits = found[3] ?? "";
  const size = BigInt(found[2] + digits);
  return { above: found[1] ? -size : size, below: BigInt(below ?? "1") * 10n ** BigInt(digits.length) };
}

/**
 * An exact text with so many decimals, all of them written.
 * @param rule `up` for losses, costs and requirements, `down` for profits, `nearest` for what is only read.
 */
function rounded(text, decimals, rule) {
  const value = ratio(text);
  if (!value || value.below === 0n) return text;
  const scale = 10n ** BigInt(decimals);
  const isNegative = value.above < 0n;
  const size = (isNegative ? -value.above : value.above) * scale;
  let whole = size / value.below;
  const rest = size % value.below;
  const isAway = rule === "nearest" ? rest * 2n >= value.below : rest > 0n && (rule === "up") !== isNegative;
  if (isAway) whole += 1n;
  const digits = whole.toString().padStart(decimals + 1, "0");
  const written = decimals ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : digits;
  return isNegative && whole > 0n ? `-${written}` : written;
}

/** Exact as far as the 8th decimal, after a `~` where it goes on: what a proof is made of. */
export function short(text) {
  if (text === null || text === undefined) return "none";
  const value = ratio(text);
  if (!value) return text;
  const isWhole = (value.above * 10n ** 8n) % value.below === 0n;
  return (isWhole ? "" : "~") + rounded(text, 8, "nearest").replace(/\.?0+$/, "");
}

// MARK: Numbers

const signedText = (text) => (/[1-9]/.test(text) && !text.startsWith("-") ? `+${text}` : text);

/** A number or an exact text with so many decimals. */
export function fixed(value, decimals, { sign = false, rule = "nearest" } = {}) {
  if (value === null || value === undefined) return missing;
  let text;
  if (typeof value === "string") text = rounded(value, decimals, rule);
  else {
    if (!Number.isFinite(value)) return missing;
    text = value.toFixed(decimals);
    // What rounds to zero has no sign.
    if (!/[1-9]/.test(text)) text = text.replace("-", "");
  }
  return sign ? signedText(text) : text;
}

/** Exact texts with the same count of decimals, as many as the finest needs between `least` and `most`; a missing one is `-`. */
export function column(texts, least, most) {
  const needed = texts.map((text) => (text?.split(".")[1] ?? "").replace(/0+$/, "").length);
  const decimals = Math.min(most, Math.max(least, ...needed));
  return texts.map((text) => (text === null ? none : fixed(text, decimals)));
}

const currencies = new Map([
  ["USD EUR GBP CHF CAD AUD NZD HKD SGD CNY CNH INR BRL MXN ZAR TRY ILS THB TWD SEK NOK DKK PLN CZK HUF", 2],
  ["JPY KRW CLP ISK VND", 0], ["USDC USDT", 6],
].flatMap(([codes, decimals]) => codes.split(" ").map((code) => [code, decimals])));

/** The decimals of a currency's smallest unit; coins have 8. */
const decimalsOf = (code) => currencies.get(code) ?? 8;

/** An amount in a currency, without its name: a number of the model, or an exact text with its rounding. */
export const amount = (value, code, style) => fixed(value, decimalsOf(code), style);

/** Decimals with which prices of about this size are written: cents for what costs a hundred, more for less. */
function priceDecimals(price) {
  const size = Math.abs(price);
  return size >= 100 ? 2 : size >= 1 ? 4 : size >= 0.01 ? 6 : 8;
}

/** A price of an underlying that stands at `spot`. */
export const price = (value, spot, style) => fixed(value, priceDecimals(spot ?? Number(value)), style);

/** Decimals of a second derivative by a price: so many that a move of one percent shows. */
export const gammaDecimals = (spot) => Math.min(3 + (spot >= 1 ? String(Math.floor(spot)).length : 0), 12);

/** About five figures that matter: what no unit says the decimals of. */
export function figure(value, { sign = false, digits } = {}) {
  if (value === null || value === undefined || !Number.isFinite(value)) return missing;
  const size = Math.abs(value);
  return fixed(value, digits ?? (size >= 1000 ? 2 : size >= 1 ? 3 : size === 0 ? 0 : Math.min(10, 4 - Math.floor(Math.log10(size)))), { sign });
}

export const percent = (share, digits = 1, style) => {
  const text = fixed(share === null || share === undefined ? share : share * 100, digits, style);
  return text === missing ? text : `${text} %`;
};

/** What was chosen, with its sign: `+3.5 %`. */
export const signed = (text, unit) => `${Number(text) > 0 ? "+" : ""}${Number(text)} ${unit}`;

// MARK: Axes

/** A tick's text, short: 92k, 0.05. */
export function tick(value) {
  if (Math.abs(value) >= 10000 && value % 100 === 0) return `${value / 1000}k`;
  return String(Number(value.toPrecision(6)));
}

/** Round steps that cut a range into about `count` parts; zero is one of them where it lies within. */
export function ticks(low, high, count) {
  const span = high - low;
  if (!(span > 0)) return [low];
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  // The round step nearest to the wish: the next above it could leave one mark alone.
  const step = [1, 2, 5, 10].map((factor) => factor * power).reduce((best, candidate) => (Math.abs(Math.log(candidate / rough)) < Math.abs(Math.log(best / rough)) ? candidate : best));
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, index) => (first + index) * step);
}
