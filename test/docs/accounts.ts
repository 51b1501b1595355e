/**
 * Who runs the blocks of the documents that have a name, and those in other languages than the shell's. Blocks of commands that
 * are not here are checked instead: `commands.test.ts` says how.
 */
export const RUN_BY: Record<string, Record<string, string>> = {
  'README.md': { walk: 'test/docs/readme.test.ts' },
  'README.ru.md': { walk: 'test/docs/translation.test.ts' },
  'docs/alerts.md': { 'import.csv': 'test/api/alert-transfer.test.ts' },
  'docs/deployment.md': { 'temporal.toml': 'test/ops/temporal-cloud.test.ts' },
  'docs/messages.md': Object.fromEntries(
    ['slack', 'discord', 'telegram', 'text', 'json', 'headers', 'masked']
      .flatMap((name) => (name === 'headers' || name === 'masked' ? [name] : [name, `${name}.sent`]))
      .map((name) => [name, 'test/docs/messages.test.ts']),
  ),
  'docs/privacy.md': Object.fromEntries(
    ['make-key', 'older', 'codec-server', 'show'].map((name) => [name, 'test/e2e/codec.test.ts']),
  ),
  'docs/reports.md': { sh: 'test/docs/reports.test.ts', sql: 'test/docs/reports.test.ts' },
  'docs/stream.md': { curl: 'test/docs/stream.test.ts', 'listen.mjs': 'test/docs/stream.test.ts' },
  'docs/tutorial.md': Object.fromEntries(
    ['register', 'listen', 'alert', 'deliveries', 'fail', 'watch', 'redeliver', 'log', 'rule'].map((name) => [
      name,
      'test/docs/readme.test.ts',
    ]),
  ),
  'docs/webhooks.md': Object.fromEntries(
    ['receiver.ts', 'receiver.py', 'receiver.go', 'body', 'verify'].map((name) => [
      name,
      'test/docs/webhooks.test.ts',
    ]),
  ),
};

/** Blocks in other languages that nothing runs, and why that is. */
export const NOT_RUN: Record<string, string> = {
  'docs/archive.md sql':
    'DuckDB is Python’s, for the notebook’s test only, which reads the same files by such queries',
  'docs/archive.md python': 'as above',
  'docs/operations.md ts': 'a line of a workflow; test/replay/changed-code.test.ts makes such a change',
  'clients/typescript/README.md ts': 'test/e2e/openapi.test.ts makes the same calls with the same client',
};

/** Programs of others: of their commands, only the syntax is checked. Each with the reason that it is not run. */
export const OTHERS: Record<string, string> = {
  npx: 'other than `npx pricehook`: tsx, which runs the receiver that a test runs',
  npm: 'other than `npm run` and the like: fetches packages; versions are held to the tested ones',
  pip: 'as npm',
  go: 'as npm',
  python3: 'runs the receiver that a test runs',
  jupyter: 'serves until it is stopped; the notebook itself is run by test/e2e/first-report.test.ts',
  docker: 'needs an engine; test/ops holds the compose file to what it says',
  kubectl: 'needs a cluster; test/ops holds the manifests to Kubernetes’ schemas',
  tcld: 'needs an account of Temporal Cloud',
  openssl: 'makes a key; test/e2e/codec.test.ts runs it',
};
