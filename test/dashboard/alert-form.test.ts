import {
  type AlertWish,
  bodyOf,
  changeOf,
  newWish,
  saysMore,
  wishOf,
} from '../../dashboard/src/alert-form/wish';
import type { Alert } from '../../dashboard/src/api/types';
import { alertName, firedName, termsOf } from '../../dashboard/src/logic/alert-text';
import { newAlertSchema } from '../../src/api/alert-body';

const TICKERS = ['BTC', 'ETH'];
const URL = 'https://example.com/hook';
const schema = newAlertSchema(TICKERS);

const plain: Alert = {
  ...{ id: 'a', ticker: 'BTC', target_price: 65_000, condition: 'gt', webhook_url: URL, is_active: true },
  ...{ status: 'active', created_at: '2026-03-01T12:00:00.000Z', triggered_at: null, triggered_price: null },
  ...{ next_check_at: null, workflow_url: null },
};

/** As the API answers an alert that uses all there is. */
const full: Alert = {
  ...plain,
  ...{ target_price: null, metric: 'change_1h', condition: 'enters', range: [-7.5, -5], for: '5m' },
  repeat: { every: '1h', max_firings: 10, rearm: 0.5, rebase: true },
  active_hours: { from: '22:00', to: '06:30', days: ['mon', 'tue', 'wed'], time_zone: 'Europe/Berlin' },
  ...{ expires_at: '2100-03-01T12:00:00.000Z', snoozed_until: '2100-02-01T12:00:00.000Z' },
  ...{ note: 'Buy "the dip"', labels: { desk: 'spot', formula: 'a=b' }, events: ['recovered'], firings: 3 },
  message: { format: 'telegram', template: '{{text}}', chat_id: '-100' },
  webhook_urls: [URL, 'https://example.com/second'],
};

describe('what an alert’s form makes', () => {
  it('is the four fields of a plain alert where no more was said', () => {
    const wish = newWish('BTC', '65,420.15');
    expect(bodyOf(wish, URL)).toEqual({
      ...{ ticker: 'BTC', condition: 'gt', target_price: 65_420.15, webhook_url: URL },
    });
    expect(saysMore(wish)).toBe(false);
    expect(saysMore({ ...wish, condition: 'leaves' })).toBe(true);
  });

  it.each([
    ['plain', plain],
    ['full', full],
    [
      'ratio',
      { ...full, ticker: 'ETH/BTC', metric: 'ratio', condition: 'lt', range: undefined, threshold: 0.05 },
    ],
  ] as [string, Alert][])('is what was there before, and a good body: %s', (_, alert) => {
    const body = bodyOf(wishOf(alert));
    for (const name of [
      'ticker',
      'condition',
      'metric',
      'range',
      'for',
      'note',
      'labels',
      'events',
      'message',
    ] as const)
      expect(body[name]).toEqual(alert[name]);
    expect(body.active_hours).toEqual(alert.active_hours);
    expect(body.expires_at).toBe(alert.expires_at);
    // Only a change has it.
    const repeat =
      alert.repeat && alert.metric === 'ratio' ? { ...alert.repeat, rebase: undefined } : alert.repeat;
    expect(body.repeat).toEqual(repeat);
    expect(schema.safeParse(body)).toMatchObject({ success: true });
    expect(changeOf(body, body)).toEqual({});
  });

  it('changes what was changed, and takes away what is gone', () => {
    const before = wishOf(full);
    const change = (wish: Partial<AlertWish>) => changeOf(bodyOf(before), bodyOf({ ...before, ...wish }));
    expect(change({ note: '', labels: '', hasHours: false })).toEqual({
      ...{ note: null, labels: null, active_hours: null },
    });
    expect(change({ moreUrls: '' })).toEqual({ webhook_url: URL });
    expect(change({ condition: 'gt', bound: '−3' })).toEqual({ condition: 'gt', threshold: -3 });
    expect(change({ events: ['suspended', 'expired'] })).toEqual({ events: null });
    expect(change({ format: 'json', template: '' })).toEqual({ message: null });
  });

  it('leaves what is no figure as it was typed, for the API to say so', () => {
    const wish = { ...newWish('BTC', 'high'), repeats: true, every: 'often', maxFirings: '1.5' };
    const { error } = schema.safeParse(bodyOf(wish, URL));
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(['target_price', 'repeat']);
  });
});

describe('an alert in words', () => {
  it.each([
    [plain, 'BTC above 65,000', 'BTC is above 65,000'],
    [{ ...plain, condition: 'crosses_below' }, 'BTC falls below 65,000', 'BTC fell below 65,000'],
    [
      full,
      'BTC change in 1 h comes into −7.5\u00a0% to −5\u00a0% for 5\u00a0min',
      'BTC change in 1 h came into −7.5\u00a0% to −5\u00a0% for 5\u00a0min',
    ],
  ] as [Alert, string, string][])('%#', (alert, waits, fired) => {
    expect([alertName(alert), firedName(alert)]).toEqual([waits, fired]);
  });

  it('says how it goes on, when, and until when', () => {
    expect(termsOf(plain, String)).toEqual([]);
    expect(termsOf(full, String)).toEqual([
      'again after 1\u00a0h, 10 times at most, once it is back by 0.5\u00a0%, counted from its last firing',
      'Mon–Wed 22:00–06:30 in Europe/Berlin',
      'expires 2100-03-01T12:00:00.000Z',
    ]);
  });
});
