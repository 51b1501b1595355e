import { z } from 'zod';
import { SOURCE_NAMES, type SourceName } from '../../domain/quote';

const command = z.strictObject({
  source: z.enum(SOURCE_NAMES),
  mode: z.enum(['ok', '429', 'html', 'hang', 'wrong_price']),
  /** Seconds that a 429 asks to wait; without it the 429 carries no Retry-After. */
  retry_after: z.int().min(0).max(86_400).optional(),
});

type Command = z.infer<typeof command>;
export type Mode = Pick<Command, 'mode' | 'retry_after'>;

/** How each stand-in behaves at the moment. */
export interface Control {
  modeOf(source: SourceName): Mode;
  /** Answers `/_control`: GET shows the modes, POST sets one source's. `body` is what was posted. */
  answer(method: string, body: string): { status: number; body: unknown };
}

/** The switches of the stand-ins, all `ok` at first. */
export function createControl(): Control {
  const modes = Object.fromEntries(SOURCE_NAMES.map((name) => [name, { mode: 'ok' }])) as Record<
    SourceName,
    Mode
  >;
  return {
    modeOf: (source) => modes[source],
    answer(method, body) {
      if (method === 'GET') return { status: 200, body: modes };
      if (method !== 'POST') return { status: 405, body: { error: 'Only GET and POST are answered here' } };
      const parsed = command.safeParse(parseJson(body));
      if (!parsed.success) return { status: 422, body: { error: explain(parsed.error) } };
      const { source, ...mode } = parsed.data;
      modes[source] = mode;
      return { status: 200, body: modes };
    },
  };
}

function explain(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.') || 'The body'}: ${message}`).join('; ');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
