import { ConfigError } from './config';

/** Runs a process of its own until SIGTERM or SIGINT; a bad setting is said in its own words and ends it with 1. */
export async function runAsMain(start: () => Promise<{ stop(): Promise<void> }>): Promise<void> {
  try {
    const running = await start();
    let stopping = false;
    const stop = () => {
      if (stopping) return;
      stopping = true;
      void running.stop().then(() => process.exit(0));
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  } catch (error) {
    const words = error instanceof ConfigError ? error.message : String((error as Error).stack ?? error);
    process.stderr.write(`${words}\n`);
    process.exit(1);
  }
}
