import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openApiDocument } from '../../src/api/openapi/document';

const TICKERS = ['BTC', 'ETH'];

interface Problem {
  rule: string;
  where: string;
  message: string;
}

/** What Redocly's linter, with its recommended rules, finds in a description. */
async function lint(document: unknown): Promise<Problem[]> {
  const script = join(__dirname, '../support/lint-openapi.mjs');
  const linting = promisify(execFile)(process.execPath, [script], { maxBuffer: 10 * 1024 * 1024 });
  linting.child.stdin?.end(JSON.stringify(document));
  return JSON.parse((await linting).stdout);
}

/** What is on purpose against a rule, and why. */
const ON_PURPOSE = [
  // The contract names these with the slash; without one they are the same, and nothing is redirected.
  'no-path-trailing-slash #/paths/~1api~1v1~1rates~1',
  'no-path-trailing-slash #/paths/~1api~1v1~1alerts~1',
  // They take nothing that could be wrong, need no key and have no limit.
  'operation-4xx-response #/paths/~1health/get/responses',
  'operation-4xx-response #/paths/~1health~1live/get/responses',
  'operation-4xx-response #/paths/~1health~1ready/get/responses',
  'operation-4xx-response #/paths/~1metrics/get/responses',
];

describe('the OpenAPI description, as linted by Redocly', () => {
  it('keeps to all recommended rules, but for what is on purpose', async () => {
    const problems = await lint(openApiDocument(TICKERS));
    const isOnPurpose = ({ rule, where }: Problem) => ON_PURPOSE.includes(`${rule} ${where}`);
    expect(problems.filter((problem) => !isOnPurpose(problem))).toEqual([]);
    expect(problems.length).toBe(ON_PURPOSE.length);
  });

  it('has examples that are checked against their schemas', async () => {
    const document = JSON.parse(JSON.stringify(openApiDocument(TICKERS)));
    const created = document.paths['/api/v1/alerts/'].post.responses['201'];
    created.content['application/json'].example.condition = 'above';
    expect((await lint(document)).map(({ rule }) => rule)).toContain('no-invalid-media-type-examples');
  });
});

interface Media {
  example?: unknown;
  examples?: Record<string, { value: { code: number; detail: string } }>;
}

type Answers = Record<string, { content?: Record<string, Media> }>;
type Operation = { requestBody?: { content: Record<string, Media> }; responses: Answers };

const operations = () =>
  Object.values(openApiDocument(TICKERS).paths ?? {}).flatMap((path) => Object.values(path) as Operation[]);

describe('the OpenAPI description', () => {
  it('has an example of every body', () => {
    const bodies = operations().flatMap(({ requestBody, responses }) => [
      ...Object.values(requestBody?.content ?? {}),
      ...Object.values(responses).flatMap(({ content = {} }) => Object.values(content)),
    ]);
    expect(bodies.length).toBeGreaterThan(200);
    for (const { example, examples } of bodies) expect(example ?? examples).toBeTruthy();
  });

  it('has examples of errors with the status that they are of', () => {
    for (const { responses } of operations()) {
      for (const [status, { content }] of Object.entries(responses)) {
        for (const { value } of Object.values(content?.['application/json']?.examples ?? {})) {
          expect(value.code).toBe(Number(status));
          expect(value.detail).not.toBe('');
        }
      }
    }
  });
});
