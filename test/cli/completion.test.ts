import { execFileSync } from 'node:child_process';
import { createProgram } from '../../src/cli';
import { bashScript, fishScript, zshScript } from '../../src/cli/completion-scripts';
import { completionsOf } from '../../src/cli/completion-words';
import { runPricehook } from './run';

let script: string;
beforeAll(async () => {
  script = (await runPricehook(['completion', 'bash'])).stdout;
});

/** What a real bash offers behind these words, the last of which is being typed. */
function offered(...words: string[]): string[] {
  const typed = ['pricehook', ...words].map((word) => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _pricehook; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const stdout = execFileSync('bash', ['--norc', '-uc', `${script}\n${ask}`], {
    encoding: 'utf8',
    cwd: __dirname,
  });
  return stdout.split('\n').filter(Boolean);
}

describe('pricehook completion bash, in a bash', () => {
  it('completes commands, and commands below them', () => {
    expect(offered('del')).toEqual(['deliveries']);
    expect(offered('alerts', 'cr')).toEqual(['create']);
    expect(offered('alerts', '')).toEqual(
      expect.arrayContaining(['list', 'show', 'create', 'pause', 'resume', 'watch', 'delete']),
    );
    expect(offered('help', '')).toEqual(expect.arrayContaining(['alerts', 'doctor']));
  });

  it('completes options, and values of which there is a list', () => {
    expect(offered('rates', '--wa')).toEqual(['--watch']);
    expect(offered('alerts', 'list', '--status', '')).toEqual(['active', 'paused', 'fired', 'expired']);
    expect(offered('alerts', 'list', '--status', 'active', '--js')).toEqual(['--json']);
    expect(offered('completion', 'f')).toEqual(['fish']);
    expect(offered('archive', 'verify', 'list')).toEqual([]);
  });

  it('completes files where a value can be anything', () => {
    expect(offered('verify', '--body', 'completion.te')).toEqual(['completion.test.ts']);
  });

  it('knows every command and option that there is', () => {
    const commands = completionsOf(createProgram());
    for (const text of [bashScript(commands), zshScript(commands), fishScript(commands)]) {
      for (const { path, words, options } of commands) {
        expect(text).toContain(path);
        for (const { word } of words) expect(text).toContain(word);
        for (const { flag } of options) expect(text).toContain(flag.slice(2));
      }
    }
  });
});
