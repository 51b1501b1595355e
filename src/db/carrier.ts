import { type RawBuilder, sql } from 'kysely';

/** The id of the workflow that makes a delivery (`row` is what `deliveries` is called); no other one may begin its attempts. */
export function carrierOf(row: string): RawBuilder<string> {
  const column = (name: string) => sql.ref(`${row}.${name}`);
  return sql<string>`
    coalesce(${column('carrier')}, case
      when ${column('round')} > 0 then 'redelivery-' || ${column('id')}
      when ${column('alert_id')} is null then 'delivery-' || ${column('id')}
      else 'alert-' || ${column('alert_id')}
    end)`;
}

/** The same of `deliveries` as `d`. */
export const carrier = carrierOf('d');
