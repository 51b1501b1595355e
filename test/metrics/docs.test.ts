import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import '../../src/metrics/database';
import '../../src/metrics/metrics';
import '../../src/metrics/pool';
import { exposeProcess, registry } from '../../src/metrics/registry';

interface Metric {
  name: string;
  help: string;
  type: string;
  labelNames: string[];
}

/** A row for each of our own metrics, by name. */
function rows(): string[] {
  exposeProcess('replay');
  const metrics = registry.getMetricsAsArray() as unknown as Metric[];
  return metrics
    .filter(({ name }) => name.startsWith('pricehook_'))
    .map(({ name, type, labelNames, help }) => {
      const labels = labelNames.map((label) => `\`${label}\``).join(', ');
      return `| \`${name}\` | ${type} | ${labels} | ${help} |`;
    })
    .sort();
}

const page = readFileSync(join(__dirname, '../../docs/metrics.md'), 'utf8');

describe('docs/metrics.md', () => {
  it('has a row for every metric, as it is registered', () => {
    const told = page.split('\n').filter((line) => line.startsWith('| `pricehook_'));
    expect(told).toEqual(rows());
  });

  it.each(rows())("keeps to Prometheus' conventions: %s", (row) => {
    const [, name = '', type] = /^\| `(\w+)` \| (\w+) /.exec(row) ?? [];
    expect(name.endsWith('_total')).toBe(type === 'counter');
    if (type === 'histogram') expect(name).toMatch(/_(seconds|bytes)$/);
    expect(name).not.toMatch(/_(ms|milliseconds|minutes|kb)(_|$)/);
  });
});
