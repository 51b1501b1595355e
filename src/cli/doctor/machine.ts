import { accessSync, constants, existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config } from '../../config';
import { listenProblem } from '../../listen-problem';
import type { StackFile } from '../../stack-file';
import { OLDEST_NODE } from '../../version';
import { type Finding, failed, ok, said, skipped, warning } from './finding';

const GIB = 1024 ** 3;
const LITTLE_BYTES = 2 * GIB;
const TOO_LITTLE_BYTES = 0.25 * GIB;

/** Whether this Node is one that Pricehook runs on. */
export function checkNode(version: string = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split('.').map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return ok('Node', version);
  return failed('Node', `${version} is older than ${OLDEST_NODE}`, `install Node ${OLDEST_NODE} or newer`);
}

/** Whether DATA_DIR can be written, and how much its disk has left. */
export async function checkDisk({ dataDir }: Pick<Config, 'dataDir'>): Promise<Finding> {
  const folder = nearest(dataDir);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const detail = `${(free / GIB).toFixed(1)} GiB free for DATA_DIR ${dataDir}`;
    const mend = 'make room on that disk, or set DATA_DIR to a folder on another';
    if (free < TOO_LITTLE_BYTES) return failed('Disk', detail, mend);
    return free < LITTLE_BYTES ? warning('Disk', detail, mend) : ok('Disk', detail);
  } catch (error) {
    return failed(
      'Disk',
      `DATA_DIR ${dataDir} can't be written: ${said(error)}`,
      'make it writable for the user that runs Pricehook, or set DATA_DIR to another folder',
    );
  }
}

function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder));
}

/** Whether the ports are free, or held by the stack that runs. */
export async function checkPorts(config: Config, running: StackFile | undefined): Promise<Finding[]> {
  const held = running
    ? [running.apiUrl, running.temporalUiUrl, running.codecUrl, `http://${running.temporalAddress}`]
    : [];
  const ours = held.flatMap((url) => (url ? [Number(new URL(url).port)] : []));
  const wanted: [string, number, string][] = [['PORT', config.port, config.host]];
  if (config.embedded.temporal) {
    wanted.push(['TEMPORAL_PORT', config.temporalPort, '127.0.0.1']);
    wanted.push(['TEMPORAL_UI_PORT', config.temporalUiPort, '127.0.0.1']);
    if (config.temporalCodec) wanted.push(['TEMPORAL_CODEC_PORT', config.temporalCodecPort, '127.0.0.1']);
  }
  return Promise.all(
    wanted.map(async ([variable, port, host]) => {
      const name = `Port ${port}`;
      const problem = await listenProblem(port, host);
      if (problem === undefined) return ok(name, `free (${variable})`);
      if (problem === 'EADDRINUSE' && ours.includes(port))
        return ok(name, `held by the stack that runs (${variable})`);
      if (problem === 'EADDRINUSE' && running === undefined && (await answersAsPricehook(host, port)))
        return ok(name, `held by a Pricehook that runs (${variable})`);
      const mend = `stop what uses it, or set ${variable} to another`;
      if (problem === 'EADDRINUSE') return failed(name, `taken by something else (${variable})`, mend);
      return failed(
        name,
        `${host} can't be listened on: ${problem} (${variable})`,
        `set ${variable} to another`,
      );
    }),
  );
}

async function answersAsPricehook(host: string, port: number): Promise<boolean> {
  const address = /^(0\.0\.0\.0|::)$/.test(host) ? '127.0.0.1' : host;
  try {
    const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}/health`;
    const response = await fetch(url, { signal: AbortSignal.timeout(3_000), redirect: 'error' });
    return response.headers.has('x-market');
  } catch {
    return false;
  }
}

const CLOCK_OFF_MS = 10_000;
const CLOCK_DRIFTS_MS = 2_000;

/**
 * Whether this machine's clock goes right, by the clocks of others: webhooks carry its time, and receivers refuse one that is
 * minutes off.
 * @param clocks how far others are before ours, in milliseconds, and whose they are
 */
export function checkClock(clocks: readonly { whose: string; aheadMs: number }[]): Finding {
  const nearest = clocks.toSorted((one, other) => Math.abs(one.aheadMs) - Math.abs(other.aheadMs))[0];
  if (nearest === undefined) return skipped('Clock', 'no other clock could be asked');
  const { whose, aheadMs } = nearest;
  const off = Math.abs(aheadMs);
  const detail = `${(off / 1_000).toFixed(1)} s ${aheadMs > 0 ? 'behind' : 'before'} that of ${whose}`;
  const mend = 'have the system keep its clock by NTP, such as: timedatectl set-ntp true';
  if (off > CLOCK_OFF_MS) return failed('Clock', detail, mend);
  return off > CLOCK_DRIFTS_MS ? warning('Clock', detail, mend) : ok('Clock', detail);
}
