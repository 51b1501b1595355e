import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { ApiFailure } from '../api/failure';
import type { Feed } from '../live/feed';
import { now } from '../live/prices';
import { formatPercent, formatSpan, formatTime } from '../logic/format';
import { Icon, type IconName } from './icons';
import { complain } from './toasts';

/** A part of a page, named by its heading. */
export function Panel(props: {
  title: ComponentChildren;
  aside?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class={`panel ${props.class ?? ''}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{props.title}</h2>
        {props.aside}
      </header>
      {props.children}
    </section>
  );
}

/** What stands where there is nothing, and what to do about it. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <strong>{title}</strong>
      {children && <p>{children}</p>}
    </div>
  );
}

export function Failure({ failure }: { failure: ApiFailure }) {
  return (
    <p class="failure" role="alert">
      <Icon name="warning" /> {failure.message}
    </p>
  );
}

/** What a feed has: its last answer, with what went wrong since; or that it is still coming. */
export function Fed<T>({ from, children }: { from: Feed<T>; children: (data: T) => ComponentChildren }) {
  const data = from.data.value;
  const failure = from.failure.value;
  return (
    <>
      {failure && failure.status !== 0 && <Failure failure={failure} />}
      {data !== undefined ? children(data) : !failure && <p class="loading">Loading …</p>}
    </>
  );
}

export type Tone = 'good' | 'bad' | 'wait' | 'calm' | 'info';

/** A word on what state something is in; never told by colour alone. */
export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

/** A time of this place, with the exact one at hand. */
export function Time({
  at,
  ago = false,
  seconds = true,
}: {
  at: string | number;
  ago?: boolean;
  seconds?: boolean;
}) {
  const time = new Date(at);
  const text = ago ? since(time) : formatTime(time, new Date(now.value), seconds);
  return (
    <time dateTime={time.toISOString()} title={time.toISOString()}>
      {text}
    </time>
  );
}

function since(time: Date): string {
  const ms = now.value - time.getTime();
  if (ms >= 0) return ms < 1_500 ? 'just now' : `${formatSpan(ms)} ago`;
  return `in\u00a0${formatSpan(Math.max(1_000, -ms))}`;
}

/** A change in per cent, its direction told by its sign and its colour. */
export function Change({ percent, title }: { percent: number; title?: string }) {
  const text = formatPercent(percent);
  const tone = text.startsWith('+') ? 'up' : text.startsWith('−') ? 'down' : '';
  return (
    <span class={`number ${tone}`} title={title}>
      {text}
    </span>
  );
}

export interface ActionProps {
  icon?: IconName;
  /** What a screen reader says, where the text alone is not enough. */
  label?: string;
  kind?: 'primary' | 'danger' | 'plain';
  disabled?: boolean;
  /** What goes wrong in it is told. */
  onAct: () => unknown;
  children?: ComponentChildren;
}

/** A button that is busy until what it does is done. */
export function Action({ icon, label, kind = 'plain', disabled, onAct, children }: ActionProps) {
  const busy = useSignal(false);
  async function act(): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    try {
      await onAct();
    } catch (error) {
      complain(error);
    } finally {
      busy.value = false;
    }
  }
  return (
    <button
      type="button"
      class={`button ${kind} ${children ? '' : 'bare'}`}
      aria-label={label}
      title={children ? undefined : label}
      // Not disabled while it is busy: the focus would be lost.
      aria-busy={busy.value}
      disabled={disabled}
      onClick={act}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A field of a form with its name, a hint, and what is wrong with it. */
export function Field(props: {
  label: string;
  hint?: ComponentChildren;
  wrong?: string;
  children: (ids: { id: string; 'aria-describedby': string; 'aria-invalid': boolean }) => ComponentChildren;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.children({ id, 'aria-describedby': `${id}-hint`, 'aria-invalid': props.wrong !== undefined })}
      <div id={`${id}-hint`} class={props.wrong ? 'hint wrong' : 'hint'}>
        {props.wrong ?? props.hint}
      </div>
    </div>
  );
}

/** A link to the workflow that carries something, in Temporal's Web UI. */
export function WorkflowLink({ url, children }: { url: string | null; children: ComponentChildren }) {
  if (url === null) return null;
  return (
    <a class="external" href={url} target="_blank" rel="noreferrer">
      {children} <Icon name="external" />
    </a>
  );
}
