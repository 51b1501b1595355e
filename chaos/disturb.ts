import type { Clock } from './clock';
import type { Links } from './links';
import type { Part } from './parts';
import type { Disturbance, PartName } from './plan';

const seconds = (ms: number) => (ms / 1_000).toFixed(1);

/** One line of a plan, such as `at 12.3 s  kill -9 PostgreSQL, down for 2.1 s`. */
export function describeDisturbance(disturbance: Disturbance): string {
  const { kind, atMs, forMs } = disturbance;
  const when = `at ${seconds(atMs).padStart(4)} s  `;
  switch (kind) {
    case 'kill':
      return `${when}kill -9 ${disturbance.part}, down for ${seconds(forMs)} s`;
    case 'slow':
      return `${when}${disturbance.link} slow by ${Math.round(disturbance.latencyMs)} ms for ${seconds(forMs)} s`;
    default:
      return `${when}${disturbance.link} ${kind} for ${seconds(forMs)} s`;
  }
}

/** Carries out the disturbances of a plan, each at its time; returns when the last is over and everything runs. */
export async function disturb(
  disturbances: Disturbance[],
  { clock, parts, links }: { clock: Clock; parts: Record<PartName, Part>; links: Links },
  say: (line: string) => void,
): Promise<void> {
  await Promise.all(
    disturbances.map(async (disturbance) => {
      await clock.until(disturbance.atMs);
      say(describeDisturbance(disturbance));
      if (disturbance.kind === 'kill') return await parts[disturbance.part].kill(disturbance.forMs);
      return await links.disturb(disturbance.link, disturbance, disturbance.forMs);
    }),
  );
  await Promise.all(Object.values(parts).map((part) => part.running()));
}
