import ipaddr from 'ipaddr.js';
import ms from 'ms';
import { z } from 'zod';
import { ANOMALY_METRICS, type AnomalyMetric, type RuleSetting, ruleName } from './domain/anomaly-rules';
import { SOURCE_NAMES, type SourceName } from './domain/quote';
import { parseUrl } from './parse-url';

/*
 * How the values of variables are read, and what is said of those that can't be: each error message is what is allowed,
 * to stand behind "allowed:".
 */

/** What a text such as `10s` or `1.5h` says, in milliseconds; NaN where it is no duration. */
export function readDuration(text: string): number {
  return /^\d+(\.\d+)?\s*(ms|s|m|h|d)$/.test(text) ? ms(text as ms.StringValue) : Number.NaN;
}

/** A duration such as `10s`, in milliseconds. */
export function duration(defaultValue: string, minMs: number, maxMs: number) {
  return z
    .string()
    .default(defaultValue)
    .transform((text, ctx) => {
      const value = readDuration(text);
      if (!(value >= minMs && value <= maxMs)) {
        ctx.addIssue({
          code: 'custom',
          message: `a duration from ${ms(minMs)} to ${ms(maxMs)}, such as ${defaultValue}`,
        });
        return z.NEVER;
      }
      return value;
    });
}

/** From one to `most` durations, in milliseconds. */
export function durations(most: number, minMs: number, maxMs: number) {
  return z.string().transform((text, ctx) => {
    const values = splitList(text).map(readDuration);
    if (
      values.length < 1 ||
      values.length > most ||
      !values.every((value) => value >= minMs && value <= maxMs)
    ) {
      ctx.addIssue({
        code: 'custom',
        message: `1 to ${most} durations from ${ms(minMs)} to ${ms(maxMs)}, separated by commas, such as 10s,20s,40s`,
      });
      return z.NEVER;
    }
    return values;
  });
}

/** A fraction from 0 to `max`, written with digits and a point. */
export function fraction(defaultValue: string, max: number) {
  return z
    .string()
    .default(defaultValue)
    .refine((text) => /^(\d+|\d*\.\d+)$/.test(text) && Number(text) <= max, {
      error: `a fraction from 0 to ${max}, such as ${defaultValue}`,
    })
    .transform(Number);
}

/** A whole number. */
export function integer(defaultValue: number, min: number, max: number) {
  return z
    .string()
    .default(String(defaultValue))
    .refine((text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: `a whole number from ${min} to ${max}`,
    })
    .transform(Number);
}

/** Where to listen: `host:port`, an IPv6 address in brackets. */
export const listenAddress = z.string().transform((text, ctx) => {
  const [, host, port] = /^(\[[0-9a-fA-F:.]+\]|[\w.-]+):(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) {
    ctx.addIssue({ code: 'custom', message: 'a host and a port, such as 127.0.0.1:9464' });
    return z.NEVER;
  }
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
});

/** One of a few words. */
export function choice<const T extends readonly [string, ...string[]]>(values: T, defaultValue: T[number]) {
  return z.enum(values, { error: `one of ${values.join(', ')}` }).default(defaultValue as never);
}

/** `true` or `false`. */
export const flag = (defaultValue: boolean) =>
  choice(['true', 'false'], String(defaultValue) as 'true' | 'false').transform((text) => text === 'true');

/** The items of a list with commas between them, without those that are empty. */
export const splitList = (text: string) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

/** An http or https URL. */
export function httpUrl(error = 'an http or https URL: scheme, host and port') {
  return z.url({ protocol: /^https?$/, error });
}

/** Scheme, host and port, without a slash at the end. */
export const baseUrl = (defaultValue: string) => httpUrl().default(defaultValue).transform(withoutLastSlash);

/** The same, and there may be none. */
export const optionalUrl = (error: string) => httpUrl(error).transform(withoutLastSlash).optional();

function withoutLastSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

/** A setting as it may be shown: should it be a URL, without the user name and the password. */
export function withoutUserInfo(text: string): string {
  return text.replace(/\/\/[^/?#]*@/, '//********@');
}

/** Scheme, host and port of an HTTP proxy, and nothing else. */
export const proxyUrl = z
  .string()
  .refine((text) => /^http:\/\/[^/?#@]+\/?$/.test(text) && parseUrl(text) !== null, {
    error: 'an http:// URL of host and port, such as http://127.0.0.1:4750',
  });

/** `ipaddr.isValidCIDR` alone takes short and octal spellings, and reads 10/8 as 0.0.0.10/8. */
const isCidr = (block: string) =>
  block.includes(':') ? ipaddr.IPv6.isValidCIDR(block) : ipaddr.IPv4.isValidCIDRFourPartDecimal(block);

/** CIDR blocks. */
export const networks = z.string().transform((text, ctx) => {
  const blocks = splitList(text);
  const bad = blocks.find((block) => !isCidr(block));
  if (bad !== undefined) {
    ctx.addIssue({ code: 'custom', message: 'CIDR blocks separated by commas, such as 127.0.0.0/8,::1/128' });
    return z.NEVER;
  }
  return blocks;
});

/** Port numbers. */
export const ports = z
  .string()
  .default('80,443,8080,8443')
  .refine((text) => splitList(text).every((port) => /^\d+$/.test(port) && +port >= 1 && +port <= 65535), {
    error: 'port numbers from 1 to 65535, separated by commas',
  })
  .transform((text) => splitList(text).map(Number));

/** Names of sources, in any case, each once. */
export const sources = z
  .string()
  .default(SOURCE_NAMES.join(','))
  .transform((text) => [...new Set(splitList(text.toLowerCase()))])
  .refine(
    (names) => names.length > 0 && names.every((name) => (SOURCE_NAMES as readonly string[]).includes(name)),
    {
      error: `some of ${SOURCE_NAMES.join(', ')}, separated by commas`,
    },
  )
  .transform((names) => names as SourceName[]);

/** Tickers, in capitals, each once. */
export const tickers = z
  .string()
  .default('BTC,ETH,DOGE,SOL,BNB')
  .transform((text) => [...new Set(splitList(text.toUpperCase()))])
  .refine((names) => names.length > 0 && names.every((name) => /^[A-Z0-9]{1,12}$/.test(name)), {
    error: 'tickers separated by commas, such as BTC,ETH',
  });

/** What Temporal takes for the name of a worker deployment: it joins it to a build id with a dot or a colon. */
export const deploymentName = z
  .string()
  .default('pricehook')
  .refine((text) => /^(?!__)[\w-]{1,100}$/.test(text), {
    error: 'up to 100 letters, digits, - and _, not beginning with __, such as pricehook',
  });

/** What Temporal takes for a build id, with nothing in it that a shell would take for its own. */
export const buildId = z.string().refine((text) => /^(?!__)[\w.+-]{1,100}$/.test(text), {
  error: 'up to 100 letters, digits, ., +, - and _, not beginning with __, such as 0.2.0',
});

const LONGEST_WINDOW_MINUTES = 10_080;

/** A window's minutes, out of `90m`, `1h` or `1d`; NaN for what is none. */
function windowMinutes(text: string): number {
  const minutes = /^\d+(m|h|d)$/.test(text) ? ms(text as ms.StringValue) / 60_000 : Number.NaN;
  return minutes >= 2 && minutes <= LONGEST_WINDOW_MINUTES ? minutes : Number.NaN;
}

/** Windows of statistics in minutes, each once, the shortest first. */
export const windows = z
  .string()
  .default('1h,24h')
  .transform((text) => [...new Set(splitList(text).map(windowMinutes))].sort((a, b) => a - b))
  .refine((minutes) => minutes.length >= 1 && minutes.length <= 8 && !minutes.some(Number.isNaN), {
    error: 'up to 8 windows from 2m to 7d, separated by commas, such as 1h,24h',
  });

const RULE = new RegExp(
  `^(?:([A-Z0-9]{1,12}):)?(${ANOMALY_METRICS.join('|')})_(\\w+)\\s*>\\s*(off|\\d+(?:\\.\\d+)?)$`,
  'i',
);
const RULE_FORM =
  'rules separated by commas, each once, such as change_1h>5,zscore_24h>5,DOGE:change_1h>8: change or zscore, a window ' +
  'from 2m to 7d, and per cent or standard deviations above 0, or off; with a ticker and a colon for that ticker only';

/** Rules of what is an anomaly. */
export const anomalyRules = z
  .string()
  .default('change_1h>5,change_24h>15,zscore_24h>5')
  .transform((text, ctx) => {
    const rules = splitList(text).map(readRule);
    const names = rules.map((rule) => rule && `${rule.ticker}:${ruleName(rule)}`);
    if (rules.some((rule) => rule === undefined) || new Set(names).size < names.length) {
      ctx.addIssue({ code: 'custom', message: RULE_FORM });
      return z.NEVER;
    }
    return rules as RuleSetting[];
  });

function readRule(text: string): RuleSetting | undefined {
  const [, ticker, metric, window, limit] = RULE.exec(text) ?? [];
  const minutes = windowMinutes((window ?? '').toLowerCase());
  const threshold = limit?.toLowerCase() === 'off' ? null : Number(limit);
  if (metric === undefined || Number.isNaN(minutes) || threshold === 0) return undefined;
  return {
    ticker: ticker?.toUpperCase() ?? null,
    metric: metric.toLowerCase() as AnomalyMetric,
    windowMinutes: minutes,
    threshold,
  };
}

/** Slack's incoming webhook: whoever knows its path may write there. */
export const slackUrl = httpUrl(
  'the http or https URL of a Slack incoming webhook, such as https://hooks.slack.com/services/…',
);

/** E-mail addresses, in lower case, each once. */
export const emails = z
  .string()
  .default('')
  .transform((text) => [...new Set(splitList(text.toLowerCase()))])
  .refine((list) => list.every((email) => z.email().safeParse(email).success), {
    error: 'e-mail addresses separated by commas',
  });
/** The name of an S3 bucket. */
export const s3Bucket = z.string().refine((text) => /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(text), {
  error: 'the name of a bucket: letters, digits, dots and hyphens',
});

/** What the keys of objects begin with: nothing, or a text that ends with a slash. */
export const s3Prefix = z
  .string()
  .default('')
  .transform((text) => text.replace(/^\/+|\/+$/g, ''))
  .transform((text) => (text === '' ? '' : `${text}/`));
