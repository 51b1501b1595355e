import { readFileSync } from 'node:fs';

const code = readFileSync(process.env.TEST_WORKFLOW_BUNDLE as string, 'utf8').replace(
  /\n\/\/# sourceMappingURL=.*/,
  '',
);

describe('the workflow bundle', () => {
  it('holds nothing but domain code and Temporal’s', () => {
    for (const name of ['kysely', 'zod', 'undici', 'pino', 'koa', 'ipaddr.js']) {
      expect(code.includes(`/node_modules/${name}/`) && name).toBe(false);
    }
    expect(/src\/(db|api|webhooks|dev)\//.exec(code)).toBeNull();
  });

  it('stays small: each worker thread loads it', () => {
    expect(code.length).toBeLessThan(1_000_000);
  });
});
