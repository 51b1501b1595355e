import { createClient } from '../../../clients/typescript';
import { apiKey } from '../session';
import { readFailure } from './failure';
import { fetchInTurn } from './in-turn';
import { type AnswerOf, type CallOf, PREFIX, type Route } from './routes';

const clientWith = (key: () => string | undefined) => createClient({ baseUrl: location.origin, apiKey: key });
const api = clientWith(() => apiKey.value ?? undefined);

/** The client's own types know only routes that are written where it is called. */
type AnyRequest = (
  method: string,
  path: string,
  init: object,
) => Promise<{ data?: unknown; error?: unknown; response: Response }>;

/**
 * Calls the API. Route, parameters, body and answer are typed by its description.
 * @param route method and path, such as `GET /alerts/{id}`; the API counts calls by it
 * @throws ApiFailure
 */
export async function call<R extends Route>(route: R, ...options: CallOf<R>): Promise<AnswerOf<R>> {
  return (await exchange(route, ...options)).body;
}

/** The same for lists in pages: the answer, and whether there is more. */
export async function callPage<R extends Route>(
  route: R,
  ...options: CallOf<R>
): Promise<{ body: AnswerOf<R>; next?: string }> {
  const { body, headers } = await exchange(route, ...options);
  const next = /<([^>]+)>; rel="next"/.exec(headers.get('Link') ?? '')?.[1];
  const cursor = next && new URL(next, location.origin).searchParams.get('cursor');
  return { body, ...(cursor && { next: cursor }) };
}

async function exchange<R extends Route>(route: R, ...[options]: CallOf<R>) {
  const { key, ...init } = options ?? {};
  const client = key === undefined ? api : clientWith(() => key);
  const [method, path] = route.split(' ') as [string, string];
  const { data, error, response } = await (client.request as AnyRequest)(method, PREFIX + path, {
    ...init,
    fetch: (request: Request) => fetchInTurn(route, request),
  });
  if (!response.ok) throw readFailure(response, error);
  return { body: data as AnswerOf<R>, headers: response.headers };
}
