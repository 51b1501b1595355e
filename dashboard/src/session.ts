import { signal } from '@preact/signals';

const NAME = 'pricehook.key';

/** The API key that somebody signed in with. It is kept for this tab only, and goes with it. */
export const apiKey = signal<string | null>(sessionStorage.getItem(NAME));
/** Why somebody was signed out, in a sentence. */
export const signedOutBecause = signal('');

export function signIn(key: string): void {
  sessionStorage.setItem(NAME, key);
  signedOutBecause.value = '';
  apiKey.value = key;
}

export function signOut(because = ''): void {
  sessionStorage.removeItem(NAME);
  signedOutBecause.value = because;
  apiKey.value = null;
}
