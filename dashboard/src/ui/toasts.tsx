import { signal } from '@preact/signals';
import { plainWords } from '../api/failure';
import { Icon } from './icons';

interface Toast {
  id: number;
  kind: 'news' | 'failure';
  text: string;
  href?: string;
}

const SHOWN_MS = 9_000;
const toasts = signal<Toast[]>([]);
let lastId = 0;

function show(toast: Omit<Toast, 'id'>): void {
  lastId += 1;
  const id = lastId;
  toasts.value = [...toasts.value.slice(-3), { ...toast, id }];
  setTimeout(() => dismiss(id), SHOWN_MS);
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** Tells what has just happened, for a few seconds. */
export const tell = (text: string, href?: string) => show({ kind: 'news', text, href });
/** Tells what a call came to that failed. */
export const complain = (error: unknown) => show({ kind: 'failure', text: plainWords(error) });

/** Screen readers say what comes up here. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite" aria-label="News">
      {toasts.value.map(({ id, kind, text, href }) => (
        <div key={id} class={`toast ${kind}`}>
          <Icon name={kind === 'news' ? 'bell' : 'warning'} />
          {href ? <a href={href}>{text}</a> : <span>{text}</span>}
          <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => dismiss(id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
