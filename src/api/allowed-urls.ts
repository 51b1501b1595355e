import pLimit from 'p-limit';
import { parseUrl } from '../parse-url';
import { readWebhookUrl } from '../webhooks/address';
import type { AlertInput } from './alert-body';
import type { ApiDeps } from './deps';
import { type FieldError, validationError } from './errors';

/** Each may take some seconds to be found out about. */
const LOOKUPS_AT_ONCE = 25;

/** A URL, and the field that it stands in. */
export interface NamedUrl {
  path: string;
  url: string;
}

/**
 * Refuses a webhook's URL that the address guard refuses.
 * @throws ApiError 422
 */
export async function assertAllowed(deps: Pick<ApiDeps, 'checkUrl'>, url: string): Promise<void> {
  await assertAllAllowed(deps, { webhook_url: url });
}

/**
 * Refuses an alert with URLs that the address guard refuses.
 * @throws ApiError 422, which names each of them
 */
export async function assertAllAllowed(
  { checkUrl }: Pick<ApiDeps, 'checkUrl'>,
  input: { [K in 'webhook_url' | 'webhook_urls']?: AlertInput[K] | null },
): Promise<void> {
  const errors = await urlFaults(checkUrl, urlsOf(input));
  if (errors.length > 0) throw validationError(errors);
}

/** The URLs of an alert's body. */
export function urlsOf({
  webhook_url,
  webhook_urls,
}: { [K in 'webhook_url' | 'webhook_urls']?: AlertInput[K] | null }): NamedUrl[] {
  return [
    ...(webhook_url ? [{ path: 'webhook_url', url: webhook_url }] : []),
    ...(webhook_urls ?? []).map((url, index) => ({ path: `webhook_urls.${index}`, url })),
  ];
}

/** What the address guard refuses of these, and why; it is asked once for each origin whose URLs are spelled well. */
export async function urlFaults(
  checkUrl: ApiDeps['checkUrl'],
  urls: readonly NamedUrl[],
): Promise<FieldError[]> {
  const limited = pLimit(LOOKUPS_AT_ONCE);
  const asked = new Map<string, Promise<string | undefined>>();
  const refusals = await Promise.all(
    urls.map(({ url }) => {
      const spelling = faultOf(() => readWebhookUrl(url));
      if (spelling !== undefined) return spelling;
      const origin = originOf(url);
      const answer = asked.get(origin) ?? limited(() => refusalOf(checkUrl, url));
      asked.set(origin, answer);
      return answer;
    }),
  );
  return urls.flatMap(({ path }, index) => {
    const message = refusals[index];
    return message === undefined ? [] : [{ path, message }];
  });
}

/** What is asked about together: scheme, host and port. */
export const originOf = (url: string) => parseUrl(url)?.origin ?? url;

function faultOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

async function refusalOf(checkUrl: ApiDeps['checkUrl'], url: string): Promise<string | undefined> {
  try {
    await checkUrl(url);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** What a refusal says; throws what is none. */
function messageOf(error: unknown): string {
  if (isUrlError(error)) return error.message;
  throw error;
}

const isUrlError = (error: unknown): error is Error =>
  (error as Error | undefined)?.name === 'WebhookUrlError';
