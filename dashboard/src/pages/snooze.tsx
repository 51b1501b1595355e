import { snoozeAlert } from '../actions';
import type { Alert } from '../api/types';
import { alertName } from '../logic/alert-text';
import { formatTime } from '../logic/format';
import { Dialog } from '../ui/dialog';
import { Action } from '../ui/parts';

const HOUR_MS = 3_600_000;
const MORNING = 8;

/** Has an alert not fire for a while. */
export function SnoozeAlert({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const inAnHour = new Date(Date.now() + HOUR_MS);
  const tomorrow = new Date();
  tomorrow.setDate(tomorrow.getDate() + 1);
  tomorrow.setHours(MORNING, 0, 0, 0);
  const snooze = (until: Date) => async () => {
    await snoozeAlert(alert, until);
    onClose();
  };
  return (
    <Dialog title={`Snooze ${alertName(alert)}`} onClose={onClose}>
      <p>It does not fire before, whatever happens; then it waits again.</p>
      <div class="buttons">
        <Action kind="primary" onAct={snooze(inAnHour)}>
          For 1 hour
        </Action>
        <Action onAct={snooze(tomorrow)}>Until tomorrow, {formatTime(tomorrow, tomorrow, false)}</Action>
        <Action onAct={onClose}>Cancel</Action>
      </div>
    </Dialog>
  );
}
