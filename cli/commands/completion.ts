import { type Command, common, operand, UsageError } from '../command.ts';
import { didYouMean } from '../did-you-mean.ts';
import { exitCodes } from '../exit-codes.ts';

const shells = ['bash', 'zsh'] as const;

/** Made from the table of commands itself, which it is part of. */
export function completionOf(commands: () => Promise<readonly Command[]>): Command {
  return {
    name: 'completion',
    operands: '<bash|zsh>',
    summary: 'print what makes a shell complete commands and options',
    options: {},
    example: 'source <(understudy completion bash)',
    async run(invocation) {
      const named = operand(invocation, 'shell');
      const shell = shells.find((known) => known === named);
      if (shell === undefined) {
        throw new UsageError(
          `there is no completion for ${named}${didYouMean(named, shells)}; there is for ${shells.join(', ')}`,
        );
      }
      const all = await commands();
      invocation.out(shell === 'bash' ? bashCompletion(all) : zshCompletion(all));
      return exitCodes.done;
    },
  };
}

/** Names of options with their dashes, those of every command last. */
const optionsOf = ({ options }: Command): readonly string[] =>
  Object.keys({ ...options, ...common }).map((name) => `--${name}`);

/** Options that a file follows. */
const fileOptions = (commands: readonly Command[]): readonly string[] => {
  const all = [common, ...commands.map(({ options }) => options)].flatMap((options) => Object.entries(options));
  return [...new Set(all.flatMap(([name, { value }]) => (value === 'FILE' ? [`--${name}`] : [])))];
};

export function bashCompletion(commands: readonly Command[]): string {
  return [
    '# bash completion of understudy; source it, or write it to a file in bash-completion’s folder',
    '_understudy() {',
    '  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')}" -- "$cur"))`,
    '    return',
    '  fi',
    '  case $prev in',
    `    ${fileOptions(commands).join('|')}) COMPREPLY=($(compgen -f -- "$cur")); return ;;`,
    '  esac',
    '  case ${COMP_WORDS[1]} in',
    ...commands.map(
      (command) => `    ${command.name}) COMPREPLY=($(compgen -W "${optionsOf(command).join(' ')}" -- "$cur")) ;;`,
    ),
    '  esac',
    '}',
    'complete -F _understudy understudy',
  ].join('\n');
}

export function zshCompletion(commands: readonly Command[]): string {
  return [
    '#compdef understudy',
    '# zsh completion of understudy; source it, or write it to a file _understudy in a folder of $fpath',
    '_understudy() {',
    '  if (( CURRENT == 2 )); then',
    '    local -a commands=(',
    ...commands.map(({ name, summary }) => `      ${quoted(`${name}:${summary}`)}`),
    '    )',
    "    _describe 'command' commands",
    '    return',
    '  fi',
    '  case $words[2] in',
    ...commands.map((command) => `    ${command.name}) _arguments ${zshArguments(command).join(' ')} ;;`),
    '  esac',
    '}',
    'compdef _understudy understudy',
  ].join('\n');
}

function zshArguments({ options }: Command): readonly string[] {
  return Object.entries({ ...common, ...options }).map(([name, { value, help }]) => {
    const what = value === undefined ? '' : `:${value}:${value === 'FILE' ? '_files' : ' '}`;
    return quoted(`--${name}[${help.replaceAll(/[[\]\\:]/g, (sign) => `\\${sign}`)}]${what}`);
  });
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
