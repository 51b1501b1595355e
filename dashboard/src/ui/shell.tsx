import type { ComponentChildren } from 'preact';
import { useFeed } from '../live/feed';
import { alarms, alerts, health, me } from '../live/feeds';
import { rates } from '../live/prices';
import { linkTo, type Page, route } from '../route';
import { signOut } from '../session';
import { settings } from '../settings';
import { THEMES, theme } from '../theme';
import { Icon, type IconName } from './icons';

const NAMES: Record<Page, string> = {
  market: 'Market',
  alerts: 'Alerts',
  deliveries: 'Deliveries',
  endpoints: 'Endpoints',
  data: 'Data',
  settings: 'Settings',
};

/** What is around every page of whoever is signed in. */
export function Shell({ children }: { children: ComponentChildren }) {
  for (const each of [alerts, rates, alarms, me] as const) useFeed<unknown>(each);
  const open = alarms.data.value?.filter(({ closed_at }) => closed_at === null).length ?? 0;
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        Skip to the content
      </button>
      <Ribbon />
      <header class="top">
        <Brand />
        <nav aria-label="Pages">
          {(Object.keys(NAMES) as Page[]).map((page) => (
            <a key={page} href={linkTo(page)} aria-current={route.value.page === page ? 'page' : undefined}>
              <Icon name={page} />
              <span>{NAMES[page]}</span>
              {page === 'data' && open > 0 && (
                <span class="count">
                  {open}
                  <span class="unseen"> open alarms</span>
                </span>
              )}
            </a>
          ))}
        </nav>
        <div class="top-end">
          <HealthDot />
          <ThemeSwitch />
          <button
            type="button"
            class="icon-button"
            aria-label="Sign out"
            title="Sign out"
            onClick={() => signOut()}
          >
            <Icon name="leave" />
          </button>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <h1 class={route.value.page === 'market' ? 'unseen' : ''}>{NAMES[route.value.page]}</h1>
        {children}
      </main>
    </>
  );
}

export function Brand() {
  return (
    <a class="brand" href="#/market">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="7" />
        <path d="M5 20l6-6 5 4 6-9" />
        <path class="thin" d="M5 25h22" />
      </svg>
      <span>Pricehook</span>
    </a>
  );
}

/** It must be impossible to take recorded prices for real ones, or a service that is down for one that works. */
export function Ribbon() {
  useFeed(health);
  const failure = health.failure.value;
  const checks = health.data.value?.checks;
  const down = Object.entries(checks ?? {}).flatMap(([name, state]) =>
    state === 'down' ? [DOWN[name] ?? name] : [],
  );
  return (
    <>
      {settings.market === 'replay' && (
        <p class="ribbon replay">
          <strong>Replay market.</strong> Recorded prices, not real ones; webhooks say <code>simulated</code>.
        </p>
      )}
      {failure ? (
        <p class="ribbon down" role="alert">
          {failure.message} It is tried again by itself.
        </p>
      ) : (
        down.length > 0 && (
          <p class="ribbon down" role="alert">
            {down.join(' ')}
          </p>
        )
      )}
    </>
  );
}

const DOWN: Record<string, string> = {
  database: 'The database is not reachable: nothing can be read or changed.',
  temporal: 'Temporal is not reachable: alerts are kept, and webhooks are sent once it is back.',
  worker: 'No worker runs: prices stand still, and webhooks are sent once one is back.',
  quotes: 'No fresh price is known: no alert can fire until there is one.',
};

function HealthDot() {
  const state = health.failure.value ? 'down' : health.data.value?.status;
  const text = state === 'ok' ? 'All is well' : state === undefined ? 'Asking …' : 'Something is down';
  return (
    <span class={`health ${state ?? ''}`} title={`${text}. Pricehook ${health.data.value?.version ?? ''}`}>
      <span class="unseen">{text}</span>
    </span>
  );
}

export function ThemeSwitch() {
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] as (typeof THEMES)[number];
  const icons: Record<typeof next, IconName> = { system: 'system', light: 'sun', dark: 'moon' };
  const label = `Colours: ${theme.value}. Change to ${next}`;
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      onClick={() => {
        theme.value = next;
      }}
    >
      <Icon name={icons[theme.value]} />
    </button>
  );
}
