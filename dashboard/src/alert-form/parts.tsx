import type { ComponentChildren } from 'preact';
import type { ApiFailure } from '../api/failure';
import { Field } from '../ui/parts';
import type { AlertWish } from './wish';

/** What every part of the form is given. */
export interface FormPart {
  wish: AlertWish;
  set: (change: Partial<AlertWish>) => void;
  /** What the API says is wrong with one of these fields, or with a part of it. */
  wrong: (...paths: string[]) => string | undefined;
}

/** What the last call said of fields. */
export function wrongIn(failure: ApiFailure | undefined): FormPart['wrong'] {
  return (...paths) =>
    failure?.fields.find((field) =>
      paths.some((path) => field.path === path || field.path.startsWith(`${path}.`)),
    )?.message;
}

/** The fields that have texts, or that are chosen of a list. */
type TextName = {
  [K in keyof AlertWish]: AlertWish[K] extends string ? K : never;
}[keyof AlertWish];

interface FieldProps extends FormPart {
  name: TextName;
  label: string;
  hint?: ComponentChildren;
  /** What the API calls it. */
  paths: string[];
}

export function TextField({
  type = 'text',
  ...props
}: FieldProps & {
  type?: 'text' | 'time' | 'datetime-local';
  inputMode?: 'decimal' | 'numeric';
  placeholder?: string;
  list?: string;
  required?: boolean;
}) {
  const { wish, set, wrong, name, label, hint, paths, ...rest } = props;
  return (
    <Field label={label} hint={hint} wrong={wrong(...paths)}>
      {(ids) => (
        <input
          {...ids}
          {...rest}
          type={type}
          autocomplete="off"
          value={wish[name]}
          onInput={({ currentTarget }) => set({ [name]: currentTarget.value })}
        />
      )}
    </Field>
  );
}

export function LinesField({
  rows,
  placeholder,
  ...props
}: FieldProps & { rows: number; placeholder?: string }) {
  const { wish, set, wrong, name, label, hint, paths } = props;
  return (
    <Field label={label} hint={hint} wrong={wrong(...paths)}>
      {(ids) => (
        <textarea
          {...ids}
          rows={rows}
          placeholder={placeholder}
          spellcheck={false}
          value={wish[name]}
          onInput={({ currentTarget }) => set({ [name]: currentTarget.value })}
        />
      )}
    </Field>
  );
}

export function ChoiceField({
  choices,
  ...props
}: FieldProps & { choices: readonly (readonly [string, string])[] }) {
  const { wish, set, wrong, name, label, hint, paths } = props;
  return (
    <Field label={label} hint={hint} wrong={wrong(...paths)}>
      {(ids) => (
        <select
          {...ids}
          value={wish[name]}
          onChange={({ currentTarget }) => set({ [name]: currentTarget.value })}
        >
          {choices.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function CheckField(props: { label: string; checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={props.checked}
        onChange={({ currentTarget }) => props.onChange(currentTarget.checked)}
      />
      {props.label}
    </label>
  );
}
