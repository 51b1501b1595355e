import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Icon } from './icons';
import { Action } from './parts';

/** A modal window; Escape closes it, and the focus goes back to where it was. */
export function Dialog(props: { title: string; onClose: () => void; children: ComponentChildren }) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => ref.current?.showModal(), []);
  return (
    <dialog ref={ref} aria-labelledby={id} onClose={props.onClose}>
      <header>
        <h2 id={id}>{props.title}</h2>
        <button type="button" class="icon-button" aria-label="Close" onClick={() => ref.current?.close()}>
          <Icon name="close" />
        </button>
      </header>
      {props.children}
    </dialog>
  );
}

interface Question {
  title: string;
  text: ComponentChildren;
  /** What the button says that does it. */
  yes: string;
  act: () => unknown;
}

interface Shown {
  title: string;
  text: ComponentChildren;
  /** Shown letter by letter. */
  content: string;
}

const question = signal<Question | Shown | undefined>(undefined);

/** Asks before something is done that can't be undone. */
export function askFirst(asked: Question): void {
  question.value = asked;
}

/** Shows what somebody may want to read twice. */
export function showText(shown: Shown): void {
  question.value = shown;
}

export function Questions() {
  const asked = question.value;
  if (asked === undefined) return null;
  const close = () => {
    question.value = undefined;
  };
  if (!('act' in asked))
    return (
      <Dialog title={asked.title} onClose={close}>
        <p>{asked.text}</p>
        <pre>{asked.content}</pre>
      </Dialog>
    );
  const { title, text, yes, act } = asked;
  async function actAndClose(): Promise<void> {
    try {
      await act();
    } finally {
      close();
    }
  }
  return (
    <Dialog title={title} onClose={close}>
      <p>{text}</p>
      <div class="buttons">
        <Action kind="danger" onAct={actAndClose}>
          {yes}
        </Action>
        <Action onAct={close}>Cancel</Action>
      </div>
    </Dialog>
  );
}
