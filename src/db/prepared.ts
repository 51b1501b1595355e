import { type RawBuilder, sql } from 'kysely';
import { Client } from 'pg';

const MARK = /^\/\* prepared: ([a-z-]+) \*\//;

/**
 * Marks a statement to be parsed and planned once per connection instead of at every use. Its text must always be the same:
 * everything that varies is a parameter.
 */
export function prepared(name: string): RawBuilder<unknown> {
  return sql.raw(`/* prepared: ${name} */`);
}

/** A connection that keeps marked statements prepared under their names: Kysely hands on texts and parameters only. */
export class PreparingClient extends Client {
  override query = ((text: unknown, ...rest: unknown[]) => {
    const ask = (...query: unknown[]) => (super.query as (...query: unknown[]) => unknown).apply(this, query);
    const name = typeof text === 'string' ? MARK.exec(text)?.[1] : undefined;
    if (name === undefined) return ask(text, ...rest);
    const [values, ...callback] = rest;
    return ask({ name, text, values }, ...callback);
  }) as Client['query'];
}
