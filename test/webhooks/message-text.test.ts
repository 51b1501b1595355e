import { ALERT_MESSAGE_TYPES } from '../../src/domain/delivery';
import { METRIC_NAMES } from '../../src/domain/metrics';
import { RANGE_CONDITIONS, RULE_CONDITIONS } from '../../src/domain/rule';
import { usualText } from '../../src/webhooks/message-text';

const PRICE = { type: 'alert.triggered', ticker: 'BTC', threshold: 65_000, triggered_price: 65_123.4 };

describe('usualText', () => {
  it.each([
    ['gt', 'BTC is above 65,000: 65,123.4'],
    ['lt', 'BTC is below 65,000: 65,123.4'],
    ['crosses_above', 'BTC rose above 65,000: 65,123.4'],
    ['crosses_below', 'BTC fell below 65,000: 65,123.4'],
  ])('tells %s of a price', (condition, text) => {
    expect(usualText({ ...PRICE, condition })).toBe(text);
  });

  it.each([
    ['enters', 'BTC came into 60,000 to 65,000.5: 65,123.4'],
    ['leaves', 'BTC left 60,000 to 65,000.5: 65,123.4'],
  ])('tells that a price %s a range', (condition, text) => {
    expect(usualText({ ...PRICE, condition, range: [60_000, 65_000.5] })).toBe(text);
  });

  it.each([
    ['change_7d', 5, 5.216, 'The change of BTC over 7 days is above 5 %: 5.22 % (price: 65,123.4)'],
    [
      'change_5m',
      0.05,
      0.05123,
      'The change of BTC over 5 minutes is above 0.05 %: 0.0512 % (price: 65,123.4)',
    ],
    ['zscore_24h', 3, 3.456, 'The z-score of BTC over 24 hours is above 3: 3.46 (price: 65,123.4)'],
    ['volatility_24h', 4, 4.1, 'The volatility of BTC over 24 hours is above 4 %: 4.1 % (price: 65,123.4)'],
    [
      'drawdown_24h',
      10,
      12,
      'The drawdown of BTC from its high of 24 hours is above 10 %: 12 % (price: 65,123.4)',
    ],
    ['spread', 1, 1.5, 'The spread of BTC between sources is above 1 %: 1.5 % (price: 65,123.4)'],
  ])('tells %s', (metric, threshold, value, text) => {
    expect(usualText({ ...PRICE, condition: 'gt', metric, threshold, value })).toBe(text);
  });

  it('tells a ratio', () => {
    const data = {
      type: 'alert.triggered',
      ticker: 'ETH/BTC',
      metric: 'ratio',
      condition: 'lt',
      threshold: 0.05,
    };
    expect(usualText({ ...data, value: 0.049123456789, triggered_price: 0.049123456789 })).toBe(
      'ETH/BTC is below 0.05: 0.049123457',
    );
  });

  it.each([
    ['alert.recovered', 'BTC is no longer above 65,000: 64,900'],
    ['alert.expired', 'The alert on BTC above 65,000 has expired'],
    [
      'alert.suspended',
      'The alert on BTC above 65,000 is suspended: BTC has no price that enough sources agree on',
    ],
    ['alert.resumed', 'The alert on BTC above 65,000 is watched again: BTC has a price again'],
  ])('tells %s', (type, text) => {
    const value = type === 'alert.recovered' ? { value: 64_900 } : {};
    expect(
      usualText({ type, ticker: 'BTC', metric: 'price', condition: 'gt', threshold: 65_000, ...value }),
    ).toBe(text);
  });

  it('says something of every metric, condition and type', () => {
    for (const type of ALERT_MESSAGE_TYPES)
      for (const metric of METRIC_NAMES)
        for (const condition of RULE_CONDITIONS) {
          const bounds = RANGE_CONDITIONS.has(condition) ? { range: [1, 2] } : { threshold: 1 };
          const text = usualText({ type, ticker: 'BTC', metric, condition, value: 3, ...bounds });
          expect(text).toMatch(/^[A-Z].*\b1\b/);
          expect(text).toContain('BTC');
          expect(text).not.toMatch(/undefined|null|NaN|#| {2}/);
        }
  });

  it('says what is simulated, and what was found late', () => {
    const late = { late: true, triggered_at: '2026-03-01T12:00:00.000Z' };
    expect(usualText({ ...PRICE, condition: 'gt', simulated: true, ...late })).toBe(
      'Simulated: BTC is above 65,000: 65,123.4 (found late: it was at 2026-03-01T12:00:00.000Z)',
    );
  });

  it('never fails for want of a field', () => {
    expect(usualText({})).toBe('');
    expect(
      usualText({ type: 'alert.triggered', ticker: 'BTC', condition: 'constructor', metric: 'toString' }),
    ).toBe('BTC came true');
  });
});
