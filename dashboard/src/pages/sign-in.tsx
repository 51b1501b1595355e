import type { Signal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import { call } from '../api/client';
import { ApiFailure } from '../api/failure';
import type { Registered } from '../api/types';
import { signedOutBecause, signIn } from '../session';
import { settings } from '../settings';
import { Field } from '../ui/parts';
import { Secret } from '../ui/secret';
import { Brand, Ribbon, ThemeSwitch } from '../ui/shell';

/** Where everybody starts: with a key, or an e-mail address. */
export function SignIn() {
  const made = useSignal<Registered | undefined>(undefined);
  return (
    <>
      <Ribbon />
      <header class="top">
        <Brand />
        <div class="top-end">
          <a href="/docs">API documentation</a>
          <ThemeSwitch />
        </div>
      </header>
      <main id="content" class="welcome">
        <div class="pitch">
          <h1>Draw a line. Get a webhook when the price crosses it.</h1>
          <p>
            Pricehook watches {listed(settings.tickers)}, and calls your server when one goes above or below a
            price of yours. Nothing that fires is lost, and every attempt can be looked up.
          </p>
        </div>
        {made.value ? (
          <Secrets of={made.value} />
        ) : (
          <div class="doors">
            <Register made={made} />
            <WithKey />
          </div>
        )}
      </main>
    </>
  );
}

const listed = (tickers: string[]) =>
  tickers.length > 1 ? `${tickers.slice(0, -1).join(', ')} and ${tickers.at(-1)}` : (tickers[0] ?? '');

function useForm(send: () => Promise<void>) {
  const failure = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    busy.value = true;
    failure.value = undefined;
    try {
      await send();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      failure.value = error.fields[0]?.message ?? error.message;
    } finally {
      busy.value = false;
    }
  }
  return { failure, busy, submit };
}

function Register({ made }: { made: Signal<Registered | undefined> }) {
  const email = useSignal('');
  const { failure, busy, submit } = useForm(async () => {
    made.value = await call('POST /users/register', { body: { email: email.value } });
  });
  return (
    <form class="panel door" onSubmit={submit} aria-labelledby="register">
      <h2 id="register">I am new here</h2>
      <Field
        label="E-mail address"
        wrong={failure.value}
        hint="You get an API key at once; nothing is sent to it."
      >
        {(ids) => (
          <input
            {...ids}
            type="email"
            required
            autocomplete="email"
            value={email.value}
            onInput={({ currentTarget }) => {
              email.value = currentTarget.value;
            }}
          />
        )}
      </Field>
      <button type="submit" class="button primary" disabled={busy.value}>
        Register
      </button>
    </form>
  );
}

function WithKey() {
  const key = useSignal('');
  const { failure, busy, submit } = useForm(async () => {
    const given = key.value.trim();
    try {
      await call('GET /users/me', { key: given });
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 401)
        throw new ApiFailure(401, 'This key is not known. Keys begin with sk_live_.');
      throw error;
    }
    signIn(given);
  });
  return (
    <form class="panel door" onSubmit={submit} aria-labelledby="sign-in">
      <h2 id="sign-in">I have a key</h2>
      {signedOutBecause.value && (
        <p class="failure" role="alert">
          {signedOutBecause.value}
        </p>
      )}
      <Field label="API key" wrong={failure.value} hint="Kept in this tab only, until you close it.">
        {(ids) => (
          <input
            {...ids}
            type="password"
            required
            autocomplete="off"
            spellcheck={false}
            placeholder="sk_live_…"
            value={key.value}
            onInput={({ currentTarget }) => {
              key.value = currentTarget.value;
            }}
          />
        )}
      </Field>
      <button type="submit" class="button primary" disabled={busy.value}>
        Sign in
      </button>
    </form>
  );
}

function Secrets({ of }: { of: Registered }) {
  return (
    <section class="panel door once" aria-labelledby="secrets">
      <h2 id="secrets">Keep these two: they are shown only now</h2>
      <Secret label="API key" value={of.api_key} />
      <p class="hint">For this dashboard and for your programs, as the header X-API-Key.</p>
      <Secret label="Webhook secret" value={of.webhook_secret} />
      <p class="hint">
        For your server, to verify that a webhook comes from here (<a href="/docs">Standard Webhooks</a>).
      </p>
      <button type="button" class="button primary" onClick={() => signIn(of.api_key)}>
        I have kept them; go on
      </button>
    </section>
  );
}
