import type { AlertEvent } from '../api/types';
import { dayName, WEEKDAYS } from '../logic/alert-text';
import { METRICS } from '../logic/metrics';
import { CheckField, ChoiceField, type FormPart, LinesField, TextField } from './parts';
import { isChange } from './wish';

const EVENTS: Record<AlertEvent, string> = {
  recovered: 'its condition has ended',
  expired: 'it expires',
  suspended: 'its ticker has no price, and has one again',
};

/** All that an alert can say beyond a line and a URL. */
export function MoreFields(part: FormPart) {
  const { wish, set } = part;
  return (
    <div class="more-fields">
      <fieldset>
        <legend>When it fires</legend>
        <TextField
          {...part}
          name="for"
          label="Only once it has held for"
          placeholder="0s"
          hint="such as 5m or 2h"
          paths={['for']}
        />
        <CheckField label="Again and again" checked={wish.repeats} onChange={(repeats) => set({ repeats })} />
        {wish.repeats && <RepeatFields {...part} />}
      </fieldset>
      <fieldset>
        <legend>Its time</legend>
        <CheckField
          label="Only within hours of the day"
          checked={wish.hasHours}
          onChange={(hasHours) => set({ hasHours })}
        />
        {wish.hasHours && <HoursFields {...part} />}
        <TextField {...part} name="expiresAt" type="datetime-local" label="Expires" paths={['expires_at']} />
        <TextField
          {...part}
          name="snoozedUntil"
          type="datetime-local"
          label="Snoozed until"
          paths={['snoozed_until']}
        />
      </fieldset>
      <fieldset>
        <legend>What it says</legend>
        <LinesField
          {...part}
          name="note"
          rows={2}
          label="Note"
          paths={['note']}
          hint="goes with the webhook"
        />
        <LinesField
          {...part}
          name="labels"
          rows={2}
          label="Labels, a line each"
          placeholder="desk=spot"
          paths={['labels']}
        />
        <fieldset class="checks">
          <legend>Tell, too, when</legend>
          {(Object.keys(EVENTS) as AlertEvent[]).map((event) => (
            <CheckField
              key={event}
              label={EVENTS[event]}
              checked={wish.events.includes(event)}
              onChange={(isTold) =>
                set({ events: [...wish.events.filter((name) => name !== event), ...(isTold ? [event] : [])] })
              }
            />
          ))}
        </fieldset>
      </fieldset>
      <fieldset>
        <legend>Where and how it says so</legend>
        <LinesField
          {...part}
          name="moreUrls"
          rows={2}
          label="More URLs, a line each"
          placeholder="https://example.com/second"
          paths={['webhook_urls']}
        />
        <MessageFields {...part} />
        <LinesField
          {...part}
          name="headers"
          rows={2}
          label="Headers of your own, a line each"
          placeholder="Authorization: Bearer …"
          hint={
            wish.headers.includes('••••')
              ? 'Values are not shown again; to change one, give all anew'
              : undefined
          }
          paths={['headers']}
        />
      </fieldset>
    </div>
  );
}

function RepeatFields(part: FormPart) {
  const { wish, set } = part;
  return (
    <>
      <TextField
        {...part}
        name="every"
        label="At most once in"
        hint="such as 15m, 1h or 1d"
        paths={['repeat.every', 'repeat']}
      />
      <TextField
        {...part}
        name="maxFirings"
        inputMode="numeric"
        label="At most so many times"
        placeholder="no end"
        paths={['repeat.max_firings']}
      />
      <TextField
        {...part}
        name="rearm"
        inputMode="decimal"
        label={`Only once it was back by (${METRICS[wish.metric].unit})`}
        placeholder="also while it still holds"
        paths={['repeat.rearm']}
      />
      {isChange(wish.metric) && (
        <CheckField
          label="Count the change from its last firing"
          checked={wish.rebase}
          onChange={(rebase) => set({ rebase })}
        />
      )}
    </>
  );
}

const ZONES = Intl.supportedValuesOf('timeZone');

function HoursFields(part: FormPart) {
  const { wish, set, wrong } = part;
  return (
    <>
      <div class="pair">
        <TextField {...part} name="from" type="time" label="From" paths={['active_hours.from']} />
        <TextField {...part} name="to" type="time" label="To" paths={['active_hours.to']} />
      </div>
      <TextField
        {...part}
        name="timeZone"
        label="Time zone"
        list="time-zones"
        paths={['active_hours.time_zone']}
      />
      <datalist id="time-zones">
        {ZONES.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <fieldset class="days">
        <legend>On</legend>
        {WEEKDAYS.map((day) => (
          <CheckField
            key={day}
            label={dayName(day)}
            checked={wish.days.includes(day)}
            onChange={(isOn) =>
              set({ days: WEEKDAYS.filter((name) => (name === day ? isOn : wish.days.includes(name))) })
            }
          />
        ))}
        {wrong('active_hours.days') && <p class="hint wrong">{wrong('active_hours.days')}</p>}
      </fieldset>
    </>
  );
}

const FORMATS = [
  ['json', 'an event as JSON'],
  ['slack', 'a message in Slack'],
  ['discord', 'a message in Discord'],
  ['telegram', 'a message in Telegram'],
] as const;

function MessageFields(part: FormPart) {
  const { wish } = part;
  return (
    <>
      <ChoiceField {...part} name="format" label="It sends" paths={['message.format']} choices={FORMATS} />
      {wish.format === 'telegram' && (
        <TextField
          {...part}
          name="chatId"
          label="Telegram’s chat"
          placeholder="-1001234567890"
          paths={['message.chat_id']}
        />
      )}
      <LinesField
        {...part}
        name="template"
        rows={3}
        label="Template"
        placeholder={'{{ticker}} is at {{price}} {{#note}}({{note}}){{/note}}'}
        hint="Mustache; without one, the usual message. How it looks is shown once the alert is made"
        paths={['message.template', 'message']}
      />
    </>
  );
}
