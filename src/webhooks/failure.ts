import { errors } from 'undici';
import type { ErrorClass } from '../domain/delivery';
import { WebhookUrlError } from './address';
import type { Progress } from './connect';

/** Why an attempt is no success: its class and a plain sentence. */
export interface Failure {
  errorClass: ErrorClass;
  error: string;
}

/** An answer went on far beyond what is read of one. */
export class AnswerTooLargeError extends Error {
  override name = 'AnswerTooLargeError';
}

/** What an answer's status says: null for 2xx, the only success there is (Standard Webhooks). */
export function failureOfStatus(statusCode: number): Failure | null {
  if (statusCode >= 200 && statusCode < 300) return null;
  if (statusCode >= 300 && statusCode < 400) {
    return {
      errorClass: 'redirect',
      error: `The server answered ${statusCode}; redirects are not followed.`,
    };
  }
  return { errorClass: 'http', error: `The server answered ${statusCode}.` };
}

/**
 * Explains an error of an attempt by how far it had come. No address that a name resolved to is told.
 * @throws the error itself where neither the network nor the server is to blame
 */
export function explain(
  error: unknown,
  url: string,
  step: Progress['step'],
  timedOutAfterMs: number | null,
): Failure {
  if (error instanceof WebhookUrlError) return { errorClass: 'blocked', error: error.message };
  if (error instanceof errors.InvalidArgumentError) throw error;
  const { host } = new URL(url);
  if (timedOutAfterMs !== null) {
    return { errorClass: 'timeout', error: `${UNFINISHED[step](host)} within ${timedOutAfterMs / 1000} s.` };
  }
  const code = codeOf(error);
  const why = code ? ` (${code})` : '';
  switch (step) {
    case 'dns':
      return { errorClass: 'dns', error: `The name ${host} could not be resolved${why}.` };
    case 'connect':
      return { errorClass: 'connect', error: `No connection to ${host} could be made${why}.` };
    case 'tls':
      return { errorClass: 'tls', error: `No secure connection to ${host} could be made${why}.` };
    case 'answer':
      return explainAnswer(error, host);
  }
}

const UNFINISHED: Record<Progress['step'], (host: string) => string> = {
  dns: (host) => `The name ${host} was not resolved`,
  connect: (host) => `No connection to ${host} could be made`,
  tls: (host) => `No secure connection to ${host} could be made`,
  answer: (host) => `${host} gave no complete answer`,
};

function explainAnswer(error: unknown, host: string): Failure {
  if (error instanceof errors.HeadersOverflowError) {
    return { errorClass: 'http', error: `The headers of the answer from ${host} are too large.` };
  }
  if (error instanceof AnswerTooLargeError) {
    return { errorClass: 'http', error: `The answer from ${host} is too large.` };
  }
  // The parser's word for an answer that ended too early, which is no fault of its form.
  if (error instanceof errors.HTTPParserError && codeOf(error) !== 'HPE_INVALID_EOF_STATE') {
    return { errorClass: 'http', error: `The answer from ${host} is not valid HTTP.` };
  }
  return { errorClass: 'reset', error: `${host} closed the connection before its answer was complete.` };
}

function codeOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : null;
}
