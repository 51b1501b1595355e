import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { Field } from './parts';

/** Where a webhook is to go: what was typed, or until then the URL that is proposed. */
export function WebhookUrlField(props: {
  label: string;
  hint: ComponentChildren;
  wrong: string | undefined;
  typed: Signal<string | undefined>;
  proposed: string;
}) {
  const { typed, proposed, ...field } = props;
  return (
    <Field {...field}>
      {(ids) => (
        <input
          {...ids}
          type="url"
          required
          placeholder="https://example.com/hooks/prices"
          value={typed.value ?? proposed}
          onInput={({ currentTarget }) => {
            typed.value = currentTarget.value;
          }}
        />
      )}
    </Field>
  );
}
