import { Argument, type Command } from 'commander';
import { bashScript, fishScript, zshScript } from './completion-scripts';
import { completionsOf } from './completion-words';
import { withExamples } from './examples';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** Adds `pricehook completion`, which prints what a shell completes commands and options by, made of the commands themselves. */
export function registerCompletion(program: Command): void {
  const command = program
    .command('completion')
    .description('print a script that has your shell complete commands, options and values')
    .addArgument(new Argument('<shell>', 'your shell').choices(Object.keys(SCRIPTS)))
    .action((shell: keyof typeof SCRIPTS) => {
      process.stdout.write(SCRIPTS[shell](completionsOf(program)));
    });
  withExamples(command, [
    'source <(pricehook completion bash)',
    'source <(pricehook completion zsh)',
    'pricehook completion fish > ~/.config/fish/completions/pricehook.fish',
  ]);
}
