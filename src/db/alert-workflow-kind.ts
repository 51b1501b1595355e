import { type RawBuilder, sql } from 'kysely';

/** Whether the workflow of an alert (of alerts as `a`) is `watchAlert`, which delivers by children: see `deliversByChildren`. */
export const byChildren: RawBuilder<boolean> = sql<boolean>`
  coalesce(a.rule -> 'repeat' <> 'null'::jsonb or a.more_urls <> '{}', false)`;
