/** One command of a line: its program and arguments, without quotes; assignments before it and redirections are left out. */
export type Words = string[];

const SEPARATOR = /^(?:&&|\|\||;|\||&|<?\(|\)|\n)/;
const REDIRECTION = /^\d*(?:>>?|<)(?:&\d|\s*[^\s&;|()<>]+)/;

/**
 * The commands of a block, as far as documents need it: quotes, comments, lines that go on behind a backslash, `$(…)`, and whatever stands
 * between two commands.
 */
export function commandsOf(block: string): Words[] {
  const text = block.replaceAll(/\\\n\s*/g, ' ').replaceAll(/(^|\s)#.*$/gm, '$1');
  const commands: Words[] = [[]];
  const inner: string[] = [];
  let rest = text;
  let word: string | undefined;
  const end = () => {
    if (word !== undefined) commands.at(-1)?.push(word);
    word = undefined;
  };
  while (rest !== '') {
    const separator = SEPARATOR.exec(rest)?.[0];
    const substituted = /^\$\(((?:[^()']|'[^']*'|\([^()]*\))*)\)/.exec(rest);
    const quoted = /^'([^']*)'|^"((?:[^"\\]|\\.)*)"/.exec(rest);
    const redirection = word === undefined && !/^<[^<>\n]+>/.test(rest) ? REDIRECTION.exec(rest) : null;
    let taken = 1;
    if (redirection) taken = redirection[0].length;
    else if (substituted) {
      inner.push(substituted[1] as string);
      word = `${word ?? ''}$(…)`;
      taken = substituted[0].length;
    } else if (quoted) {
      word = (word ?? '') + (quoted[1] ?? quoted[2] ?? '');
      taken = quoted[0].length;
    } else if (separator !== undefined) {
      end();
      commands.push([]);
      taken = separator.length;
    } else if (/^\s/.test(rest)) end();
    else word = (word ?? '') + rest[0];
    rest = rest.slice(taken);
  }
  end();
  const own = commands.map((words) => {
    const first = words.findIndex((candidate) => !/^\w+=/.test(candidate));
    return first === -1 ? [] : words.slice(first);
  });
  return [...own.filter((words) => words.length > 0), ...inner.flatMap(commandsOf)];
}
