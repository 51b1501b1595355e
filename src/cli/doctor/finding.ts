import { escapeControls } from '../terminal-text';

/** What one look at one thing gave. */
export interface Finding {
  name: string;
  status: 'ok' | 'warning' | 'failed' | 'skipped';
  detail: string;
  /** What to do about it. */
  mend?: string;
}

export const ok = (name: string, detail: string): Finding => ({ name, status: 'ok', detail });
export const skipped = (name: string, detail: string): Finding => ({ name, status: 'skipped', detail });
export const warning = (name: string, detail: string, mend: string): Finding => ({
  ...{ name, status: 'warning', detail, mend },
});
export const failed = (name: string, detail: string, mend: string): Finding => ({
  ...{ name, status: 'failed', detail, mend },
});

/** What an error says in one line, whatever it is made of. */
export function said(error: unknown): string {
  const { errors, message, code, name } = error as AggregateError & NodeJS.ErrnoException;
  const inner = errors?.[0] as Error | undefined;
  return escapeControls((message || inner?.message || code || name).split('\n')[0] ?? '');
}
