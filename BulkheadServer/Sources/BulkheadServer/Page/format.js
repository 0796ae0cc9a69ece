// How numbers look. Amounts come as exact text from the server and are shown as they are; model figures are numbers, and
// only their digits are chosen here.

export const missing = "–";

/** About five figures that matter, with a plus where a gain should show. */
export function figure(value, { sign = false, digits } = {}) {
  if (value === null || value === undefined || !Number.isFinite(value)) return missing;
  const size = Math.abs(value);
  const decimals = digits ?? (size >= 1000 ? 2 : size >= 1 ? 3 : size === 0 ? 0 : Math.min(10, 4 - Math.floor(Math.log10(size))));
  const text = value.toFixed(decimals);
  return sign && value > 0 ? `+${text}` : text.replace("-", "−");
}

export const percent = (share, digits = 1) =>
  share === null || share === undefined || !Number.isFinite(share) ? missing : `${(share * 100).toFixed(digits)} %`;

export const signed = (text, unit) => `${Number(text) > 0 ? "+" : Number(text) < 0 ? "−" : ""}${Math.abs(Number(text))} ${unit}`;

/** A tick's text, short: 92k, 0.05. */
export function tick(value) {
  if (Math.abs(value) >= 10000 && value % 100 === 0) return `${value / 1000}k`;
  return String(Number(value.toPrecision(6)));
}

/** Round steps that cut a range into about `count` parts. */
export function ticks(low, high, count) {
  const span = high - low;
  if (!(span > 0)) return [low];
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  // The round step nearest to the wish: the next above it could leave one mark alone.
  const step = [1, 2, 5, 10].map((factor) => factor * power).reduce((best, candidate) => (Math.abs(Math.log(candidate / rough)) < Math.abs(Math.log(best / rough)) ? candidate : best));
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => (first + index) * step);
}
