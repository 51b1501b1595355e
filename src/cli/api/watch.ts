import { jsonText } from '../table';
import { type ApiFlags, connectApi, warn, warnOfReplay } from './connect';
import { type StreamMessage, watchStream } from './stream';

export interface WatchFlags extends ApiFlags {
  count?: number;
  resume?: string;
}

/** What a watching command wants of the stream. */
export interface Watch {
  /** Whose prices to be told; none if left out. */
  tickers?: readonly string[] | 'all';
  /** Whether this message is one to be told. */
  wants: (message: StreamMessage) => boolean;
  /** The message as a line for people. */
  line: (message: StreamMessage) => string;
}

/**
 * Prints what the stream tells until Ctrl-C, or until so many messages came; with `json` the messages themselves, a line each.
 * @throws CommandError as `connectApi` and `watchStream`
 */
export async function printStream(flags: WatchFlags, { tickers, wants, line }: Watch): Promise<void> {
  const { url, key } = connectApi(flags);
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  let told = 0;
  let isFirst = true;
  const tell = (message: StreamMessage) => {
    if (stopping.signal.aborted) return;
    if (message.type === 'ready' && isFirst) warnOfReplay(message.market);
    isFirst = false;
    if (message.type === 'resumed' && message.complete === false) {
      warn(
        'Some of what happened meanwhile is gone; see `pricehook alerts list` and `pricehook deliveries list`',
      );
    }
    if (!wants(message)) return;
    process.stdout.write(flags.json ? jsonText(message) : line(message));
    told += 1;
    if (told === flags.count) stop();
  };
  try {
    await watchStream({ url, key, tickers, lastEventId: flags.resume, signal: stopping.signal, warn }, tell);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
