import { useSignal } from '@preact/signals';
import { changeAlert } from '../actions';
import { AlertFields } from '../alert-form/fields';
import { wrongIn } from '../alert-form/parts';
import { Past } from '../alert-form/past';
import { Rest } from '../alert-form/rest';
import { bodyOf, changeOf, saysMore, wishOf } from '../alert-form/wish';
import { ApiFailure } from '../api/failure';
import type { Alert } from '../api/types';
import { alertName } from '../logic/alert-text';
import { Dialog } from '../ui/dialog';

/** Changes an alert. What waits for something else than before counts like a new one afterwards. */
export function EditAlert({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const before = useSignal(wishOf(alert)).value;
  const wish = useSignal(before);
  const open = useSignal(saysMore(before));
  const failure = useSignal<ApiFailure | undefined>(undefined);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const change = changeOf(bodyOf(before), bodyOf(wish.value));
    try {
      if (Object.keys(change).length > 0) await changeAlert(alert, change);
      onClose();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      failure.value = error;
    }
  }

  return (
    <Dialog title={`Change ${alertName(alert)}`} onClose={onClose}>
      <form class="alert-form" onSubmit={submit}>
        <AlertFields
          isMade
          wish={wish.value}
          set={(change) => {
            wish.value = { ...wish.value, ...change };
          }}
          wrong={wrongIn(failure.value)}
          open={open.value}
          onOpen={(isOpen) => {
            open.value = isOpen;
          }}
        />
        <Past wish={wish.value} />
        <Rest failure={failure.value} />
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
