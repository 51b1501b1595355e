import { useSignal } from '@preact/signals';
import { call } from '../api/client';
import type { ApiKey, NewApiKey } from '../api/types';
import { useFeed } from '../live/feed';
import { keys } from '../live/feeds';
import { apiKey, signIn, signOut } from '../session';
import { askFirst } from '../ui/dialog';
import { Action, Fed, Panel, Time } from '../ui/parts';
import { Secret } from '../ui/secret';
import { tell } from '../ui/toasts';

/** The user's API keys: making, replacing and revoking them. */
export function Keys() {
  useFeed(keys);
  const made = useSignal<NewApiKey | undefined>(undefined);
  return (
    <Panel title="API keys">
      <Fed from={keys}>
        {(all) => (
          <ul class="rows">
            {all.map((key) => (
              <KeyRow
                key={key.id}
                of={key}
                isLast={all.length === 1}
                onMade={(answer) => (made.value = answer)}
              />
            ))}
          </ul>
        )}
      </Fed>
      {made.value && (
        <div class="once">
          <Secret label={`The key “${made.value.name}”`} value={made.value.api_key} />
          <p class="hint">Shown only now.</p>
        </div>
      )}
      <NewKey onMade={(answer) => (made.value = answer)} />
    </Panel>
  );
}

function KeyRow(props: { of: ApiKey; isLast: boolean; onMade: (made: NewApiKey) => void }) {
  const { of, isLast } = props;
  const isOwn = apiKey.value?.startsWith(of.prefix) ?? false;
  async function roll(): Promise<void> {
    const made = await call('POST /users/me/keys/{id}/roll', {
      params: { path: { id: of.id } },
      body: { overlap: '24h' },
    });
    props.onMade(made);
    // The old one ends by itself; this tab goes on with the new one.
    if (isOwn) signIn(made.api_key);
    tell(`The key “${of.name}” has a successor; the old one is good for 24 hours.`);
    await keys.refresh();
  }
  function revoke(): void {
    askFirst({
      title: isLast ? 'Revoke your last key, and leave?' : 'Revoke the key?',
      text: isLast
        ? 'With your last key you leave: all your alerts are deleted, and your e-mail address and webhook secret are forgotten.'
        : `“${of.name}” (${of.prefix}…) is refused from then on.${isOwn ? ' It is the one that you are signed in with.' : ''}`,
      yes: isLast ? 'Leave' : 'Revoke',
      act: async () => {
        await call('DELETE /users/me/keys/{id}', { params: { path: { id: of.id } } });
        if (isOwn)
          signOut(isLast ? 'You have left; everything of yours is deleted.' : 'You have revoked your key.');
        else await keys.refresh();
      },
    });
  }
  return (
    <li class="row">
      <span>
        <strong>{of.name}</strong> <code>{of.prefix}…</code> {isOwn && <span class="muted">this tab’s</span>}
        <br />
        <span class="hint">
          made <Time at={of.created_at} />,{' '}
          {of.last_used_at ? (
            <>
              used <Time at={of.last_used_at} ago />
            </>
          ) : (
            'never used'
          )}
          {of.expires_at && (
            <>
              , ends <Time at={of.expires_at} />
            </>
          )}
        </span>
      </span>
      <span class="row-end">
        {of.expires_at === null && (
          <Action label={`Roll the key ${of.name}`} onAct={roll}>
            Roll
          </Action>
        )}
        <Action kind="danger" label={`Revoke the key ${of.name}`} onAct={revoke}>
          Revoke
        </Action>
      </span>
    </li>
  );
}

function NewKey({ onMade }: { onMade: (made: NewApiKey) => void }) {
  const name = useSignal('');
  async function make(): Promise<void> {
    onMade(await call('POST /users/me/keys', { body: { name: name.value } }));
    name.value = '';
    await keys.refresh();
  }
  return (
    <div class="buttons">
      <label class="filter">
        <span>One more, named</span>
        <input
          value={name.value}
          placeholder="backup server"
          maxLength={64}
          onInput={({ currentTarget }) => {
            name.value = currentTarget.value;
          }}
        />
      </label>
      <Action disabled={name.value.trim() === ''} onAct={make}>
        Make a key
      </Action>
    </div>
  );
}
