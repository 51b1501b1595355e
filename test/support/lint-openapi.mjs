// Lints the OpenAPI description on its standard input with all of Redocly's recommended rules, and prints what is wrong
// with it as JSON. A process of its own, since the linter is modules only, which jest does not load.
import { text } from 'node:stream/consumers';
import { createConfig, lintFromString } from '@redocly/openapi-core';

const config = await createConfig({ extends: ['recommended-strict'] });
const problems = await lintFromString({ source: await text(process.stdin), config });
const found = problems.map(({ ruleId, message, location }) => ({
  rule: ruleId,
  where: location[0]?.pointer ?? '',
  message,
}));
process.stdout.write(JSON.stringify(found));
