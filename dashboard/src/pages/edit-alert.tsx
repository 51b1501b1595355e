import { useSignal } from '@preact/signals';
import { changeAlert } from '../actions';
import { ApiFailure } from '../api/failure';
import type { Alert, Condition } from '../api/types';
import { alertName } from '../logic/alert-text';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/parts';

/** Changes an alert's line and webhook. It counts like a new one afterwards. */
export function EditAlert({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const condition = useSignal<Condition>(alert.condition);
  const price = useSignal(String(alert.target_price));
  const url = useSignal(alert.webhook_url);
  const failure = useSignal<ApiFailure | undefined>(undefined);
  const wrong = (path: string) => failure.value?.fields.find((field) => field.path === path)?.message;

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    try {
      await changeAlert(alert, {
        condition: condition.value,
        target_price: price.value.replaceAll(',', ''),
        webhook_url: url.value.trim(),
      });
      onClose();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      failure.value = error;
    }
  }

  return (
    <Dialog title={`Change ${alertName(alert)}`} onClose={onClose}>
      <form class="alert-form" onSubmit={submit}>
        <Field label="When the price is" wrong={wrong('condition')}>
          {(ids) => (
            <select
              {...ids}
              value={condition.value}
              onChange={({ currentTarget }) => {
                condition.value = currentTarget.value as Condition;
              }}
            >
              <option value="gt">above</option>
              <option value="lt">below</option>
            </select>
          )}
        </Field>
        <Field label="Price in US dollars" wrong={wrong('target_price')}>
          {(ids) => (
            <input
              {...ids}
              inputMode="decimal"
              required
              value={price.value}
              onInput={({ currentTarget }) => {
                price.value = currentTarget.value;
              }}
            />
          )}
        </Field>
        <Field label="Send a webhook to" wrong={wrong('webhook_url')}>
          {(ids) => (
            <input
              {...ids}
              type="url"
              required
              value={url.value}
              onInput={({ currentTarget }) => {
                url.value = currentTarget.value;
              }}
            />
          )}
        </Field>
        {failure.value && failure.value.fields.length === 0 && (
          <p class="failure" role="alert">
            {failure.value.message}
          </p>
        )}
        <div class="buttons">
          <button type="submit" class="button primary">
            Save
          </button>
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
