import fc from 'fast-check';
import { MAX_PRICE, MIN_PRICE, PriceError, toDecimal } from '../../src/domain/price';

describe('toDecimal(value)', () => {
  it.each([
    [65420.15, '65420.15'],
    ['65420.15', '65420.15'],
    ['65420.1500', '65420.15'],
    ['0065420', '65420'],
    [1, '1'],
    [100, '100'],
    ['100.0', '100'],
    [0.1, '0.1'],
    [1e-7, '0.0000001'],
    ['1E-7', '0.0000001'],
    [1e-12, '0.000000000001'],
    [1.23456789012345e-12, '0.00000000000123456789012345'],
    [1e15, '1000000000000000'],
    ['1e15', '1000000000000000'],
    ['12345678901234.5678', '12345678901234.6'],
    ['0.1234567890123456789', '0.123456789012346'],
    ['99999.99999999999999', '100000'],
    ['0.9999999999999999', '1'],
  ])('writes %p as %p', (value, decimal) => {
    expect(toDecimal(value)).toBe(decimal);
  });

  it.each([
    '',
    ' ',
    ' 1',
    '1 ',
    'abc',
    'NaN',
    'Infinity',
    '0x10',
    '1,000',
    '1.',
    '.5',
    '+1',
    '1e',
    '1e99999',
    '1_000',
    '١',
    '-5',
    -5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '1'.repeat(101),
  ])('refuses %p, which is no positive number', (value) => {
    expect(() => toDecimal(value)).toThrow(
      new PriceError('Must be a positive number, or a decimal string such as "65420.15"'),
    );
  });

  it.each([0, '0', '0.000', '0e5', 9e-13, '1e-9999', 1.1e15, '1000000000000010', '1e9999', 1e300])(
    'refuses %p, which is out of bounds',
    (value) => {
      expect(() => toDecimal(value)).toThrow(new PriceError('Must be from 1e-12 to 1e15'));
    },
  );

  const price = fc.double({ min: MIN_PRICE, max: MAX_PRICE, noNaN: true });

  it('writes plain decimals of 15 significant digits at most, without idle zeros', () => {
    fc.assert(
      fc.property(price, (value) => {
        const decimal = toDecimal(value);
        expect(decimal).toMatch(/^(0|[1-9]\d*)(\.\d*[1-9])?$/);
        const digits = decimal.replace('.', '').replace(/^0+/, '').replace(/0+$/, '');
        expect(digits.length).toBeLessThanOrEqual(15);
      }),
    );
  });

  it('stays within half a unit of the fifteenth digit', () => {
    fc.assert(
      fc.property(price, (value) => {
        expect(Math.abs(Number(toDecimal(value)) / value - 1)).toBeLessThan(5.1e-15);
      }),
    );
  });

  it('gives back every number of 15 digits or fewer', () => {
    const digits = fc.integer({ min: 1, max: 999_999_999_999_999 });
    fc.assert(
      fc.property(digits, fc.integer({ min: -12, max: 0 }), (mantissa, exponent) => {
        const value = Number(`${mantissa}e${exponent}`);
        expect(Number(toDecimal(value))).toBe(value);
      }),
    );
  });

  it('gives the same for a number and for the string that it prints as', () => {
    fc.assert(fc.property(price, (value) => expect(toDecimal(String(value))).toBe(toDecimal(value))));
  });

  it('changes nothing the second time', () => {
    fc.assert(fc.property(price, (value) => expect(toDecimal(toDecimal(value))).toBe(toDecimal(value))));
  });

  it('keeps the order', () => {
    fc.assert(
      fc.property(price, price, (a, b) => {
        fc.pre(a <= b);
        expect(Number(toDecimal(a))).toBeLessThanOrEqual(Number(toDecimal(b)));
      }),
    );
  });
});
