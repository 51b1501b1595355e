import pc from 'picocolors';
import type { StackFile } from '../stack-file';

const REPLAY = 'replay: recorded prices, not real';

/** What a start says when everything runs: where things are, and what to try first. */
export function banner(stack: StackFile, dataDir: string): string {
  const api = new URL(stack.apiUrl);
  const host = `${['127.0.0.1', '0.0.0.0', '[::]', '[::1]'].includes(api.hostname) ? 'localhost' : api.hostname}:${api.port || 80}`;
  const market =
    stack.market === 'replay'
      ? pc.isColorSupported
        ? pc.bold(pc.black(pc.bgYellow(` ${REPLAY} `)))
        : REPLAY
      : 'live';
  const rows: [string, string | undefined][] = [
    ['Dashboard', `http://${host}`],
    ['API', `http://${host}/api/v1`],
    ['Docs', `http://${host}/docs`],
    ['Temporal', stack.temporalUiUrl ?? `${stack.temporalAddress} (${stack.temporalNamespace})`],
    ['Market', market],
    ['Data', dataDir],
  ];
  const body = `-H 'content-type: application/json' -d '{"email":"you@example.com"}'`;
  return [
    '',
    ...rows.map(([name, value]) => `  ${pc.dim(name.padEnd(10))} ${value}`),
    '',
    pc.dim('  Open the dashboard, or register and ask for rates with the key that you get:'),
    `  curl -s ${host}/api/v1/users/register ${body}`,
    `  curl -s ${host}/api/v1/rates/ -H 'X-API-Key: sk_live_…'`,
    '',
    pc.dim('  Ctrl-C stops everything.'),
    '',
  ].join('\n');
}
