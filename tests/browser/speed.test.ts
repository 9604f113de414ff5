// How fast the app is on this machine: printed, and held only to limits that show a defect rather than a slow machine.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { DocumentBuilder } from '../../src/shared/graph/documentBuilder'
import { serializeDocument } from '../../src/shared/graph/schema'
import { useBrowser } from './browserFixture'
import { browserPath, skipReason } from './findBrowser'

const renderer = fileURLToPath(new URL('../../out/renderer', import.meta.url))

/** Input, then convolutions and activations in turn. */
function longNetwork(count: number): string {
  const builder = new DocumentBuilder(`chain ${count}`)
  let last = builder.add('input', 'input', { shape: [3, 32, 32] })
  for (let index = 1; index < count; index++) {
    const isConvolution = index % 2 === 1
    last = isConvolution
      ? builder.add(`conv${index}`, 'conv2d', { filters: 16, kernel: [3, 3], padding: 'same' }, last)
      : builder.add(`relu${index}`, 'relu', {}, last)
  }
  return serializeDocument(builder.build())
}

/** Milliseconds between animation frames while the canvas is dragged, in rising order. */
async function panFrames(page: Page): Promise<number[]> {
  const canvas = page.getByRole('application', { name: 'Network' }).first()
  const box = await canvas.boundingBox()
  if (!box) throw new Error('the canvas is not shown')
  const [x, y] = [box.x + box.width - 120, box.y + 60]
  const frames = page.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        const times: number[] = []
        const began = performance.now()
        let before = began
        const tick = (now: number): void => {
          times.push(now - before)
          before = now
          if (now - began < 2000) requestAnimationFrame(tick)
          else resolve(times.slice(2))
        }
        requestAnimationFrame(tick)
      }),
  )
  await page.mouse.move(x, y)
  await page.mouse.down({ button: 'middle' })
  for (let step = 0; step < 60; step++) await page.mouse.move(x - 4 * (step % 30), y + 4 * (step % 30))
  await page.mouse.up({ button: 'middle' })
  return (await frames).toSorted((a, b) => a - b)
}

/** Bytes of the scripts that the page asks for before anything is opened, compressed. */
async function initialScripts(): Promise<number> {
  const html = await readFile(join(renderer, 'index.html'), 'utf8')
  const assets = await readdir(join(renderer, 'assets'))
  const named = assets.filter((name) => name.endsWith('.js') && html.includes(name))
  const sizes = await Promise.all(named.map(async (name) => gzipSync(await readFile(join(renderer, 'assets', name)))))
  return sizes.reduce((sum, { length }) => sum + length, 0)
}

function print(what: string, value: string): void {
  process.stdout.write(`measured: ${what}: ${value}\n`)
}

describe.skipIf(browserPath === undefined)(`speed${skipReason}`, () => {
  const fixture = useBrowser()

  it('starts with little JavaScript and soon', async () => {
    const { server, open } = fixture()
    const beganMs = performance.now()
    const page = await open()
    await page.getByRole('button', { name: /^LeNet-5/ }).waitFor()
    const pageMs = performance.now() - beganMs
    const bytes = await initialScripts()
    print('netloom serve to its address', `${Math.round(server().startedMs)} ms`)
    print('address to interactive start page', `${Math.round(pageMs)} ms`)
    print('initial JavaScript, gzipped', `${Math.round(bytes / 1000)} kB`)
    expect(bytes).toBeGreaterThan(0)
    expect(bytes).toBeLessThan(600_000)
  })

  it.each([100, 1000])('opens and pans a network of %i layers', async (count) => {
    const { root, open } = fixture()
    const name = `chain${count}`
    await writeFile(join(root, `${name}.netloom.json`), longNetwork(count))
    const page = await open()
    await page.getByRole('button', { name: /^Open\.\.\./ }).click()
    const dialog = page.getByRole('dialog', { name: 'Open a network' })
    const file = dialog.getByRole('button', { name: new RegExp(name) })
    await file.click()
    const beganMs = performance.now()
    await dialog.getByRole('button', { name: 'Open', exact: true }).click()
    await page.getByRole('option', { name: 'input, Input, 3×32×32' }).waitFor({ timeout: 60_000 })
    await page
      .getByRole('group', { name: /^input, Input/ })
      .first()
      .waitFor({ state: 'attached', timeout: 60_000 })
    print(`opening ${count} layers`, `${Math.round(performance.now() - beganMs)} ms`)
    const frames = await panFrames(page)
    const at = (share: number): string => (frames[Math.floor(share * (frames.length - 1))] ?? 0).toFixed(1)
    print(`frames while panning ${count} layers`, `median ${at(0.5)} ms, 95th percentile ${at(0.95)} ms`)
    expect(frames.length).toBeGreaterThan(5)
  })
})
