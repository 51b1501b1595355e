const SIGNIFICANT_DIGITS = 15;

export const MAX_PRICE = 1e15;
export const MIN_PRICE = 1e-12;

/** No exact price needs more; the bound keeps absurd inputs cheap. */
const MAX_TEXT_LENGTH = 100;

const DECIMAL = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,4}))?$/i;

/** Thrown by `toDecimal`; the message is a plain sentence for whoever sent the price. */
export class PriceError extends Error {
  override name = 'PriceError';
}

/**
 * A price as the plain decimal string that is stored: 15 significant digits at most, no exponent, no idle zeros.
 * A number and the string that it prints as give the same result, and whatever double has 15 digits or fewer comes back
 * from `Number(toDecimal(x))` unchanged. Rounds half up, on the decimal digits.
 * @throws PriceError for what is not a decimal number, or lies outside of 1e-12 to 1e15
 */
export function toDecimal(value: number | string): string {
  const text = String(value);
  const match = text.length <= MAX_TEXT_LENGTH ? DECIMAL.exec(text) : null;
  if (match === null)
    throw new PriceError('Must be a positive number, or a decimal string such as "65420.15"');
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const written = whole + fraction;
  const digits = written.replace(/^0+/, '');
  /** Where the decimal point stands, counted from the first digit that is not zero. */
  const point = whole.length - (written.length - digits.length) + Number(exponent);
  const decimal = place(round({ digits, point }));
  if (Number(decimal) < MIN_PRICE || Number(decimal) > MAX_PRICE)
    throw new PriceError('Must be from 1e-12 to 1e15');
  return decimal;
}

interface Digits {
  digits: string;
  point: number;
}

function round({ digits, point }: Digits): Digits {
  if (digits.length <= SIGNIFICANT_DIGITS) return { digits, point };
  const kept =
    BigInt(digits.slice(0, SIGNIFICANT_DIGITS)) + (digits.charAt(SIGNIFICANT_DIGITS) >= '5' ? 1n : 0n);
  const carried = String(kept).length > SIGNIFICANT_DIGITS;
  return { digits: String(kept), point: carried ? point + 1 : point };
}

function place({ digits, point }: Digits): string {
  // Far outside of what is allowed there is nothing to write out, only something to compare.
  if (point > 20) return 'Infinity';
  if (point < -20) return '0';
  const significant = digits.replace(/0+$/, '');
  if (point <= 0) return `0.${'0'.repeat(-point)}${significant}`;
  const padded = significant.padEnd(point, '0');
  return padded.length > point ? `${padded.slice(0, point)}.${padded.slice(point)}` : padded;
}
