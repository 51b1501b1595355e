/** A second signal sooner than this is the same Ctrl-C: the terminal sends it to us, and npm passes it on once more. */
const SAME_SIGNAL_WITHIN_MS = 1_000;

/** Calls `first` at the first signal to stop, and `again` at one that comes a second later or more. */
export function onStopSignals(handlers: { first: () => void; again: () => void }): void {
  let firstAt: number | undefined;
  const receive = () => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      handlers.first();
    } else if (performance.now() - firstAt >= SAME_SIGNAL_WITHIN_MS) {
      handlers.again();
    }
  };
  // SIGHUP comes when the terminal is closed.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, receive);
}

/** Hands over whatever nobody caught, except for output that a closed terminal no longer takes. */
export function onUncaught(handle: (error: unknown) => void): void {
  const isLostOutput = (error: NodeJS.ErrnoException) => error.code === 'EPIPE' || error.code === 'EIO';
  process.on('uncaughtException', (error) => {
    if (!isLostOutput(error)) handle(error);
  });
}
