// Whether an installed Netloom can do its work: devices, images of a folder, a training and an export, by the calls that screens use; not windows.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../../shared/contract/contract'
import { serializeDocument } from '../../shared/graph/schema'
import { lenet5 } from '../../shared/lectures/architectures/lenet5'

/** What became of one step. */
export interface SelfTestResult {
  readonly step: string
  readonly isOk: boolean
  /** What was seen, or why it failed. */
  readonly detail: string
  readonly milliseconds: number
}

type Client = ContractRouterClient<Contract>

/** A step: gives what it saw, or throws. */
export interface SelfTestStep {
  readonly name: string
  readonly run: () => Promise<string>
}

/** Images of 8x8 pixels, all of one colour, as PNG. */
const images = {
  red: 'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mP4z8CAFTEMLQkAKP8/wc53yE8AAAAASUVORK5CYII=',
  blue: 'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEElEQVR42mNgYPiPAw0pCQCpcD/B/MtF/AAAAABJRU5ErkJggg==',
} as const
const imagesPerClass = 4

/** What the exported file may differ by from what was trained. */
const tolerance = 1e-3
/** After one epoch; chance is 0.1. */
const leastAccuracy = 0.3

const failUnless = (condition: boolean, message: string): void => {
  if (!condition) throw new Error(message)
}

async function tryDevices(client: Client): Promise<string> {
  const devices = await client.devices.list({ again: true })
  const cpu = devices.find(({ engine, device }) => engine === 'ort' && device === 'cpu')
  failUnless(cpu?.state === 'works', `ONNX Runtime does not work on the CPU: ${cpu?.detail ?? 'it is not listed'}`)
  const works = devices.filter(({ state }) => state === 'works')
  return works.map(({ engine, device, name }) => `${engine} on ${device} (${name})`).join(', ')
}

async function decodeImages(client: Client, folder: string): Promise<string> {
  const reference = join(folder, 'images')
  for (const [name, bytes] of Object.entries(images)) {
    await mkdir(join(reference, name), { recursive: true })
    for (let index = 0; index < imagesPerClass; index += 1)
      await writeFile(join(reference, name, `${index}.png`), Buffer.from(bytes, 'base64'))
  }
  for await (const event of await client.datasets.describe({ reference })) {
    if (event.kind !== 'description' || event.quick) continue
    const { classes, unreadable, splits } = event.description
    failUnless(classes.join() === 'blue,red', `The folders blue and red were read as the classes ${classes.join()}.`)
    failUnless(unreadable.length === 0, `${unreadable[0]?.file ?? ''} is unreadable: ${unreadable[0]?.reason ?? ''}`)
    const found = Object.values(splits).reduce((sum, { count }) => sum + count, 0)
    failUnless(found === 2 * imagesPerClass, `${2 * imagesPerClass} images were read as ${found}.`)
  }
  const { images: shown } = await client.datasets.images({ reference, split: 'train', from: 0, count: 1, size: 16 })
  const png = Buffer.from(shown[0]?.png ?? '', 'base64')
  failUnless(png.subarray(1, 4).toString('latin1') === 'PNG', 'The first image could not be decoded.')
  return `${2 * imagesPerClass} images of 2 classes`
}

/** @returns what was seen, and the run folder */
async function trainDigits(client: Client, folder: string): Promise<{ readonly seen: string; readonly run: string }> {
  const { run } = await client.training.start({
    document: serializeDocument(lenet5.build()),
    recipe: { epochs: 1, batchSize: 20, learningRate: 2e-3 },
    dataset: { reference: 'builtin:digits' },
    device: 'cpu',
    parent: join(folder, 'runs'),
  })
  let seen = ''
  for await (const { event } of await client.training.events({ run })) {
    if (event.kind === 'failed') throw new Error(event.error.message)
    if (event.kind !== 'epochEnded') continue
    const { loss, accuracy } = event.train
    failUnless(Number.isFinite(loss), `The loss is ${loss}.`)
    failUnless(accuracy > leastAccuracy, `After an epoch ${accuracy} of the digits are right, and chance is 0.1.`)
    seen = `loss ${loss.toFixed(3)}, ${(100 * accuracy).toFixed(1)}% right`
  }
  failUnless(seen !== '', 'The training ended without an epoch.')
  return { seen, run }
}

async function exportRun(client: Client, folder: string, model: string): Promise<string> {
  const { path, sizeBytes, maxAbs } = await client.models.exportOnnx({ model, path: join(folder, 'digits.onnx') })
  failUnless(maxAbs <= tolerance, `The exported file differs by ${maxAbs} from the engine; ${tolerance} is allowed.`)
  const { length } = await readFile(path)
  failUnless(length === sizeBytes, `The exported file has ${length} bytes in place of ${sizeBytes}.`)
  return `${sizeBytes} bytes, largest difference ${maxAbs.toExponential(1)}`
}

/**
 * What the core has to be able to do.
 * @param folder of this test alone; whoever made it removes it
 */
export function coreSteps(client: Client, folder: string): readonly SelfTestStep[] {
  let trained = ''
  return [
    { name: 'devices', run: () => tryDevices(client) },
    { name: 'images', run: () => decodeImages(client, folder) },
    {
      name: 'training',
      async run() {
        const { seen, run } = await trainDigits(client, folder)
        trained = run
        return seen
      },
    },
    { name: 'export', run: () => exportRun(client, folder, trained) },
  ]
}

/** Runs steps one after the other, up to the first that fails or takes too long. */
export async function runSteps(
  steps: readonly SelfTestStep[],
  report: (result: SelfTestResult) => void,
  limitMs = 300_000,
): Promise<boolean> {
  for (const { name, run } of steps) {
    const startedMs = performance.now()
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`It did not end within ${limitMs / 1000} s.`)), limitMs)
    })
    const outcome = await Promise.race([run(), late]).then(
      (detail) => ({ isOk: true, detail }),
      (error: unknown) => ({ isOk: false, detail: error instanceof Error ? error.message : String(error) }),
    )
    clearTimeout(timer)
    report({ step: name, ...outcome, milliseconds: Math.round(performance.now() - startedMs) })
    if (!outcome.isOk) return false
  }
  return true
}

/** A result in one line. */
export function printResult({ step, isOk, detail, milliseconds }: SelfTestResult): string {
  return `self-test ${step}: ${isOk ? 'ok' : 'FAILED'} in ${milliseconds} ms: ${detail}`
}
