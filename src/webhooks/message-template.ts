import { LRUCache } from 'lru-cache';
import Mustache from 'mustache';
import { storable } from '../db/storable';
import type { MessageForm } from '../domain/message';
import { isVariable, VARIABLES } from './message-values';

/** How long a template may be, in characters. */
export const MAX_TEMPLATE_LENGTH = 4_000;
/** How much a message's values may add to its template: with it, it stays below 64 kB. */
const MAX_RENDERED_BYTES = 50_000;

/** What a template's variables stand for. */
export type Values = (name: string) => string | boolean | undefined;

/** A template can't be rendered with these values. */
export class TemplateError extends Error {
  override name = 'TemplateError';
}

/** The library's parts of a template: their kind, what stands in them, where they begin and end, and the parts within a section. */
type Part = [kind: string, text: string, start: number, end: number, inner?: Part[]];

// Templates of all users come by here: its own cache of them only grows.
const writer = new Mustache.Writer() as Mustache.Writer & { templateCache: unknown };
writer.templateCache = undefined;

const parsed = new LRUCache<string, { parts: Part[]; whyNoJson: string | undefined }>({
  // In characters of templates.
  maxSize: 4_000_000,
  sizeCalculation: (_, template) => template.length + 1,
});

/** Looks every name up in the message, whatever section it stands in: sections only leave out, and nothing is ever repeated. */
class MessageContext extends Mustache.Context {
  constructor(private readonly values: Values) {
    super({});
  }
  override lookup(name: string) {
    return this.values(name);
  }
  override push() {
    return this;
  }
}

/**
 * Renders a template that `checkTemplate` has found in order.
 * @param inPlace writes a value as its place needs it
 * @throws TemplateError where it would get too long
 */
export function renderTemplate(template: string, values: Values, inPlace: (text: string) => string): string {
  return renderParts(read(template).parts, values, inPlace);
}

function renderParts(parts: Part[], values: Values, inPlace: (text: string) => string): string {
  let room = MAX_RENDERED_BYTES;
  const escapeInto = (value: unknown) => {
    const text = inPlace(String(value));
    room -= Buffer.byteLength(text);
    if (room < 0) throw new TemplateError(`Its values come to more than ${MAX_RENDERED_BYTES / 1_000} kB`);
    return text;
  };
  const context = new MessageContext(values);
  return writer.renderTokens(parts as unknown as string[][], context, undefined, undefined, {
    escape: escapeInto,
  });
}

/** A text as it stands in a string of JSON, without the quotes. */
export function escapeJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/**
 * Whether a template of the format `json` makes JSON: it does of an example in which every variable has a value, those of prices
 * a number. That is the template's own matter, so that a receiver gets one type of content, whatever a message says.
 */
export function isJsonTemplate(template: string): boolean {
  return read(template).whyNoJson === undefined;
}

/** What is wrong with a form's template, in a sentence; undefined where nothing is. */
export function checkTemplate({
  format,
  template,
}: Pick<MessageForm, 'format' | 'template'>): string | undefined {
  if (template === null) return undefined;
  if (template.trim() === '') return 'The template must not be empty';
  if (template.length > MAX_TEMPLATE_LENGTH)
    return `The template must have ${MAX_TEMPLATE_LENGTH} characters at most`;
  if (storable(template) !== template)
    return 'The template must not hold the character U+0000, or half of a surrogate pair';
  // The parser looks from each of them to the last one whether the tag ends there.
  if (/\s{201}/.test(template)) return 'The template must not hold more than 200 spaces in a row';
  let found: ReturnType<typeof read>;
  try {
    found = read(template);
  } catch (error) {
    return `The template can't be read: ${(error as Error).message}`;
  }
  const fault = found.parts.map((part) => faultOf(part, template)).find((one) => one !== undefined);
  if (fault !== undefined) return fault;
  // One brace is what nothing but JSON begins with: a text instead would be a surprise.
  if (format === 'json' && /^\s*\{(?!\{)/.test(template) && found.whyNoJson !== undefined)
    return `The template begins as JSON does, but does not make JSON: ${found.whyNoJson}`;
  return undefined;
}

function faultOf([kind, text, start, end, inner = []]: Part, template: string): string | undefined {
  const tag = template.slice(start, end);
  switch (kind) {
    case 'text':
    case '!':
      return undefined;
    case '&':
      return `Write {{${text}}} instead of ${tag}: all values are escaped for where they stand`;
    case '>':
      return `There are no other templates that ${tag} could take in`;
    case '=':
      return `The braces can't be changed, as ${tag} would do`;
  }
  if (!isVariable(text))
    return `There is no ${tag}: a template may name ${Object.keys(VARIABLES).join(', ')} and labels.<name>`;
  return inner.map((part) => faultOf(part, template)).find((one) => one !== undefined);
}

function read(template: string): { parts: Part[]; whyNoJson: string | undefined } {
  const known = parsed.get(template);
  if (known !== undefined) return known;
  const parts = writer.parse(template) as Part[];
  const found = { parts, whyNoJson: whyNoJson(parts) };
  parsed.set(template, found);
  return found;
}

const NUMBERS = [
  'threshold',
  'lower',
  'upper',
  'target_price',
  'value',
  'price',
  'triggered_price',
  'firing_number',
];
const FLAGS = ['late', 'simulated'];

/** Of the example: an unquoted text makes no JSON, an unquoted number does. */
const exampleOf: Values = (name) => (FLAGS.includes(name) ? true : NUMBERS.includes(name) ? '1' : 'x');

function whyNoJson(parts: Part[]): string | undefined {
  try {
    JSON.parse(renderParts(parts, exampleOf, escapeJson));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
