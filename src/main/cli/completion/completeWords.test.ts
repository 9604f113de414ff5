// What a shell may complete, on the real commands.
import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { makeProgram } from '../program'
import { completeWords, printCompletions } from './completeWords'
import { completionScripts } from './scripts'

const program = makeProgram(async () => undefined)
const complete = (...words: string[]) => {
  const { values, takesPath } = completeWords(program, words)
  return [...values.map(({ value }) => value), ...(takesPath ? [':'] : [])]
}

describe('completion', () => {
  it('names commands, those for people only', () => {
    expect(complete('e')).toEqual(['eval', 'explain', 'export', 'experiment'])
    expect(complete('')).toContain('completion')
    expect(complete('')).not.toContain('complete')
    expect(complete('nope', '')).toEqual([])
  })

  it('names options, and the choices of one', () => {
    expect(complete('train', '--sch')).toEqual(['--schedule'])
    expect(complete('train', 'lenet5', '--device', 'c')).toEqual(['cpu', 'cuda', 'coreml'])
    expect(complete('train', '--optimizer', 'ada')).toEqual(['adam', 'adamw'])
    expect(complete('completion', 'z')).toEqual(['zsh'])
  })

  it('names architectures, datasets and paths where they are right', () => {
    expect(complete('new', 'googlenet-a')).toEqual(['googlenet-aux'])
    expect(complete('info', 'googlenet-a')).toEqual(['googlenet-aux', ':'])
    expect(complete('train', 'lenet5', '--data', 'builtin:d')).toEqual(['builtin:digits', ':'])
    expect(complete('train', '--out', '')).toEqual([':'])
    expect(complete('import', 'a.onnx', '--classes', 'cifar')).toEqual(['cifar10', 'cifar100', ':'])
    expect(complete('predict', 'model.onnx', 'a.png', 'b')).toEqual([':'])
  })

  it('leaves numbers and what is named by oneself alone', () => {
    expect(complete('train', '--epochs', '')).toEqual([])
    expect(complete('train', '--freeze', '')).toEqual([])
    expect(complete('info', 'lenet5', 'x')).toEqual([])
  })

  it('prints a line each, and a colon for paths', () => {
    expect(printCompletions(completeWords(program, ['info', 'vgg19']))).toMatch(/^vgg19\t.+\nvgg19-bn\t.+\n:\n$/)
  })
})

const hasBash = spawnSync('bash', ['--version']).status === 0

describe.skipIf(!hasBash)('the script for bash', () => {
  it('asks with the words as they are, quotes and all, and adds paths', () => {
    const script = [
      String.raw`netloom() { printf '%s\tdescription\n:\n' "$*"; }`,
      completionScripts.bash,
      'cd "$1"; COMP_WORDS=(netloom import "$2"); COMP_CWORD=2; _netloom',
      'for word in "${COMPREPLY[@]}"; do echo "$word"; done',
    ].join('\n')
    const folder = fileURLToPath(new URL('.', import.meta.url))
    const ask = (word: string) =>
      execFileSync('bash', ['-c', script, 'bash', folder, word], { encoding: 'utf8' }).trim().split('\n')
    expect(ask('complete').toSorted()).toEqual([
      'complete -- import complete',
      'completeWords.test.ts',
      'completeWords.ts',
    ])
    expect(ask("a'$(echo b)`echo c`")).toEqual(["complete -- import a'$(echo b)`echo c`"])
  })
})
