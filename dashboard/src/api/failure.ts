/** A call that was not answered as hoped; `message` is a sentence for people. */
export class ApiFailure extends Error {
  constructor(
    /** The answer's status; 0 where there was none. */
    readonly status: number,
    message: string,
    /** What is wrong with which field of what was sent. */
    readonly fields: readonly { path: string; message: string }[] = [],
    readonly retryAfterMs: number | undefined = undefined,
  ) {
    super(message);
  }
}

/** Says in plain words what happened. */
export function plainWords(error: unknown): string {
  if (error instanceof ApiFailure) return error.message;
  throw error;
}

/** Reads the failure out of an answer that is no success. */
export async function readFailure(response: Response): Promise<ApiFailure> {
  const body = await response.json().catch(() => undefined);
  const detail = typeof body?.detail === 'string' ? body.detail : `The API answered ${response.status}.`;
  const fields = Array.isArray(body?.errors) ? body.errors : [];
  const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1_000 : undefined;
  return new ApiFailure(response.status, sentence(response.status, detail), fields, retryAfterMs);
}

function sentence(status: number, detail: string): string {
  if (status === 429) return 'That was too often in a short time. Wait a few seconds and try again.';
  if (status === 500)
    return 'Something went wrong inside Pricehook; its log says what. Try again in a while.';
  const capital = detail.charAt(0).toUpperCase() + detail.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
