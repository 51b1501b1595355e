import { alarmMessage, anomalyMessage, pastMessage, qualityMessage } from '../../src/domain/notice';
import { escapeSlack, slackMessage } from '../../src/domain/slack';
import { whatIsWrong } from '../support/slack';

const wrong = (message: object) =>
  whatIsWrong({
    ...{ at: new Date(), method: 'POST', path: '/', body: JSON.stringify(message) },
    headers: { 'content-type': 'application/json' },
  });

const ANOMALY = {
  ...{
    kind: 'started' as const,
    market: 'live' as const,
    ticker: 'BTC',
    rule: 'change_1h',
    windowMinutes: 60,
  },
  ...{ threshold: 5, startedAt: new Date('2021-05-13T00:03:00Z'), endedAt: null },
  ...{ value: -5.084, price: 50_700.5, peak: -11.07 },
};

describe('anomalyMessage', () => {
  it('names ticker, move, price, window and time, and leads to the chart', () => {
    const message = anomalyMessage(ANOMALY, 'https://prices.example');
    expect(wrong(message)).toBeUndefined();
    expect(message.text).toBe('📉 BTC moved -5.08 % (1h)');
    const shown = JSON.stringify(message.blocks);
    for (const part of ['-5.08 %', '50700.5 USD', '1h', '2021-05-13 00:03 UTC', 'change_1h &gt; 5'])
      expect(shown).toContain(part);
    expect(shown).toContain('<https://prices.example/?ticker=BTC&amp;at=2021-05-13T00%3A03%3A00.000Z|Chart>');
    expect(JSON.stringify(anomalyMessage(ANOMALY, undefined))).not.toContain('Chart');
  });

  it('says when it is over, and that prices are replayed', () => {
    const endedAt = new Date('2021-05-13T00:33:00Z');
    const message = anomalyMessage({ ...ANOMALY, kind: 'ended', endedAt, market: 'replay' }, undefined);
    expect(message.text).toBe('[replay] ✅ BTC is back (change_1h)');
    expect(JSON.stringify(message.blocks)).toContain('after 30 min; the farthest was *-11.07 %*');
  });
});

describe('pastMessage', () => {
  const span = { from: new Date('2021-05-12T12:00:00Z'), to: new Date('2021-05-13T00:10:00Z') };

  it('has a line for each ticker and rule, with the farthest and what goes on', () => {
    const endedAt = new Date('2021-05-12T20:00:00Z');
    const message = pastMessage('replay', span, [
      { ...ANOMALY, startedAt: new Date('2021-05-12T19:00:00Z'), endedAt, peak: 6 },
      ANOMALY,
      { ...ANOMALY, ticker: 'ETH', endedAt, peak: 5.5 },
    ]);
    expect(wrong(message)).toBeUndefined();
    expect(message.text).toBe('[replay] 🕓 3 anomalies before 2021-05-13 00:10 UTC, found afterwards');
    const { text } = message.blocks[1] as { text: { text: string } };
    expect(text.text.split('\n')).toEqual([
      '📉 *BTC* change_1h &gt; 5: 2 times, farthest *-11.07 %*, from 2021-05-13 00:03 UTC on; *goes on*',
      '📈 *ETH* change_1h &gt; 5: once, farthest *+5.5 %*, from 2021-05-13 00:03 UTC on',
    ]);
  });

  it('keeps to the form, however many there are', () => {
    const many = Array.from({ length: 200 }, (_, n) => ({ ...ANOMALY, ticker: `T${n}` }));
    const message = pastMessage('live', span, many);
    expect(wrong(message)).toBeUndefined();
    expect(JSON.stringify(message)).toContain('… and 175 more tickers and rules');
  });
});

describe('alarmMessage and qualityMessage', () => {
  it('keep to the form, however much there is to say', () => {
    const times = { openedAt: new Date(0), closedAt: new Date(600_000) };
    const alarm = {
      market: 'live' as const,
      key: 'step:snapshot',
      detail: '<no space> & '.repeat(1_000),
      ...times,
    };
    for (const kind of ['opened', 'closed'] as const)
      expect(wrong(alarmMessage({ ...alarm, kind }))).toBeUndefined();
    const violation = {
      rule: 'spread' as const,
      severity: 'critical' as const,
      count: 3,
      detail: 'x'.repeat(200),
    };
    expect(wrong(qualityMessage('live', new Date(0), Array(50).fill(violation)))).toBeUndefined();
  });
});

describe('slackMessage', () => {
  it('cuts no character in two', () => {
    for (const before of ['', 'x'])
      for (const message of [
        slackMessage({ title: 'x', body: before + '🔴'.repeat(2_000), footer: before + '🔴'.repeat(2_000) }),
        slackMessage({ title: before + '🔴'.repeat(2_000), body: 'x' }),
      ])
        expect(JSON.stringify(message)).not.toMatch(/\\ud[89a-f]/);
  });

  it('shows what comes from outside as it is', () => {
    expect(escapeSlack('<!channel> & co')).toBe('&lt;!channel&gt; &amp; co');
    const message = slackMessage({ title: 'x', body: 'x', fields: [['<a>', '<!here>']], footer: '<b>' });
    expect(JSON.stringify(message)).not.toMatch(/<[!ab]/);
  });
});

describe('the test Slack', () => {
  it('refuses what Slack refuses', () => {
    const good = slackMessage({ title: 'x', body: 'y' });
    expect(wrong(good)).toBeUndefined();
    expect(wrong({ blocks: good.blocks })).toBe('text is missing');
    expect(wrong({ ...good, type: 'alert.triggered' })).toContain('unknown');
    const long = { type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3_001) } };
    expect(wrong({ ...good, blocks: [long] })).toBe('section text');
  });
});
