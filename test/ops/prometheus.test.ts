import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuoting } from '../../src/dev/run-quoting';
import { findPromtool } from '../support/promtool';

const ROOT = join(__dirname, '../..');
const rules = readFileSync(join(ROOT, 'ops/prometheus/rules.yml'), 'utf8');
const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map((match) => match[1] as string);

describe('ops/prometheus', () => {
  let promtool: string;
  const run = (...args: string[]) => runQuoting([promtool, ...args], { cwd: join(ROOT, 'ops/prometheus') });

  beforeAll(async () => {
    promtool = await findPromtool();
  }, 300_000);

  it('is what Prometheus takes', async () => {
    await run('check', 'config', 'prometheus.yml');
  });

  it('fires where it should and nowhere else', async () => {
    await run('test', 'rules', 'rules.test.yml');
  });

  it('has a test and a section of the runbooks for every alert', () => {
    const tests = readFileSync(join(ROOT, 'ops/prometheus/rules.test.yml'), 'utf8');
    const runbooks = readFileSync(join(ROOT, 'docs/runbooks.md'), 'utf8');
    const sections = [...runbooks.matchAll(/^## (\w+)$/gm)].map((match) => match[1]);
    expect(alerts.length).toBeGreaterThan(10);
    expect(sections.toSorted()).toEqual(alerts.toSorted());
    for (const alert of alerts) {
      expect(rules).toContain(`runbook: docs/runbooks.md#${alert.toLowerCase()}\n`);
      expect(tests).toMatch(new RegExp(`alertname: ${alert}\\n\\s+exp_alerts:\\n`));
    }
  });
});
