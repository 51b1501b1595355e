import autocannon from 'autocannon';

/** Requests to an API on loopback from so many connections, without a pause. */
export interface Load {
  url: string;
  connections: number;
  /** So many requests in all, or for so many seconds. */
  amount?: number;
  seconds?: number;
  headers?: Record<string, string>;
  /** The body of the next request, and whose it is; GET where there is none. */
  next?: () => { body: string; headers: Record<string, string> };
}

/**
 * Puts a load on a server and counts its answers.
 * @returns answers a second
 * @throws Error where any answer was not 2xx
 */
export async function answersPerSecond(load: Load): Promise<number> {
  const { next } = load;
  const startedAt = performance.now();
  const result = await autocannon({
    url: load.url,
    connections: load.connections,
    ...(load.amount === undefined ? { duration: load.seconds } : { amount: load.amount }),
    headers: load.headers,
    ...(next && {
      method: 'POST',
      requests: [
        {
          setupRequest: (request) => {
            const { body, headers } = next();
            return {
              ...request,
              body,
              headers: { ...request.headers, 'content-type': 'application/json', ...headers },
            };
          },
        },
      ],
    }),
  });
  const seconds = load.amount === undefined ? result.duration : (performance.now() - startedAt) / 1_000;
  if (result.non2xx + result.errors + result.timeouts > 0) {
    const codes = JSON.stringify(result.statusCodeStats);
    throw new Error(
      `Not all answers were good: ${codes}, ${result.errors} errors, ${result.timeouts} time-outs`,
    );
  }
  return result['2xx'] / seconds;
}
