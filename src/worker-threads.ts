/**
 * Lets Node do more at a time on libuv's threads, four by default: resolving the exchanges' names, reading files. Webhooks'
 * names are not resolved there. To be called before anything uses those threads.
 */
export function moreThreads(): void {
  process.env.UV_THREADPOOL_SIZE ??= '32';
}
