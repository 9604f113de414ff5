// How fast the app is on this machine: printed, and held only to limits that show a defect rather than a slow machine.
import { readFile, writeFile } from 'node:fs/promises'
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
      ? builder.add(`conv${index}`, 'conv2d', { filters: 16, kernel: [3, 3], padding: 'same-upper' }, last)
      : builder.add(`relu${index}`, 'relu', {}, last)
  }
  return serializeDocument(builder.build())
}

/** Milliseconds between animation frames while the canvas is dragged for two seconds, in rising order. */
async function panFrames(page: Page): Promise<number[]> {
  const canvas = page.getByRole('application', { name: 'Network' }).first()
  const box = await canvas.boundingBox()
  if (!box) throw new Error('the canvas is not shown')
  const [x, y] = [box.x + 40, box.y + 60]
  await page.mouse.move(x, y)
  await page.mouse.down({ button: 'middle' })
  const state = { isOver: false }
  const frames = page
    .evaluate(
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
    .finally(() => (state.isOver = true))
  for (let step = 0; !state.isOver; step++) {
    const way = 150 * Math.abs(Math.sin(step / 20))
    await page.mouse.move(x + way, y + way)
  }
  await page.mouse.up({ button: 'middle' })
  return (await frames).toSorted((a, b) => a - b)
}

/** Where a layer is drawn, to the pixel. */
async function placeOf(page: Page, name: RegExp): Promise<number> {
  return (await page.getByRole('group', { name }).first().boundingBox())?.y ?? Number.NaN
}

/** Bytes of the scripts that the page has asked for so far, compressed. */
async function loadedScripts(page: Page): Promise<number> {
  const names = await page.evaluate(() =>
    performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname.slice(1)),
  )
  const scripts = [...new Set(names.filter((name) => name.endsWith('.js')))]
  const sizes = await Promise.all(scripts.map(async (name) => gzipSync(await readFile(join(renderer, name))).length))
  return sizes.reduce((sum, size) => sum + size, 0)
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
    const bytes = await loadedScripts(page)
    print('netloom serve to its address', `${Math.round(server().startedMs)} ms`)
    print('address to interactive start page', `${Math.round(pageMs)} ms`)
    print('initial JavaScript, gzipped', `${Math.round(bytes / 1000)} kB`)
    expect(bytes).toBeGreaterThan(50_000)
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
    for (const zoom of ['as opened', 'at 20%'] as const) {
      if (zoom === 'at 20%') for (let step = 0; step < 7; step++) await page.keyboard.press('-')
      const before = await placeOf(page, /^input, Input/)
      const frames = await panFrames(page)
      const at = (share: number): string => (frames[Math.floor(share * (frames.length - 1))] ?? 0).toFixed(1)
      print(`frames while panning ${count} layers ${zoom}`, `median ${at(0.5)} ms, 95th percentile ${at(0.95)} ms`)
      expect(await placeOf(page, /^input, Input/)).not.toBe(before)
    }
  })
})
