import { type RuleSetting, rulesFor, ruleText } from '../../src/domain/anomaly-rules';

const rule = (ticker: string | null, threshold: number | null, windowMinutes = 60): RuleSetting => ({
  ...{ ticker, metric: 'change', windowMinutes, threshold },
});

describe('rulesFor', () => {
  it("has a ticker's own rules in place of those for all", () => {
    const settings = [rule(null, 5), rule(null, 15, 1_440), rule('DOGE', 8), rule('BTC', null)];
    const thresholds = (ticker: string) =>
      rulesFor(settings, ticker).map(({ name, threshold }) => [name, threshold]);
    expect(thresholds('ETH')).toEqual([
      ['change_1h', 5],
      ['change_24h', 15],
    ]);
    expect(thresholds('DOGE')).toEqual([
      ['change_24h', 15],
      ['change_1h', 8],
    ]);
    expect(thresholds('BTC')).toEqual([['change_24h', 15]]);
  });
});

describe('ruleText', () => {
  it('writes a rule as it is set', () => {
    expect([rule(null, 5), rule('DOGE', 8.5, 90), rule('BTC', null, 1_440)].map(ruleText)).toEqual([
      'change_1h>5',
      'DOGE:change_90m>8.5',
      'BTC:change_24h>off',
    ]);
  });
});
