/** Drawn on 16 × 16, in the colour of the text. */
const PATHS = {
  market: 'M1.5 11.5l4-4 3 2.5 6-7M11 3h3.5v3.5M1.5 14.5h13',
  alerts:
    'M8 1.8a4 4 0 0 1 4 4c0 4 1.7 5.2 1.7 5.2H2.3S4 9.8 4 5.8a4 4 0 0 1 4-4zM6.5 13.7a1.7 1.7 0 0 0 3 0',
  bell: 'M8 1.8a4 4 0 0 1 4 4c0 4 1.7 5.2 1.7 5.2H2.3S4 9.8 4 5.8a4 4 0 0 1 4-4zM6.5 13.7a1.7 1.7 0 0 0 3 0',
  deliveries: 'M14.5 1.5L7 9M14.5 1.5l-4.7 13L7 9 1.5 6.2z',
  endpoints: 'M2 2.5h12v4H2zM2 9.5h12v4H2zM4.5 4.5h.01M4.5 11.5h.01',
  data: 'M2 13.5V8M6 13.5v-11M10 13.5V6M14 13.5v-4',
  settings: 'M2 4.5h6M12 4.5h2M2 11.5h2M8 11.5h6M10 2.5v4M6 9.5v4',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  plus: 'M8 2.5v11M2.5 8h11',
  snooze: 'M8 3.2a5.3 5.3 0 1 0 0 10.6A5.3 5.3 0 0 0 8 3.2zM8 5.8v2.9l2 1.3M1.8 4.2l2-2M14.2 4.2l-2-2',
  pause: 'M5.5 3v10M10.5 3v10',
  play: 'M4.5 2.8l8 5.2-8 5.2z',
  trash: 'M2.5 4h11M6 4V2.5h4V4M4 4l.7 9.5h6.6L12 4M6.7 6.5v4.5M9.3 6.5v4.5',
  edit: 'M10.5 2.5l3 3-8 8H2.5v-3z',
  external: 'M9 2.5h4.5V7M13.5 2.5L7 9M11.5 9.5v4h-9v-9h4',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  warning: 'M8 1.8l6.7 12H1.3zM8 6.3v3.4M8 11.8v.01',
  check: 'M2.5 8.5l3.5 3.5 7.5-8',
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  moon: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z',
  system: 'M2 3h12v8H2zM6 14h4M8 11v3',
  leave: 'M6.5 2.5h-4v11h4M10.5 5l3 3-3 3M13.5 8h-8',
  back: 'M9.5 3l-5 5 5 5',
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
