import { join } from 'node:path';
import { runPython } from '../../support/python';

/**
 * Runs a Python script of this folder with pandas.
 * @returns what it printed
 * @throws Error where there is no Python 3 with pip, or the script fails
 */
export async function runWithPandas(script: string, args: string[]): Promise<Buffer> {
  return await runPython({ wanted: ['pandas==2.3.3'] }, [join(__dirname, script), ...args]);
}
