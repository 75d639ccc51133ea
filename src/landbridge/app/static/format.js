// Numbers in words: a true minus, units, as many digits as there is to say.
const minus = (text) => text.replace("-", "\u2212");

export function digitsFor(value, error) {
  const size = Math.max(Math.abs(error || 0), Math.abs(value) / 99, 1e-6);
  return Math.min(6, Math.max(1, Math.ceil(-Math.log10(size))));
}

export function percent(value, digits = digitsFor(value)) {
  const shown = value.toFixed(digits);
  if (Number(shown) === 0) return `${(0).toFixed(Math.min(digits, 3))} %`;
  return `${value > 0 ? "+" : ""}${minus(shown)} %`;
}

export function money(value) {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 1 ? 1 : 2;
  const shown = size.toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${value < 0 ? "\u2212" : value > 0 ? "+" : ""}USD ${shown} m`;
}

export function number(value, digits = 0) {
  return minus(value.toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits }));
}

export const amount = (value) => minus(String(Number(value.toPrecision(4))));
