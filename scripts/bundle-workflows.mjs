// Bundles the workflows' code once, so that workers start without webpack: as it is, and with failures encoded for the
// payload codec, since a bundle carries its failure converter with it.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { bundleWorkflowCode, DefaultLogger } = require('@temporalio/worker');

const inDist = (name) => fileURLToPath(new URL(`../dist/${name}`, import.meta.url));

async function bundle(name, failureConverterPath) {
  const { code } = await bundleWorkflowCode({
    workflowsPath: inDist('workflows/index.js'),
    workflowInterceptorModules: [inDist('workflows/interceptors.js')],
    failureConverterPath,
    logger: new DefaultLogger('WARN'),
  });
  writeFileSync(inDist(name), code);
}

await bundle('workflow-bundle.js');
await bundle('workflow-bundle-encoded.js', inDist('failure-converter.js'));
