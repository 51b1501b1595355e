#!/usr/bin/env node
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const program = join(__dirname, '../dist/cli.js');
if (existsSync(program)) {
  require(program).main();
} else {
  process.stderr.write('pricehook is not built yet; run `npm run build` first.\n');
  process.exitCode = 1;
}
