import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { documents, ROOT, readDocument, withoutCode } from './documents';

/** What GitHub makes of a heading. */
const anchorOf = (heading: string) =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\- _]/gu, '')
    .replaceAll(' ', '-');

function anchorsOf(path: string): string[] {
  const text = readDocument(path).replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '');
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading as string));
  return headings.map((anchor, at) => {
    const before = headings.slice(0, at).filter((other) => other === anchor).length;
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** The links of a document that lead into the project. */
function linksOf(page: string): string[] {
  const text = withoutCode(readDocument(page));
  const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map(
    ([, link, image]) => (link ?? image) as string,
  );
  return links.filter((link) => !/^[a-z]+:/.test(link));
}

describe.each(documents())('%s', (page) => {
  it('has no link that leads nowhere', () => {
    const dead = linksOf(page).filter((link) => {
      const [path, anchor] = link.split('#') as [string, string?];
      const target = path === '' ? page : normalize(join(dirname(page), path));
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
    });
    expect(dead).toEqual([]);
  });
});

describe('docs/README.md', () => {
  it('leads to every document', () => {
    const led = linksOf('docs/README.md').map((link) =>
      normalize(join('docs', link.split('#')[0] as string)),
    );
    const own = documents().filter((page) => page.startsWith('docs/') && page !== 'docs/README.md');
    expect(own.filter((page) => !led.includes(page))).toEqual([]);
  });
});
