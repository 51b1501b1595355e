import type { CompletedCommand, CompletedOption } from './completion-words';

/* Nothing of these scripts runs pricehook: completing costs no start of Node. */

/** For `source` in bash 3.2 or newer. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  return `# Completion of pricehook for bash: source <(pricehook completion bash)
_pricehook() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="" path="" word next index words="" values=""
  COMPREPLY=()
  [ "$COMP_CWORD" -gt 0 ] && previous="\${COMP_WORDS[COMP_CWORD-1]}"
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    next="\${path:+$path }$word"
    case "$next" in
      ${commands.flatMap(({ path }) => (path ? [`'${path}'`] : [])).join(' | ')}) path="$next" ;;
    esac
  done
  case "$path $previous" in
${valueCases(commands, ({ values }) => `values='${values.join(' ')}'`, ':files')}
  esac
  if [ "$values" = ':files' ]; then
    COMPREPLY=($(compgen -f -- "$current"))
    return
  fi
  if [ -n "$values" ]; then
    COMPREPLY=($(compgen -W "$values" -- "$current"))
    return
  fi
  case "$path" in
${commands.map(({ path, ...rest }) => `    '${path}') words='${wordsOf(rest).join(' ')}' ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _pricehook pricehook
`;
}

/** For zsh, which completes by its own means where compinit has run. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  const described = ({ words, options }: CompletedCommand) =>
    [
      ...words.map(({ word, description }) => quoted(`${word}:${description}`)),
      ...options.map(({ flag, description }) => quoted(`${flag}:${description}`)),
    ].join(' ');
  return `#compdef pricehook
# Completion of pricehook for zsh: source <(pricehook completion zsh), after compinit
_pricehook() {
  local path_of='' word next previous="\${words[CURRENT-1]}" values=''
  local -a candidates
  for word in "\${(@)words[2,CURRENT-1]}"; do
    next="\${path_of:+$path_of }$word"
    case "$next" in
      ${commands.flatMap(({ path }) => (path ? [`'${path}'`] : [])).join('|')}) path_of="$next" ;;
    esac
  done
  case "$path_of $previous" in
${valueCases(commands, ({ values }) => `values='${values.join(' ')}'`, ':files')}
  esac
  if [[ "$values" == ':files' ]]; then
    _files
    return
  fi
  if [[ -n "$values" ]]; then
    candidates=(\${=values})
    _describe 'value' candidates
    return
  fi
  case "$path_of" in
${commands.map((command) => `    '${command.path}') candidates=(${described(command)}) ;;`).join('\n')}
  esac
  _describe 'pricehook' candidates || _files
}
compdef _pricehook pricehook
`;
}

/** For a file in fish's folder of completions. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ path, words, options }) => {
    const condition = `-n ${quoted(`__pricehook_is "${path}"`)}`;
    return [
      ...words.map(
        ({ word, description }) =>
          `complete -c pricehook -f ${condition} -a ${word} -d ${quoted(description)}`,
      ),
      ...options.map(({ flag, description, takesValue, values }) => {
        const value = values.length > 0 ? ` -x -a ${quoted(values.join(' '))}` : takesValue ? ' -r' : '';
        return `complete -c pricehook ${condition} -l ${flag.slice(2)}${value} -d ${quoted(description)}`;
      }),
    ];
  });
  return `# Completion of pricehook for fish: pricehook completion fish > ~/.config/fish/completions/pricehook.fish
function __pricehook_is
  set -l path ''
  for word in (commandline -opc)[2..]
    set -l next (string trim -- "$path $word")
    contains -- $next ${commands.flatMap(({ path }) => (path ? [quoted(path)] : [])).join(' ')}; and set path $next
  end
  test "$path" = "$argv[1]"
end
${lines.join('\n')}
`;
}

/** A line of a shell's case for each option that takes a value, by the command's path and the option. */
function valueCases(
  commands: readonly CompletedCommand[],
  line: (option: CompletedOption) => string,
  anything: string,
): string {
  return commands
    .flatMap(({ path, options }) =>
      options
        .filter(({ takesValue }) => takesValue)
        .map((option) => {
          const set = option.values.length > 0 ? line(option) : `values='${anything}'`;
          return `    '${path} ${option.flag}') ${set} ;;`;
        }),
    )
    .join('\n');
}

const wordsOf = ({ words, options }: Pick<CompletedCommand, 'words' | 'options'>) => [
  ...words.map(({ word }) => word),
  ...options.map(({ flag }) => flag),
];

/** In single quotes, which bash, zsh and fish read alike as long as none is inside. */
const quoted = (text: string) => `'${text.replaceAll("'", '’')}'`;
