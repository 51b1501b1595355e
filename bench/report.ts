import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { markdownTable } from 'markdown-table';
import type { Figure, Scenario } from './scenario';
import { median, ratioOf } from './statistics';

export interface Report {
  at: string;
  command: string;
  rounds: number;
  shrink: number;
  machine: { cpu: string; cores: number; memoryGb: number; system: string };
  versions: Record<string, string>;
  commit: string;
  scenarios: { name: string; about: string; settings: Scenario['settings']; figures: Figure[] }[];
}

/** Everything about this run but its figures. */
export function newReport(rounds: number, shrink: number): Report {
  const root = join(__dirname, '..');
  const versionOf = (name: string): string =>
    JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
  return {
    at: new Date().toISOString(),
    command: `npm run bench -- ${process.argv.slice(2).join(' ')}`.trim(),
    rounds,
    shrink,
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / 2 ** 30),
      system: `${process.platform} ${release()}`,
    },
    versions: {
      node: process.versions.node,
      temporalSdk: versionOf('@temporalio/worker'),
      koa: versionOf('koa'),
      pg: versionOf('pg'),
      undici: versionOf('undici'),
    },
    commit: commitOf(root),
    scenarios: [],
  };
}

function commitOf(cwd: string): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd, encoding: 'utf8' }).trim();
  } catch {
    // Not a clone: a tarball knows no commit.
    return 'unknown';
  }
}

/** The figures as a Markdown table: medians, the spread over the rounds, the floor beside them. */
export function tableOf(scenarios: Report['scenarios']): string {
  const rows = scenarios.flatMap(({ name, figures }) =>
    figures.map((figure) => [
      name,
      figure.what,
      withSpread(figure.ours, figure.unit),
      figure.floor ? withSpread(figure.floor, figure.unit) : '',
      ratio(figure),
      figure.target ?? '',
      figure.met === undefined ? '' : figure.met ? 'met' : 'NOT MET',
    ]),
  );
  return markdownTable([['Scenario', 'What', 'Ours', 'Floor', 'Ratio', 'Target', ''], ...rows]);
}

function ratio(figure: Figure): string {
  const value = figure.ratio ?? (figure.floor && ratioOf(figure.ours, figure.floor));
  return value === undefined ? '' : value.toFixed(2);
}

function withSpread(values: number[], unit: string): string {
  const middle = `${round(median(values))} ${unit}`.trim();
  if (new Set(values).size === 1) return middle;
  return `${middle} (${round(Math.min(...values))} to ${round(Math.max(...values))})`;
}

/** Three digits are more than a noisy machine can vouch for. */
function round(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
