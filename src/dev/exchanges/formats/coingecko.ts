import type { Exchange } from './exchange';

const PATH = '/api/v3/simple/price';

/** CoinGecko: numbers by id; an unknown id is left out, an unknown currency leaves the id's object empty. */
export const coingecko: Exchange = {
  owns: (path) => path === PATH,
  tooOften: {
    status: {
      error_code: 429,
      error_message: "You've exceeded the Rate Limit. Please wait before you ask again.",
    },
  },
  answer(url, view) {
    const ids = url.searchParams.get('ids');
    if (ids === null) return { status: 422, body: { error: 'Missing parameter ids' } };
    const inDollars = (url.searchParams.get('vs_currencies') ?? '').split(',').includes('usd');
    const isDated = url.searchParams.get('include_last_updated_at') === 'true';
    const coins = ids.split(',').flatMap((id) => {
      const price = view.priceOf(id);
      if (price === null) return [];
      const value = inDollars ? { usd: Number(price) } : {};
      const date = isDated ? { last_updated_at: Math.floor(view.nowMs / 1000) } : {};
      return [[id, { ...value, ...date }] as const];
    });
    return { status: 200, body: Object.fromEntries(coins) };
  },
};
