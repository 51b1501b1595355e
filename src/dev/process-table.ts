import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Tells one process from a later one with the same id; undefined when no such process runs. */
export function startedAt(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps(pid, 'lstart=');
  const stat = procFile(pid, 'stat');
  // The second field, the program's name in brackets, may hold spaces; the start is the 22nd field, the state the 3rd.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields && fields[0] !== 'Z' ? fields[19] : undefined;
}

/** The command line of a process, its arguments separated by spaces; undefined when no such process runs. */
export function commandLine(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps(pid, 'command=');
  return procFile(pid, 'cmdline')?.replaceAll('\0', ' ').trim() || undefined;
}

/** The path or name by which a process was started, its arguments left out; undefined when no such process runs. */
export function programOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps(pid, 'comm=');
  return procFile(pid, 'cmdline')?.split('\0')[0] || undefined;
}

function procFile(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return undefined;
  }
}

function ps(pid: number, column: string): string | undefined {
  try {
    const output = execFileSync('ps', ['-p', String(pid), '-o', column], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return output.toString().trim() || undefined;
  } catch {
    return undefined;
  }
}
