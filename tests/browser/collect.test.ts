// A dataset made in the app: dropped, pasted and filmed images, classes by mouse and keys; and a model that follows the webcam.
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { serializeDocument } from '../../src/shared/graph/schema'
import { lenet5 } from '../../src/shared/lectures/architectures/lenet5'
import { initialiseWeights } from '../../src/shared/network/initialise'
import { encodeSafetensors } from '../../src/shared/training/safetensors'
import { plainPng } from '../datasets/imageFiles'
import { useBrowser } from './browserFixture'
import { browserPath, skipReason } from './findBrowser'
import { goTo } from './screens'

/** A camera that shows a moving pattern, allowed without a question. */
const withCamera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']

/** What a busy machine takes for a step. */
const soon = { timeout: 30_000 }

interface Handed {
  readonly name: string
  readonly base64: string
}

const handed = (name: string, bytes: Uint8Array): Handed => ({ name, base64: Buffer.from(bytes).toString('base64') })

/** Drops or pastes files as a person does, which a browser lets no script do for real. */
async function give(target: Locator, kind: 'drop' | 'paste', files: readonly Handed[]): Promise<void> {
  await target.evaluate(
    (element, { event, given }) => {
      const data = new DataTransfer()
      for (const { name, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.codePointAt(0) ?? 0)
        data.items.add(new File([bytes], name, { type: name.endsWith('.png') ? 'image/png' : 'text/plain' }))
      }
      element.dispatchEvent(
        event === 'drop'
          ? new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data })
          : new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data }),
      )
    },
    { event: kind, given: [...files] },
  )
}

async function violationsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
  return violations
    .filter(({ impact }) => impact !== 'minor')
    .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ target }) => `${id}: ${target.join(' ')}`))
}

/** Keeps what a page looks like, where somebody wants to see it. */
async function show(page: Page, name: string): Promise<void> {
  const folder = process.env['NETLOOM_TEST_IMAGES']
  if (folder === undefined) return
  for (const [width, height] of [
    [1440, 900],
    [1024, 700],
  ] as const) {
    await page.setViewportSize({ width, height })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.waitForTimeout(300)
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) })
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 })
}

/** A document of ten classes with random weights. */
async function writeModel(root: string, name: string, title: string): Promise<void> {
  const built = lenet5.build()
  const classes = Array.from({ length: 10 }, (_, index) => `${title} ${index}`)
  const scaling = { mean: [0.5], deviation: [0.5] }
  const document = { ...built, name, classes, scaling, weights: `${name}.safetensors` }
  await writeFile(join(root, `${name}.netloom`), serializeDocument(document))
  const tensors = encodeSafetensors(initialiseWeights(document, name.length), {})
  await writeFile(join(root, `${name}.safetensors`), Buffer.concat(tensors))
}

async function chooseModel(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Choose a model file' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: new RegExp(`^${name}\\.netloom`) }).dblclick()
  await dialog.waitFor({ state: 'hidden' })
}

describe.skipIf(browserPath === undefined)(`images of one's own${skipReason}`, () => {
  const fixture = useBrowser(withCamera)

  it('become a dataset by dropping, pasting and filming, saved at once, undone, used and taken up again', async () => {
    const { root, open } = fixture()
    const page = await open()
    await page.getByRole('button', { name: 'Make a dataset: drop, paste, webcam' }).click()
    const window = page.getByRole('dialog', { name: 'Make a dataset' })
    await window.getByRole('textbox', { name: 'Name' }).fill('pets?')
    await window.getByText('The name holds ?, which names of folders do not have on every system.').waitFor()
    await window.getByRole('textbox', { name: 'Name' }).fill('pets')
    await show(page, 'collect-begin')
    await page.keyboard.press('Enter')
    const made = page.getByRole('dialog', { name: 'pets' })
    await made.getByText('A dataset has images of two classes or more.').waitFor()
    await page.keyboard.type('dog')
    await page.keyboard.press('Enter')
    await made.getByRole('region', { name: 'dog' }).waitFor()
    await made.getByRole('textbox', { name: 'Name of the new class' }).fill('cat')
    await page.keyboard.press('Enter')
    const [dog, cat] = [made.getByRole('region', { name: 'dog' }), made.getByRole('region', { name: 'cat' })]
    await cat.waitFor()

    const red = await plainPng([200, 30, 30], 40)
    await give(dog.getByText('Drop images or a folder here'), 'drop', [
      handed('1.png', red),
      handed('2.png', await plainPng([180, 40, 30], 40)),
      handed('notes.txt', Buffer.from('no image')),
    ])
    await dog.getByText('2 images', { exact: true }).waitFor()
    await made.getByText(/^"notes\.txt": is no JPEG, PNG/).waitFor()
    expect(await readFile(join(root, 'pets', 'dog', '0001.png'))).toEqual(red)
    // The class that has the focus takes what is pasted.
    await dog.getByRole('button', { name: '0002.png', exact: true }).focus()
    await give(dog.getByRole('button', { name: '0002.png', exact: true }), 'paste', [handed('image.png', red)])
    await dog.getByText('3 images', { exact: true }).waitFor()

    await cat.getByRole('button', { name: 'Webcam' }).click()
    const record = cat.getByRole('button', { name: 'Hold to record' })
    await cat.getByRole('button', { name: 'Hold to record', disabled: false }).waitFor()
    await record.hover()
    await page.mouse.down()
    await cat.getByRole('button', { name: 'Recording: 5' }).waitFor()
    await page.mouse.up()
    await record.waitFor()
    const countCats = async (): Promise<number> => (await readdir(join(root, 'pets', 'cat'))).length
    await expect.poll(countCats, soon).toBeGreaterThanOrEqual(5)
    const held = await countCats()
    await page.keyboard.down('Space')
    await cat.getByRole('button', { name: 'Recording: 3' }).waitFor()
    await page.keyboard.up('Space')
    await record.waitFor()
    await expect.poll(countCats, soon).toBeGreaterThanOrEqual(held + 3)
    expect(await violationsOf(page)).toEqual([])
    await show(page, 'collect')

    const filmed = await countCats()
    await made.getByRole('button', { name: 'Undo: add images to cat' }).click()
    await expect.poll(countCats, soon).toBeLessThanOrEqual(filmed - 3)
    expect(await countCats()).toBeGreaterThanOrEqual(5)
    await dog.getByRole('button', { name: '0001.png', exact: true }).focus()
    await page.keyboard.press('Delete')
    await expect.poll(() => existsSync(join(root, 'pets', 'dog', '0001.png')), soon).toBe(false)
    await page.keyboard.press('Control+z')
    await expect.poll(() => existsSync(join(root, 'pets', 'dog', '0001.png')), soon).toBe(true)
    await cat.getByRole('button', { name: 'Move cat up' }).press('Alt+ArrowUp')
    await expect.poll(() => made.getByRole('region').first().getAttribute('aria-label'), soon).toBe('cat')
    await dog.getByRole('textbox', { name: 'Name of the class dog' }).fill('CAT')
    await page.keyboard.press('Enter')
    await made.getByText('There is a class "cat" already.').waitFor()
    await dog.getByRole('textbox', { name: 'Name of the class dog' }).fill('wolf')
    await page.keyboard.press('Enter')
    await made.getByRole('region', { name: 'wolf' }).waitFor()

    await made.getByRole('button', { name: 'Use this dataset' }).click()
    const data = page.getByRole('main', { name: 'Data' })
    await data.getByRole('region', { name: 'Networks for these images' }).waitFor()
    const classes = data.getByRole('list', { name: 'Classes and their images' })
    await expect.poll(() => classes.getByRole('listitem').first().textContent(), soon).toMatch(/^cat/)
    await data.getByRole('button', { name: 'Add images to this dataset' }).click()
    await page
      .getByRole('dialog', { name: 'pets' })
      .getByRole('region', { name: 'wolf' })
      .getByText('3 images')
      .waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
  })

  it('are predicted from the webcam at a frame rate, by whichever model is chosen', async () => {
    const { root, open } = fixture()
    await writeModel(root, 'one', 'first')
    await writeModel(root, 'other', 'second')
    const page = await open()
    const screen = await goTo(page, 'Evaluate')
    await chooseModel(page, 'one')
    await screen.getByRole('button', { name: 'Try the webcam' }).click()
    const live = screen.getByRole('region', { name: 'What the camera sees' })
    await live
      .getByText(/^first \d$/)
      .first()
      .waitFor()
    const rate = live.getByText(/ frames\/s$/)
    await expect.poll(async () => Number.parseFloat((await rate.textContent()) ?? ''), soon).toBeGreaterThan(0)
    expect(await violationsOf(page)).toEqual([])
    await show(page, 'live')
    await chooseModel(page, 'other')
    await live
      .getByText(/^second \d$/)
      .first()
      .waitFor()
    await expect.poll(() => live.getByText(/^first \d$/).count(), soon).toBe(0)
    await live.getByRole('button', { name: 'Stop the webcam' }).click()
    await live.waitFor({ state: 'hidden' })
    await screen.getByRole('button', { name: 'Try the webcam' }).waitFor()
  })

  it('tell why there is no camera', async () => {
    const { open, newContext } = fixture()
    const context = await newContext()
    await context.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('denied', 'NotAllowedError'))
    })
    const page = await open(context)
    const screen = await goTo(page, 'Evaluate')
    await chooseModel(page, 'one')
    await screen.getByRole('button', { name: 'Try the webcam' }).click()
    await screen.getByRole('alert').getByText('The camera was not allowed').waitFor()
    await screen.getByRole('button', { name: 'Try again' }).waitFor()
    await show(page, 'live-denied')
  })
})
