import { effect, signal } from '@preact/signals';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const NAME = 'pricehook.theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(system.matches);
system.addEventListener('change', () => {
  systemIsDark.value = system.matches;
});

const kept = localStorage.getItem(NAME);
/** What was chosen. */
export const theme = signal<Theme>(THEMES.find((name) => name === kept) ?? 'system');
/** What is shown. */
export const shownTheme = signal<'light' | 'dark'>('light');

effect(() => {
  localStorage.setItem(NAME, theme.value);
  const chosen = theme.value === 'system' ? (systemIsDark.value ? 'dark' : 'light') : theme.value;
  document.documentElement.dataset.theme = chosen;
  shownTheme.value = chosen;
});
