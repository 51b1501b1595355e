import pc from 'picocolors';

export interface Progress {
  /** Shows a step while it runs, and how long it took; `title` says what came of it, `name` by default. */
  step<T>(name: string, work: () => Promise<T>, title?: (result: T) => string): Promise<T>;
  /** One line of its own. */
  line(text: string): void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;
const CLEAR_LINE = '\r\x1b[K';

/** What a start or a stop says of its steps: on a terminal the running ones turn into ticked ones. */
export function createProgress(out: NodeJS.WriteStream = process.stdout): Progress {
  const running = new Set<string>();
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;

  const draw = () => {
    if (!out.isTTY) return;
    frame = (frame + 1) % FRAMES.length;
    out.write(`${CLEAR_LINE}${running.size ? `${pc.cyan(FRAMES[frame])} ${[...running].join(', ')}` : ''}`);
  };
  const line = (text: string) => {
    out.write(`${out.isTTY ? CLEAR_LINE : ''}${text}\n`);
    if (running.size) draw();
  };
  const begin = (name: string) => {
    running.add(name);
    if (out.isTTY) timer ??= setInterval(draw, FRAME_MS).unref();
    draw();
  };
  const end = (name: string) => {
    running.delete(name);
    if (running.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    draw();
  };

  return {
    line,
    async step(name, work, title = () => name) {
      const start = performance.now();
      begin(name);
      try {
        const result = await work();
        end(name);
        const seconds = ((performance.now() - start) / 1000).toFixed(1);
        line(`${pc.green('✓')} ${title(result)} ${pc.dim(`(${seconds} s)`)}`);
        return result;
      } catch (error) {
        end(name);
        line(`${pc.red('✗')} ${name}`);
        throw error;
      }
    },
  };
}
