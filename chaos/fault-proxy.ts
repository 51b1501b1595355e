import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type Fault =
  | { kind: 'none' }
  /** Whatever passes, in either direction, waits so long first. */
  | { kind: 'slow'; latencyMs: number }
  /** All connections are reset, and each new one at once. */
  | { kind: 'cut' }
  /** Connections are accepted and stay, but nothing passes until the fault is over. */
  | { kind: 'frozen' };

export interface FaultProxy {
  port: number;
  /** How the connection behaves from now on. */
  set(fault: Fault): void;
  close(): Promise<void>;
}

/**
 * A TCP proxy on loopback whose connection to `targetPort` can be made slow, cut and frozen.
 * Written here because a fresh machine has npm and pip only: Toxiproxy is a Go program that neither of them carries (their
 * packages of that name are its clients), and the TCP proxies that they do carry can't do this.
 */
export async function startFaultProxy(targetPort: number): Promise<FaultProxy> {
  let fault: Fault = { kind: 'none' };
  const changes = new EventEmitter().setMaxListeners(0);
  const sockets = new Set<Socket>();

  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (fault.kind === 'cut') {
      client.on('error', () => {}).resetAndDestroy();
      return;
    }
    const target = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true });
    const both = [client, target];
    for (const socket of both) {
      sockets.add(socket);
      socket.setNoDelay(true);
      // Whatever breaks on one side breaks on the other.
      socket.on('error', () => reset(both));
      socket.on('close', () => sockets.delete(socket));
    }
    void carry(client, target).catch(() => reset(both));
    void carry(target, client).catch(() => reset(both));
  });

  async function carry(from: Socket, to: Socket): Promise<void> {
    // The other direction goes on when this one has ended.
    for await (const chunk of from.iterator({ destroyOnReturn: false })) {
      await held();
      await new Promise<void>((resolve, reject) => {
        to.write(chunk as Buffer, (error) => (error ? reject(error) : resolve()));
      });
    }
    await held();
    to.end();
  }

  async function held(): Promise<void> {
    if (fault.kind === 'slow') await sleep(fault.latencyMs);
    while (fault.kind === 'frozen') await once(changes, 'change');
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    set(next) {
      fault = next;
      if (fault.kind === 'cut') reset(sockets);
      changes.emit('change');
    },
    async close() {
      server.close();
      reset(sockets);
      await once(server, 'close');
    },
  };
}

function reset(sockets: Iterable<Socket>): void {
  for (const socket of sockets) socket.resetAndDestroy();
}
