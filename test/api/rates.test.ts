import { ratesSchema } from '../../src/api/answers/market';
import { eventually } from '../support/eventually';
import { publishPrices } from '../support/seed';
import { addUser, type TestUser, useApi } from './api';

const CALL = 'GET /api/v1/rates/';

describe('GET /rates', () => {
  const api = useApi({ quoteTtlMs: 3_600_000 });
  let user: TestUser;

  beforeAll(async () => {
    user = await addUser(api().db);
  });

  const rates = () => api().ask(CALL, { key: user.key });

  it('answers 503 before there is any quote', async () => {
    const { status, json, headers } = await rates();
    expect(status).toBe(503);
    expect(json).toEqual({ error: 'HTTPException', detail: 'No fresh quote is available', code: 503 });
    expect(headers.get('retry-after')).toBe('10');
  });

  it('answers what was published, as numbers', async () => {
    await publishPrices(api().db, new Date(), { ETH: 3120.4, BTC: 65420.15 });
    await eventually(() => expect(api().quotes.fresh()).toHaveLength(2));
    const { status, json } = await rates();
    expect(status).toBe(200);
    expect(ratesSchema.parse(json)).toEqual(json);
    expect(json).toEqual({ BTC: 65420.15, ETH: 3120.4 });
    await publishPrices(api().db, new Date(), { BTC: 65421 });
    await eventually(async () => expect((await rates()).json).toEqual({ BTC: 65421, ETH: 3120.4 }));
  });

  it('takes no notice of the other market and of tickers that are not configured', async () => {
    await publishPrices(api().db, new Date(), { BTC: 1 }, 'live');
    await publishPrices(api().db, new Date(), { XYZ: 1 });
    await publishPrices(api().db, new Date(), { DOGE: 0.1 });
    await eventually(async () =>
      expect((await rates()).json).toEqual({ BTC: 65421, ETH: 3120.4, DOGE: 0.1 }),
    );
  });
});
