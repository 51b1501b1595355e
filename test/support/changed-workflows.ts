import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const ROOT = join(__dirname, '../..');

/** A change of one of the files in `src/workflows`: what stands there once, and what comes in its place. */
export interface CodeChange {
  file: string;
  before: string;
  after: string;
}

/**
 * Bundles a copy of the workflows to which changes were made, and does something with the bundle.
 * @throws where a change does not fit the code of today
 */
export async function withChangedWorkflows<T>(
  changes: CodeChange[],
  work: (bundlePath: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'pricehook-changed-'));
  try {
    for (const name of ['workflows', 'domain'])
      cpSync(join(ROOT, 'src', name), join(folder, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const change of changes) apply(change, join(folder, 'workflows', change.file));
    const { code } = await bundleWorkflowCode({
      workflowsPath: join(folder, 'workflows/index.ts'),
      workflowInterceptorModules: [join(folder, 'workflows/interceptors.ts')],
      logger: new DefaultLogger('ERROR'),
    });
    const bundlePath = join(folder, 'workflow-bundle.js');
    writeFileSync(bundlePath, code);
    return await work(bundlePath);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function apply({ file, before, after }: CodeChange, path: string): void {
  const parts = readFileSync(path, 'utf8').split(before);
  if (parts.length !== 2)
    throw new Error(`${file} holds ${JSON.stringify(before)} ${parts.length - 1} times`);
  writeFileSync(path, parts.join(after));
}

/** A pause before an alert's first look at the prices, for which no recorded history has a timer. */
export function pauseFirst(pause = "await sleep('1s');"): CodeChange[] {
  const start = '  while (deliveryId === undefined) {\n    const check = await look();';
  return [
    { file: 'price-alert.ts', before: '  setHandler,\n', after: '  patched,\n  setHandler,\n  sleep,\n' },
    { file: 'price-alert.ts', before: start, after: `  ${pause}\n${start}` },
  ];
}
