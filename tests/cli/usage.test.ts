// Exit codes, messages and hostile arguments of the real command line.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isOneMessage, makeFolder, parseJson, runCli, startCli } from './runCli'

const folder = makeFolder()

describe('wrong usage', () => {
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
  ])('refuses $args with exit code 2 and one message', async ({ args, says }) => {
    const result = await runCli(folder, ...args)
    expect(result.code).toBe(2)
    expect(result.stdout).toBe('')
    expect(result.stderr).toContain(says)
    expect(isOneMessage(result), result.stderr).toBe(true)
  })
})

describe('failures', () => {
  it.each([
    {
      args: ['train', 'lenet5', '--data', 'builtin:digits', '--device', 'abacus'],
      says: 'There is no device "abacus".',
    },
    { args: ['info', 'nothing-here'], says: '"nothing-here"' },
    { args: ['info', 'lenet'], says: 'Did you mean "lenet5"?' },
    { args: ['new', 'resnet20'], says: 'no architecture "resnet20"' },
    { args: ['info', '.'], says: 'run.json' },
    { args: ['info', ''], says: '""' },
    { args: ['data', 'mnist:no-such-folder'], says: 'no-such-folder' },
    { args: ['train', '--resume', 'no-such-run'], says: 'no-such-run' },
    { args: ['train', 'lenet5', '--data', 'folder:no-such-folder'], says: 'no-such-folder' },
    { args: ['eval', 'lenet5', '--data', 'builtin:digits'], says: 'no weights' },
    { args: ['export', 'lenet5', '-o', 'x.onnx'], says: 'no weights' },
    { args: ['import', 'no-such-file.onnx', '-o', 'y'], says: 'no-such-file.onnx' },
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
    for (const command of ['new', 'info', 'data', 'train', 'eval', 'predict', 'export', 'serve', 'devices', 'demo'])
      expect(help.stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'))
    const version = await runCli(folder, '--version')
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('shows the commands on stderr where none is named, with exit code 2', async () => {
    const result = await runCli(folder)
    expect(result.code).toBe(2)
    expect(result.stdout).toBe('')
    expect(result.stderr).toContain('Usage: netloom')
  })
})

describe('hostile arguments', () => {
  it.each(['with space.netloom.json', 'ünï-語.netloom.json', '-leading.netloom.json', "quo'te$(x).netloom.json"])(
    'writes and reads %s',
    async (name) => {
      const written = await runCli(folder, 'new', 'mlp', '-o', name)
      expect([written.code, written.stderr]).toEqual([0, ''])
      const read = await runCli(folder, 'info', '--json', '--', name)
      expect(read.code).toBe(0)
      expect(parseJson(read)).toMatchObject({ name: 'mlp' })
    },
  )

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
