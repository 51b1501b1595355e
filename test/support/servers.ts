export interface TestServers {
  /** Everything that a run writes is in here. */
  folder: string;
  running: { stop(): Promise<void> }[];
}

/** Jest runs setup and teardown in one process, with nothing but the global object between them. */
const shared = globalThis as { pricehookTestServers?: TestServers };

export function keepForTeardown(servers: TestServers): void {
  shared.pricehookTestServers = servers;
}

export function takeForTeardown(): TestServers | undefined {
  return shared.pricehookTestServers;
}
