import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '../support/eventually';
import { ROOT } from './documents';

/** More than the minute in which a long poll that nobody answers ends. */
const PATIENCE_MS = 100_000;

/** A shell in the project's folder, into which blocks of a document are typed one after the other, as its reader does it. */
export class Terminal {
  output = '';
  private readonly shell: ChildProcess;
  private typed = 0;

  /** @param replaced what stands in the document, and what it is here */
  constructor(
    private readonly replaced: Record<string, string>,
    env: NodeJS.ProcessEnv,
  ) {
    // A group of its own, so that receivers that stay in the background can be ended with it.
    this.shell = spawn('bash', { cwd: ROOT, env, detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
    this.shell.stdout?.on('data', (chunk: Buffer) => {
      this.output += chunk.toString();
    });
  }

  /** Types a block, and waits until its last command is done or in the background; answers what was printed meanwhile. */
  async type(block: string): Promise<string> {
    const text = Object.entries(this.replaced).reduce(
      (edited, [before, after]) => edited.replaceAll(before, after),
      block,
    );
    const [from, mark] = [this.output.length, `typed ${++this.typed}:`];
    // The mark is put together by the shell, so that it is not taken for done when it is echoed.
    this.shell.stdin?.write(`${text}\necho "typed" ${this.typed}":$?"\n`);
    await this.prints(mark);
    const [, status] = new RegExp(`${mark}(\\d+)$`, 'm').exec(this.output) ?? [];
    expect({ block, status }).toEqual({ block, status: '0' });
    return this.output.slice(from);
  }

  /** Waits until this was printed `times` times, by whichever command; a busy machine may take its time. */
  async prints(text: string, times = 1): Promise<void> {
    await eventually(() => {
      const found = this.output.split(text).length - 1;
      if (found < times) throw new Error(`"${text}" was printed ${found} of ${times} times:\n${this.output}`);
    }, PATIENCE_MS);
  }

  async close(): Promise<void> {
    if (this.shell.exitCode !== null) return;
    const ended = once(this.shell, 'exit');
    process.kill(-(this.shell.pid as number), 'SIGKILL');
    await ended;
  }
}
