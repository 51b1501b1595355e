import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { createClient, type Error as ErrorAnswer, type Pricehook } from '../../../clients/typescript';
import { CommandError } from '../command-error';
import { EXIT } from '../exit-codes';
import { escapeControls } from '../terminal-text';
import { findApi, isOpenToOthers, URL_VARIABLE } from './address';
import { findKey, KEY_VARIABLE } from './key';

const ANSWER_WITHIN_MS = 30_000;
const LONGEST_PAUSE_S = 30;
const MOST_PAUSES = 3;

export interface ApiFlags {
  url?: string;
  keyFile?: string;
  json?: boolean;
}

export interface Connection {
  url: string;
  key: string;
  api: Pricehook;
}

/** Adds the options of all commands that talk to the API. */
export function withApi(command: Command): Command {
  return command
    .option('--url <url>', `where the API is; ${URL_VARIABLE} or the running stack if left out`)
    .option(
      '--key-file <file>',
      `a file with your API key, - for standard input; ${KEY_VARIABLE} if left out`,
    );
}

/** Says something about the command itself, apart from what it prints. */
export const warn = (text: string) => void process.stderr.write(`${escapeControls(text)}\n`);

/** Recorded prices must not be taken for real ones. */
export function warnOfReplay(market: string | null | undefined): void {
  if (market === 'replay') warn('Market: replay. These prices are recorded, not real.');
}

/**
 * The API of these flags, with their key. A rate limit of seconds is waited for.
 * @throws CommandError where there is no key
 */
export function connectApi(flags: ApiFlags): Connection {
  const url = findApi(flags.url);
  const key = findKey(flags.keyFile, warn);
  if (isOpenToOthers(url)) warn(`Warning: ${url} is not https, so that your API key goes there unencrypted.`);
  return { url, key, api: createClient({ baseUrl: url, apiKey: key, fetch: patientFetch }) };
}

async function patientFetch(request: Request): Promise<Response> {
  for (let pauses = 0; ; pauses += 1) {
    // A redirect would carry the key to wherever it leads.
    const options = { redirect: 'error', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) } as const;
    const response = await fetch(request.clone(), options);
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    if (response.status !== 429 || !(seconds <= LONGEST_PAUSE_S) || pauses === MOST_PAUSES) return response;
    warn(`Too many requests: waiting for ${seconds} s, as the API asks`);
    await response.body?.cancel();
    await sleep(seconds * 1_000);
  }
}

interface Reply<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * What a call answered.
 * @throws CommandError with the API's own words, and the exit code that fits
 */
export async function answerOf<T>(
  url: string,
  call: Promise<Reply<T>>,
): Promise<{ data: T; response: Response }> {
  let reply: Reply<T>;
  try {
    reply = await call;
  } catch (error) {
    throw noAnswer(url, error as Error);
  }
  const { data, error, response } = reply;
  if (response.ok) return { data: data as T, response };
  throw new CommandError(words(url, response, error), exitCodeOf(response.status));
}

/** @returns what to tell where no API answers */
export function noAnswer(url: string, error: Error): CommandError {
  const cause = (error.cause as Error | undefined) ?? error;
  const why = cause.message || (cause as NodeJS.ErrnoException).code || cause.name;
  return new CommandError(
    `No API answers on ${url}: ${escapeControls(why)}. Is it running (\`npm start\`), and is that its address (--url)?`,
    EXIT.unreachable,
  );
}

function words(url: string, response: Response, error: unknown): string {
  const { detail } = (error ?? {}) as Partial<ErrorAnswer>;
  if (typeof detail !== 'string')
    return `${url} answered ${response.status}, and not as Pricehook's API does`;
  return escapeControls(`${detail} (${response.status})`);
}

/** The exit code for an answer of the API that is no success. */
export function exitCodeOf(status: number): number {
  if (status === 401 || status === 403) return EXIT.key;
  if (status === 404) return EXIT.notFound;
  return status >= 500 ? EXIT.unreachable : EXIT.refused;
}
