import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { Icon } from './icons';

/** A secret that is shown this once, to be copied. */
export function Secret({ label, value }: { label: string; value: string }) {
  const copied = useSignal(false);
  const id = useId();
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(value);
    copied.value = true;
  }
  return (
    <div class="secret">
      <label for={id}>{label}</label>
      <div class="secret-value">
        <input
          id={id}
          readOnly
          value={value}
          spellcheck={false}
          onFocus={(event) => event.currentTarget.select()}
        />
        {/* Browsers have a clipboard only where the page came by a secure way. */}
        {isSecureContext && (
          <button type="button" class="button" onClick={copy} aria-label={`Copy ${label.toLowerCase()}`}>
            <Icon name={copied.value ? 'check' : 'copy'} /> {copied.value ? 'Copied' : 'Copy'}
          </button>
        )}
      </div>
    </div>
  );
}
