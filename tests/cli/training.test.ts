// The way of a network through the command line: new, info, data, train, eval, predict, export; interrupts and resuming.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkFile, hasChecker } from '../onnx/modelFiles'
import { isOneMessage, makeFolder, parseJson, runCli, startCli, type CliResult, type RunningCli } from './runCli'

const folder = makeFolder()
const digits = ['--data', 'builtin:digits'] as const

/** Waits until stderr shows that training goes on; fails where the command ends before. */
async function waitForStart(running: RunningCli): Promise<void> {
  while (!running.stderr().includes('engine  ')) {
    if (running.child.exitCode !== null) throw new Error(`ended before it trained: ${running.stderr()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** The part of an outcome or a report that tests compare. */
interface Measured {
  readonly top1: number
  readonly loss: number
}

describe('from a network to an exported model', () => {
  let trained: CliResult
  const tested = () => (parseJson(trained) as { test: Measured }).test
  beforeAll(async () => {
    expect((await runCli(folder, 'new', 'lenet5', '-o', 'my net.netloom.json')).code).toBe(0)
    const options = ['--epochs', '2', '--out', 'a run', '--json']
    trained = await runCli(folder, 'train', 'my net.netloom.json', ...digits, ...options)
  })

  it('trains and prints one JSON object', () => {
    expect(trained.code, trained.stderr).toBe(0)
    expect(parseJson(trained)).toMatchObject({
      run: join(folder, 'a run'),
      state: 'finished',
      engine: 'ort',
      device: 'cpu',
      epochs: 2,
      train: { loss: expect.any(Number), accuracy: expect.any(Number) },
      test: {
        loss: expect.any(Number),
        top1: expect.any(Number),
        top5: expect.any(Number),
        classes: expect.any(Number),
      },
      model: join(folder, 'a run', 'model.onnx'),
    })
    expect(trained.stderr).toContain('run folder')
    expect(trained.stderr).toMatch(/^epoch 2 /m)
  })

  it('learns more than guessing, in the test split and in eval alike', async () => {
    expect(tested().top1).toBeGreaterThan(0.5)
    const result = await runCli(folder, 'eval', 'a run', ...digits, '--json')
    expect(result.code, result.stderr).toBe(0)
    const report = parseJson(result) as Measured & { images: number; confusion: number[][] }
    expect(report.top1).toBe(tested().top1)
    expect(report.loss).toBeCloseTo(tested().loss, 5)
    expect(report.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(report.images)
    expect(report).not.toHaveProperty('predictions')
  })

  it('shows the run like any network', async () => {
    expect(parseJson(await runCli(folder, 'info', 'a run', '--json'))).toMatchObject({ parameters: { total: 61706 } })
  })

  it('does not train over an older run', async () => {
    const result = await runCli(folder, 'train', 'my net.netloom.json', ...digits, '--out', 'a run')
    expect([result.code, isOneMessage(result)]).toEqual([1, true])
    expect(result.stderr).toContain('a run')
  })

  it('exports a model that other programs read, with classes and scaling', async () => {
    const result = await runCli(folder, 'export', 'a run', '--format', 'onnx', '-o', 'out.onnx', '--json')
    expect(result.code, result.stderr).toBe(0)
    const { receipt } = parseJson(result) as { receipt: { maxAbs: number; images: number } }
    expect(receipt.maxAbs).toBeLessThan(1e-4)
    expect(receipt.images).toBeGreaterThan(1)
    const info = parseJson(await runCli(folder, 'info', 'out.onnx', '--json'))
    expect(info).toMatchObject({ input: [1, 28, 28], parameters: { total: 61706 }, macs: 416520 })
    const same = parseJson(await runCli(folder, 'eval', 'out.onnx', ...digits, '--json'))
    expect(same).toMatchObject({ top1: tested().top1 })
  })

  it('exports a model that takes pixels as they are, to the same predictions', async () => {
    const piped = await runCli(folder, 'export', 'a run', '-o', '-')
    expect([piped.code, piped.stdout.codePointAt(0), piped.stderr]).toEqual([
      0,
      8,
      expect.stringMatching(/^Checked in ONNX Runtime on 8 images: /) as string,
    ])
    expect((await runCli(folder, 'export', 'a run', '--scaling-inside', '-o', 'pixels.onnx')).code).toBe(0)
    const same = parseJson(await runCli(folder, 'eval', 'pixels.onnx', ...digits, '--json'))
    expect(same).toMatchObject({ top1: tested().top1 })
  })

  it.skipIf(!hasChecker)("passes ONNX's own checker", () => {
    expect(() => checkFile(join(folder, 'out.onnx'))).not.toThrow()
  })

  it('predicts images of any kind and size, names a broken one, and ends with exit code 1 for it', async () => {
    const white = { create: { width: 50, height: 40, channels: 3, background: '#000' } } as const
    const stroke = Buffer.from('<svg width="50" height="40"><path d="M25 6V34" stroke="#fff" stroke-width="4"/></svg>')
    const image = sharp(white).composite([{ input: stroke }])
    await image.clone().png().toFile(join(folder, 'one ünï.png'))
    await image.clone().jpeg().toFile(join(folder, '-one.jpg'))
    writeFileSync(join(folder, 'broken.png'), 'no image')
    const files = ['one ünï.png', 'broken.png', '-one.jpg']
    const result = await runCli(folder, 'predict', '--json', '--', 'a run', ...files)
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('broken.png')
    const { predictions } = parseJson(result) as {
      predictions: { file: string; error?: string; probabilities?: { probability: number }[] }[]
    }
    expect(predictions.map(({ file }) => file)).toEqual(files)
    expect(predictions[1]?.error).toContain('broken.png')
    for (const { probabilities } of [predictions[0]!, predictions[2]!]) {
      const sum = probabilities?.reduce((total, { probability }) => total + probability, 0)
      expect(probabilities).toHaveLength(10)
      expect(sum).toBeCloseTo(1, 5)
    }
    const plain = await runCli(folder, 'predict', 'a run', 'one ünï.png', '--top', '2')
    expect([plain.code, plain.stderr]).toEqual([0, ''])
    expect(plain.stdout).toMatch(/^one ünï\.png: \S+ \d+\.\d\d%, \S+ \d+\.\d\d%\n$/)
    // A folder: a table, and copies by class.
    mkdirSync(join(folder, 'new/deep'), { recursive: true })
    for (const name of ['new/a.png', 'new/deep/a.png']) await image.clone().png().toFile(join(folder, name))
    const many = await runCli(folder, 'predict', 'a run', 'new', '--csv', 'new.csv', '--sort-into', 'sorted')
    expect([many.code, many.stdout]).toEqual([0, ''])
    expect(readFileSync(join(folder, 'new.csv'), 'utf8')).toMatch(
      /^file,class,confidence,error\r\nnew\/a\.png,\d,0\.\d{6},\r\n/,
    )
    expect(
      readdirSync(join(folder, 'sorted'), { recursive: true }).filter((name) => String(name).endsWith('.png')),
    ).toHaveLength(2)
    expect((await runCli(folder, 'predict', 'a run', 'new', '--csv', 'new.csv')).stderr).toContain('there already')
  })

  it('asks how pixels become inputs where a model does not say', async () => {
    const bare = join(folder, 'bare.netloom.json')
    const document = JSON.parse(readFileSync(join(folder, 'my net.netloom.json'), 'utf8')) as object
    writeFileSync(bare, JSON.stringify({ ...document, weights: 'out.onnx' }))
    const asked = await runCli(folder, 'eval', 'bare.netloom.json', ...digits)
    expect([asked.code, isOneMessage(asked)]).toEqual([1, true])
    expect(asked.stderr).toContain('--normalize')
    const told = await runCli(folder, 'eval', 'bare.netloom.json', ...digits, '--normalize', '0.5:0.25', '--json')
    expect(told.code, told.stderr).toBe(0)
  })

  it('refuses to freeze layers that are not there', async () => {
    const train = await runCli(folder, 'train', 'my net.netloom.json', ...digits, '--freeze', 'conv9*')
    expect([train.code, isOneMessage(train)]).toEqual([1, true])
    expect(train.stderr).toContain('"conv9*"')
  })

  it('takes a document’s own dataset with its options, and lets the command line change them', async () => {
    const document = JSON.parse(readFileSync(join(folder, 'my net.netloom.json'), 'utf8')) as object
    const options = { limit: 120, seed: 5, resize: 'crop' }
    const noted = { ...document, dataset: { source: 'builtin:digits', options } }
    writeFileSync(join(folder, 'noted.netloom.json'), JSON.stringify(noted))
    const train = async (run: string, ...more: string[]) => {
      const trained = await runCli(folder, 'train', 'noted.netloom.json', '--epochs', '1', '--out', run, ...more)
      expect(trained.code, trained.stderr).toBe(0)
      return JSON.parse(readFileSync(join(folder, run, 'run.json'), 'utf8')) as object
    }
    expect(await train('noted run')).toMatchObject({
      dataset: { reference: 'builtin:digits', options: { limit: 120, seed: 5 } },
      resize: 'crop',
    })
    expect(await train('changed run', '--limit', '90', '--resize', 'letterbox')).toMatchObject({
      dataset: { options: { limit: 90, seed: 5 } },
      resize: 'letterbox',
    })
  })

  it('refuses a dataset with other classes', async () => {
    expect((await runCli(folder, 'new', 'lenet5', '--classes', '7', '-o', 'seven.netloom.json')).code).toBe(0)
    const train = await runCli(folder, 'train', 'seven.netloom.json', ...digits)
    expect([train.code, isOneMessage(train)]).toEqual([1, true])
    expect(train.stderr).toMatch(/7 outputs.*10 classes/)
    expect(existsSync(join(folder, 'runs'))).toBe(false)
  })
})

describe('data', () => {
  it('describes the built-in digits', async () => {
    const result = await runCli(folder, 'data', 'builtin:digits', '--json')
    expect(result.code, result.stderr).toBe(0)
    expect(parseJson(result)).toMatchObject({ kind: 'builtin', channels: 1, unreadable: [] })
    const plain = await runCli(folder, 'data', 'builtin:digits')
    expect(plain.stdout).toContain('28x28')
  })

  it('gives the class of each file of a folder of images', async () => {
    for (const [label, colour] of [
      ['light', '#fff'],
      ['dark', '#000'],
    ] as const) {
      mkdirSync(join(folder, 'images', label), { recursive: true })
      for (let i = 0; i < 6; i++) {
        const background = { create: { width: 28, height: 28, channels: 3, background: colour } } as const
        await sharp(background)
          .png()
          .toFile(join(folder, 'images', label, `${i}.png`))
      }
    }
    const options = ['--data', 'folder:images', '--batch', '4', '--epochs', '5', '--out', 'two', '--json']
    const train = await runCli(folder, 'train', 'mlp', ...options)
    expect(train.code, train.stderr).toBe(0)
    cpSync(join(folder, 'images'), join(folder, 'others'), { recursive: true })
    const result = await runCli(folder, 'eval', 'two', '--data', 'folder:others', '--json')
    expect(result.code, result.stderr).toBe(0)
    const { predictions, top1 } = parseJson(result) as { predictions: Record<string, string>; top1: number }
    expect(Object.keys(predictions)).toHaveLength(12)
    expect(predictions['dark/0.png']).toBe('dark')
    expect(top1).toBe(1)
  })
})

describe('interrupts', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'stops after the step on %s, with exit code 130, and goes on',
    async (signal) => {
      const out = `stopped-${signal}`
      const options = ['--epochs', '40', '--batch', '16', '--limit', '2000', '--out', out, '--json']
      const running = startCli(folder, ['train', 'lenet5', ...digits, ...options])
      await waitForStart(running)
      running.child.kill(signal)
      const stopped = await running.done
      expect(stopped.code, stopped.stderr).toBe(130)
      expect(parseJson(stopped)).toMatchObject({ state: 'stopped' })
      expect(stopped.stderr).toContain(`netloom train --resume ${out}`)
      const { steps } = parseJson(stopped) as { steps: number }
      const resumed = await runCli(folder, 'train', '--resume', out, '--epochs', '2', '--json')
      expect(resumed.code, resumed.stderr).toBe(0)
      expect(parseJson(resumed)).toMatchObject({ state: 'finished', epochs: 2 })
      expect((parseJson(resumed) as { steps: number }).steps).toBeGreaterThan(steps)
    },
  )
})
