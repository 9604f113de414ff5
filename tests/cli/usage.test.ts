// Exit codes, messages and hostile arguments of the real command line.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { runCommandLine } from '../../src/main/cli/commandLine'
import { isOneMessage, makeFolder, parseJson, runCli, startCli } from './runCli'

const folder = makeFolder()

/** Runs a command line in this process, which starts none: for what is refused before anything is done. */
async function runHere(...args: string[]) {
  const printed = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      printed[name] += String(text)
      return true
    }),
  )
  try {
    const code = await runCommandLine(['node', 'netloom', ...args])
    return { code, ...printed }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

describe('wrong usage', () => {
  it('ends a process with exit code 2 and one message', async () => {
    const result = await runCli(folder, 'info', 'lenet5', '--jsno')
    expect([result.code, result.stdout]).toEqual([2, ''])
    expect(isOneMessage(result), result.stderr).toBe(true)
  })

  it.each([
    { args: ['frobnicate'], says: "unknown command 'frobnicate'" },
    { args: ['info'], says: "missing required argument 'network'" },
    { args: ['info', 'a', 'b'], says: 'too many arguments' },
    { args: ['info', 'lenet5', '--jsno'], says: "unknown option '--jsno'" },
    { args: ['new'], says: 'netloom new --list' },
    { args: ['new', 'lenet5', '--input', '28x28'], says: '1x28x28' },
    { args: ['new', 'lenet5', '--classes', '1'], says: 'at least 2' },
    { args: ['train', 'lenet5'], says: '--data' },
    { args: ['train', '--data', 'builtin:digits'], says: '--resume' },
    { args: ['train', 'lenet5', '--data', 'builtin:digits', '--lr', '-1'], says: 'above 0' },
    { args: ['train', 'lenet5', '--data', 'builtin:digits', '--epochs'], says: 'argument missing' },
    { args: ['train', 'lenet5', '--data', 'builtin:digits', '--optimizer', 'lbfgs'], says: 'not in this version' },
    { args: ['train', 'lenet5', '--data', 'builtin:digits', '--engine', 'jax'], says: 'ort, tfjs' },
    { args: ['train', 'lenet5', '--data', 'builtin:digits', '--momentum', '0.5'], says: '--optimizer momentum' },
    { args: ['train', 'lenet5', '--data', 'builtin:digits', '--train-range', '9:3'], says: '0:8000' },
    { args: ['train', 'lenet5', '--resume', 'runs/x'], says: 'leave out "lenet5"' },
    { args: ['train', '--resume', 'runs/x', '--lr', '0.1'], says: 'leave out --lr' },
    { args: ['eval', 'runs/x'], says: '--data' },
    { args: ['predict', 'model.onnx'], says: "missing required argument 'image'" },
    { args: ['predict', 'model.onnx', 'a.png', '--normalize', '0.5:0'], says: 'above 0' },
    { args: ['export', 'runs/x', '--format', 'keras', '-o', 'x'], says: 'onnx, tfjs, pytorch' },
    { args: ['export', 'runs/x'], says: '--output' },
    { args: ['serve', '--port', '70000'], says: 'at most 65535' },
    { args: ['train', 'lenet5', '--data', 'builtin:digits', '--device', 'abacus'], says: 'auto, cpu, webgpu' },
    { args: ['train', 'lenet5', '--data', 'builtin:abacus'], says: 'builtin:digits' },
    { args: ['data', 'abacus:folder'], says: 'no kind "abacus"' },
    { args: ['new', 'resnet20'], says: 'no architecture "resnet20"; did you mean' },
    { args: ['experiment', 'abacus'], says: 'netloom experiment --list' },
    { args: ['help', 'trian'], says: 'did you mean "train"?' },
    { args: ['train', 'lenet5', '--data', 'builtin:digits', '--out', '-'], says: 'standard output' },
    { args: ['import', 'model.onnx', '-o', '-'], says: 'standard output' },
    { args: ['export', 'runs/x', '--format', 'tfjs', '-o', '-'], says: 'standard output' },
    { args: ['export', 'runs/x', '--json', '-o', '-'], says: 'leave out one' },
    { args: ['import', 'model.onnx', '--classes', 'imagnet'], says: 'did you mean "imagenet"?' },
  ])('refuses $args with exit code 2 and one message', async ({ args, says }) => {
    const result = await runHere(...args)
    expect(result.code).toBe(2)
    expect(result.stdout).toBe('')
    expect(result.stderr).toContain(says)
    expect(isOneMessage(result), result.stderr).toBe(true)
  })
})

describe('failures', () => {
  it.each([
    { args: ['info', 'nothing-here'], says: '"nothing-here"' },
    { args: ['info', 'lenet'], says: 'Did you mean "lenet5"?' },
    { args: ['info', '.'], says: 'run.json' },
    { args: ['info', ''], says: '""' },
    { args: ['data', 'mnist:no-such-folder'], says: 'no-such-folder' },
    { args: ['train', '--resume', 'no-such-run'], says: 'no-such-run' },
    { args: ['train', 'lenet5', '--data', 'folder:no-such-folder'], says: 'no-such-folder' },
    { args: ['eval', 'lenet5', '--data', 'builtin:digits'], says: 'no weights' },
    { args: ['export', 'lenet5', '-o', 'x.onnx'], says: 'no weights' },
    { args: ['import', 'no-such-file.onnx', '-o', 'y'], says: '"no-such-file.onnx" does not exist.' },
    { args: ['import', 'no-such-file.onnx', '--classes', 'names.txt'], says: '"names.txt" does not exist.' },
    { args: ['serve', 'no-such-folder'], says: 'no-such-folder' },
  ])('ends $args with exit code 1 and one message', async ({ args, says }) => {
    const result = await runCli(folder, ...args)
    expect(result.code).toBe(1)
    expect(result.stdout).toBe('')
    expect(result.stderr).toContain(says)
    expect(isOneMessage(result), result.stderr).toBe(true)
  })

  it.each([
    { name: 'empty.netloom.json', text: '', says: 'JSON' },
    { name: 'list.netloom.json', text: '[]', says: 'format' },
    { name: 'cut.netloom.json', text: '{"format": "netloom", ', says: 'JSON' },
    {
      name: 'future.netloom.json',
      text: '{"format":"netloom","version":99,"name":"x","nodes":[],"edges":[]}',
      says: '99',
    },
    { name: 'text.onnx', text: 'not a model', says: 'text.onnx' },
  ])('names the broken file $name', async ({ name, text, says }) => {
    writeFileSync(join(folder, name), text)
    const result = await runCli(folder, 'info', name)
    expect(result.code).toBe(1)
    expect(result.stderr).toContain(name)
    expect(result.stderr).toContain(says)
    expect(isOneMessage(result), result.stderr).toBe(true)
  })
})

describe('help', () => {
  it('shows the commands on stdout for --help, and the version', async () => {
    const help = await runCli(folder, '--help')
    expect(help.code).toBe(0)
    for (const command of [
      'new',
      'info',
      'data',
      'train',
      'eval',
      'predict',
      'activations',
      'explain',
      'export',
      'serve',
      'devices',
      'demo',
    ])
      expect(help.stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'))
    const version = await runCli(folder, '--version')
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect((await runCli(folder, 'version')).stdout).toBe(version.stdout)
    expect(help.stdout).toContain('NETLOOM_STATE')
    expect((await runCli(folder, 'help', 'train')).stdout).toMatch(/^Usage: netloom train /)
  })

  it('shows the commands on stderr where none is named, with exit code 2', async () => {
    const result = await runCli(folder)
    expect(result.code).toBe(2)
    expect(result.stdout).toBe('')
    expect(result.stderr).toContain('Usage: netloom')
  })
})

describe('hostile arguments', () => {
  it.each([
    'one.netloom',
    'with space.netloom.json',
    'ünï-語.netloom.json',
    '-leading.netloom.json',
    "quo'te$(x).netloom.json",
  ])('writes and reads %s', async (name) => {
    const written = await runCli(folder, 'new', 'mlp', '-o', name)
    expect([written.code, written.stderr]).toEqual([0, ''])
    const read = await runCli(folder, 'info', '--json', '--', name)
    expect(read.code).toBe(0)
    expect(parseJson(read)).toMatchObject({ name: 'mlp' })
  })

  it('writes a document to standard output for -o -, and no file', async () => {
    const written = await runCli(folder, 'new', 'mlp', '-o', '-')
    expect([written.code, written.stderr]).toEqual([0, ''])
    expect(parseJson(written)).toMatchObject({ name: 'mlp' })
    expect(existsSync(join(folder, '-'))).toBe(false)
  })

  it('prefers a file to an architecture of the same name', async () => {
    const inner = join(folder, 'same')
    mkdirSync(inner)
    writeFileSync(join(inner, 'lenet5'), '{}')
    const result = await runCli(inner, 'info', 'lenet5')
    expect([result.code, result.stdout]).toEqual([1, ''])
  })

  it('is quiet when its reader goes away', async () => {
    const running = startCli(folder, ['info', 'resnet110-cifar'])
    running.child.stdout?.destroy()
    const { code, stderr } = await running.done
    expect([code, stderr]).toEqual([0, ''])
  })

  it('never replaces a document without --force', async () => {
    expect((await runCli(folder, 'new', 'lenet5', '-o', 'kept.json')).code).toBe(0)
    const refused = await runCli(folder, 'new', 'mlp', '-o', 'kept.json')
    expect([refused.code, isOneMessage(refused)]).toEqual([1, true])
    expect(parseJson(await runCli(folder, 'info', '--json', 'kept.json'))).toMatchObject({ name: 'lenet5' })
    expect((await runCli(folder, 'new', 'mlp', '-o', 'kept.json', '--force')).code).toBe(0)
    expect(parseJson(await runCli(folder, 'info', '--json', 'kept.json'))).toMatchObject({ name: 'mlp' })
  })
})
