// `netloom completion` and what its scripts ask: what a shell may complete; not the words themselves.
import type { Command } from 'commander'
import { completeWords, printCompletions } from '../completion/completeWords'
import { completionScripts } from '../completion/scripts'
import type { Shell } from '../completion/shells'

/** Runs `netloom completion`: prints the script for a shell. */
export async function runCompletion(shell: Shell): Promise<void> {
  process.stdout.write(completionScripts[shell])
}

/** Runs `netloom complete -- WORDS`: prints what may stand in place of the last word. */
export async function runComplete(program: Command, words: readonly string[]): Promise<void> {
  process.stdout.write(printCompletions(completeWords(program, words)))
}
