// The commands that tell of the command line itself, and what its environment changes; not those that work with networks (program.ts).
import { Argument, type Command } from 'commander'
import { version } from '../../../package.json'
import { suggestName } from '../../shared/graph/suggest'
import { shells } from './completion/shells'
import { writeResult } from './output'
import { UsageError, type Outcome } from './usage'

/** What the environment changes, at the end of the help. */
export const environmentText = `
Environment:
  NETLOOM_STATE       the folder for what is remembered (devices, datasets, recovery)
  NETLOOM_THREADS     threads that compute (default: all)
  NETLOOM_DEBUG=1     where an internal error happened
  NETLOOM_NO_BUILD=1  in a checkout: start what was built last`

/** Adds the commands that tell of the program itself: its help, its version, and what shells complete. */
export function addAbout(program: Command, done: (outcome: Outcome) => Promise<void>): void {
  program
    .command('completion')
    .summary('print a script that completes command lines in a shell')
    .description('Prints the script; how to use it stands in its first lines.')
    .addArgument(new Argument('<shell>').choices(shells))
    .action(async (shell) => done((await import('./commands/completion')).runCompletion(shell)))
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words) => done((await import('./commands/completion')).runComplete(program, words)))
  program
    .command('version')
    .summary('print the version')
    .action(() => writeResult(version))
  program
    .command('help')
    .summary('show the help of a command')
    .argument('[command]')
    .action((name) => showHelp(program, name))
}

/** @throws UsageError for a command that there is not */
function showHelp(program: Command, name: string | undefined): void {
  if (name === undefined) return program.outputHelp()
  const known = program.createHelp().visibleCommands(program)
  const command = known.find((each) => each.name() === name)
  if (command) return command.outputHelp()
  const near = suggestName(
    name,
    known.map((each) => each.name()),
  )
  const hint = near === undefined ? '"netloom help" lists the commands' : `did you mean "${near}"?`
  throw new UsageError(`there is no command "${name}"; ${hint}`)
}
