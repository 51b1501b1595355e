import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Config } from '../config';
import { listenProblem } from '../listen-problem';
import { PlainError } from './plain-error';

/** A TCP port of the loopback address that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether a server could listen on this port of the loopback address now. */
export async function portIsFree(port: number): Promise<boolean> {
  return (await listenProblem(port, '127.0.0.1')) === undefined;
}

/** @throws Error when something listens on this port */
export async function assertPortFree(port: number): Promise<void> {
  if (!(await portIsFree(port))) throw new PlainError(`Port ${port} is taken.`);
}

/**
 * Checks the ports that the settings name, before anything is started.
 * @throws PlainError naming the variable
 */
export async function assertPortsFree(config: Config): Promise<void> {
  const wanted: [string, number, string][] = [['PORT', config.port, config.host]];
  if (config.embedded.temporal) {
    wanted.push(['TEMPORAL_PORT', config.temporalPort, '127.0.0.1']);
    wanted.push(['TEMPORAL_UI_PORT', config.temporalUiPort, '127.0.0.1']);
    if (config.temporalCodec) wanted.push(['TEMPORAL_CODEC_PORT', config.temporalCodecPort, '127.0.0.1']);
  }
  for (const [name, port, host] of wanted) {
    const twin = wanted.find(([otherName, other]) => otherName !== name && other === port);
    if (twin) throw new PlainError(`${name} and ${twin[0]} are both ${port}; set one of them to another.`);
    const problem = await listenProblem(port, host);
    if (problem === 'EADDRINUSE') {
      throw new PlainError(`Port ${port} (${name}) is taken; stop what uses it or set ${name} to another.`);
    }
    if (problem) throw new PlainError(`Port ${port} (${name}) of ${host} can't be listened on: ${problem}.`);
  }
}
