import type { AlertInput } from './alert-body';
import type { ApiDeps } from './deps';
import { type FieldError, validationError } from './errors';

/**
 * Refuses a webhook's URL that the address guard refuses.
 * @throws ApiError 422
 */
export async function assertAllowed(deps: Pick<ApiDeps, 'checkUrl'>, url: string): Promise<void> {
  await assertAllAllowed(deps, { webhook_url: url });
}

/**
 * Refuses an alert with a URL that the address guard refuses.
 * @throws ApiError 422, which names each of them
 */
export async function assertAllAllowed(
  { checkUrl }: Pick<ApiDeps, 'checkUrl'>,
  input: NamedUrls,
): Promise<void> {
  const errors: FieldError[] = [];
  for (const { path, url } of urlsOf(input)) {
    const message = await refusalOf(checkUrl, url);
    if (message !== undefined) errors.push({ path, message });
  }
  if (errors.length > 0) throw validationError(errors);
}

type NamedUrls = { [K in 'webhook_url' | 'webhook_urls']?: AlertInput[K] | null };

/** The URLs of an alert's body, each with its path there. */
export function urlsOf({ webhook_url, webhook_urls }: NamedUrls): { path: string; url: string }[] {
  return [
    ...(webhook_url ? [{ path: 'webhook_url', url: webhook_url }] : []),
    ...(webhook_urls ?? []).map((url, index) => ({ path: `webhook_urls.${index}`, url })),
  ];
}

/** Why the address guard refuses a URL; undefined where it does not. */
export async function refusalOf(checkUrl: ApiDeps['checkUrl'], url: string): Promise<string | undefined> {
  try {
    await checkUrl(url);
    return undefined;
  } catch (error) {
    if (!isUrlError(error)) throw error;
    return error.message;
  }
}

const isUrlError = (error: unknown): error is Error =>
  (error as Error | undefined)?.name === 'WebhookUrlError';
