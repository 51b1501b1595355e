import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../src/config';
import { DELIVERY_STATUSES } from '../../src/domain/delivery';
import { attemptLimit, retryDelay, retryPolicy } from '../../src/domain/retry';

const page = readFileSync(join(__dirname, '../../docs/retries.md'), 'utf8');

/** The cells of the table behind a mark, without its head. */
function table(mark: string): string[][] {
  const text = new RegExp(`<!-- ${mark} -->\\s+((?:\\|.*\\n)+)`).exec(page)?.[1] ?? '';
  const rows = text.trim().split('\n').slice(2);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** What the table must say: each attempt of a server that refuses at once, without jitter. */
function expected(env: NodeJS.ProcessEnv): string[][] {
  const policy = retryPolicy(readConfig(env, false).webhook);
  let elapsedMs = 0;
  return Array.from({ length: attemptLimit(policy) }, (_, earlier) => {
    if (earlier === 0) return ['1', '', '0'];
    const pauseMs = retryDelay(earlier, null, policy, 0);
    elapsedMs += pauseMs;
    return [String(earlier + 1), spelled(pauseMs), spelled(elapsedMs)];
  });
}

/** `1h10m5s` */
function spelled(valueMs: number): string {
  const seconds = valueMs / 1_000;
  const parts = { h: Math.floor(seconds / 3_600), m: Math.floor(seconds / 60) % 60, s: seconds % 60 };
  return Object.entries(parts)
    .filter(([, count]) => count > 0)
    .map(([unit, count]) => `${count}${unit}`)
    .join('');
}

describe('docs/retries.md', () => {
  it('prints the default schedule', () => {
    expect(table('default')).toEqual(expected({}));
  });

  it('prints the schedule that it names', () => {
    const [, schedule] = /`WEBHOOK_RETRY_SCHEDULE=([^`]+)`/.exec(page) ?? [];
    expect(table('schedule')).toEqual(expected({ WEBHOOK_RETRY_SCHEDULE: schedule }));
  });

  it('names the defaults of its rules', () => {
    const { webhook } = readConfig({}, false);
    const defaults = Object.fromEntries(
      [...page.matchAll(/\| `(WEBHOOK_\w+)` +\| `([^`]+)`/g)].map(([, name, value]) => [name, value]),
    );
    expect(readConfig(defaults, false).webhook).toEqual(webhook);
    expect(Object.keys(defaults).sort()).toEqual([
      'WEBHOOK_MAX_AGE',
      'WEBHOOK_RETRY_JITTER',
      'WEBHOOK_RETRY_MAX',
    ]);
  });

  it('names every status that a delivery may have', () => {
    expect(table('statuses').map(([status]) => status)).toEqual(
      DELIVERY_STATUSES.map((status) => `\`${status}\``),
    );
  });
});
