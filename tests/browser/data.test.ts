// The dataset on every screen: its choices kept with the network, its reading told to its end, lists and folders by dialogs.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { plainPng } from '../datasets/imageFiles'
import { useBrowser } from './browserFixture'
import { browserPath, skipReason } from './findBrowser'
import { goTo, openFromGallery, useDigits } from './screens'

/** A folder with two classes of five images, one of them damaged, and a CSV list of the same. */
async function makePets(root: string): Promise<void> {
  const folder = join(root, 'pets')
  const lines = ['path,label']
  for (const name of ['cat', 'dog']) {
    await mkdir(join(folder, name), { recursive: true })
    for (let index = 0; index < 5; index++) {
      const bytes = await plainPng([50 * index, name === 'cat' ? 0 : 200, 90], 16)
      await writeFile(join(folder, name, `${index}.png`), bytes)
      lines.push(`${name}/${index}.png,${name}`)
    }
  }
  await writeFile(join(folder, 'dog', '3.png'), 'not an image')
  await writeFile(join(folder, 'list.csv'), `${lines.join('\n')}\n`)
}

/** What the core says reaches the page late. */
async function slowDown(context: BrowserContext, ms: () => number): Promise<void> {
  await context.routeWebSocket(/\/rpc/, (line) => {
    const server = line.connectToServer()
    server.onMessage((message) => void setTimeout(() => line.send(message), ms()))
  })
}

async function saveByKeys(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+s')
  await page.getByRole('dialog', { name: 'Save the network' }).getByRole('textbox', { name: 'File name' }).waitFor()
  await page.keyboard.press('Control+a')
  await page.keyboard.type(name)
  await page.keyboard.press('Enter')
}

describe.skipIf(browserPath === undefined)(`the dataset${skipReason}`, () => {
  const fixture = useBrowser()

  it('proposes networks for images that came first, as one step that can be undone', async () => {
    const page = await fixture().open()
    await page.getByRole('button', { name: 'Train on my images' }).click()
    const data = page.getByRole('main', { name: 'Data' })
    await data
      .getByRole('button', { name: /^Digits/ })
      .first()
      .click()
    const proposals = data.getByRole('region', { name: 'Networks for these images' })
    await proposals.getByText('Takes your images as they are, 28×28.').first().waitFor()
    await proposals.getByRole('button', { name: 'Use LeNet-5 and check the training' }).click()
    const train = page.getByRole('main', { name: 'Train' })
    await train.getByRole('button', { name: /^Dataset builtin:digits, .* 10 classes/ }).waitFor()
    await page.getByRole('button', { name: /^Undo/ }).click()
    await goTo(page, 'Data')
    await proposals.waitFor()
  })

  it('is kept with its options in the network, and found again with them', async () => {
    const page = await fixture().open()
    await openFromGallery(page, /^LeNet-5/)
    await useDigits(page, 150)
    await saveByKeys(page, 'with options')
    await page.getByRole('button', { name: 'File menu of with options, Saved' }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Start page' }).click()
    await page.getByRole('region', { name: 'Recent' }).getByRole('button').first().click()
    await page.getByRole('listbox', { name: 'Outline' }).waitFor()
    const screen = await goTo(page, 'Train')
    await screen
      .getByRole('button', { name: /^Dataset builtin:digits, 1[0-9]{2} training images, 10 classes/ })
      .waitFor()
    const data = await goTo(page, 'Data')
    await data.getByRole('button', { name: 'Splits (1 set)' }).waitFor()
    await page.getByRole('button', { name: 'File menu of with options, Saved' }).waitFor()
  })

  it('gives a class another name in place, for the network too, and back by undo', async () => {
    const page = await fixture().open()
    await openFromGallery(page, /^LeNet-5/)
    await useDigits(page, 150)
    const data = await goTo(page, 'Data')
    const classes = data.getByRole('list', { name: 'Classes and their images' })
    await classes.getByRole('button', { name: 'Rename class 3' }).click()
    await classes.getByRole('textbox', { name: 'Name of class 3' }).fill('three')
    await page.keyboard.press('Enter')
    await classes.getByRole('button', { name: /^three/ }).waitFor()
    await saveByKeys(page, 'named')
    await page.getByRole('button', { name: 'File menu of named, Saved' }).waitFor()
    const saved = await readFile(join(fixture().root, 'named.netloom'), 'utf8')
    expect(JSON.parse(saved)).toMatchObject({
      classes: ['0', '1', '2', 'three', '4', '5', '6', '7', '8', '9'],
      dataset: { source: 'builtin:digits', options: { limit: 150, classNames: [['3', 'three']] } },
    })
    await data.getByRole('button', { name: 'Splits (1 set)' }).waitFor()
    await page.keyboard.press('Control+z')
    await classes.getByRole('button', { name: /^3/ }).waitFor()
  })

  it('takes its options back with undo', async () => {
    const page = await fixture().open()
    await openFromGallery(page, /^LeNet-5/)
    await useDigits(page, 150)
    const data = await goTo(page, 'Data')
    await data.getByRole('radio', { name: /^Train 1[0-9]{2}$/ }).waitFor({ state: 'attached' })
    await page.keyboard.press('Control+z')
    await data.getByRole('radio', { name: /^Train [78],[0-9]{3}$/ }).waitFor({ state: 'attached' })
  })

  it('is told as being read until it is, whatever screen is shown', async () => {
    const { open, newContext } = fixture()
    const context = await newContext()
    await slowDown(context, () => 40)
    const page = await open(context)
    const data = await goTo(page, 'Data')
    await data.getByRole('button', { name: /Digits/ }).click()
    const activity = page.getByRole('contentinfo').getByRole('button', { name: 'Reading the dataset' })
    await activity.waitFor()
    await goTo(page, 'Runs')
    await activity.waitFor({ state: 'hidden', timeout: 30_000 })
  })

  it('is a CSV list that was chosen in the dialog; a damaged file is left out of lists and counts', async () => {
    const { open, root } = fixture()
    await makePets(root)
    const page = await open()
    const data = await goTo(page, 'Data')
    await data.getByRole('button', { name: 'Choose a CSV list' }).click()
    const dialog = page.getByRole('dialog', { name: 'Choose a CSV list of images' })
    await dialog.getByRole('button', { name: /^pets/ }).dblclick()
    await dialog.getByRole('button', { name: /^list\.csv/ }).click()
    await dialog.getByRole('button', { name: 'Choose this file' }).click()
    await data.getByText('CSV list', { exact: true }).waitFor()
    await data.getByText('1 file cannot be read and is left out').waitFor()
    await expect.poll(() => data.getByText(/^9 images$/).count()).toBe(1)
    await expect.poll(() => data.getByRole('button', { name: /unreadable/ }).count()).toBe(0)
  })

  it('does not hold up Enter in the dialog that saves: the name goes into the folder that comes', async () => {
    const { open, newContext } = fixture()
    const context = await newContext()
    let delayMs = 0
    await slowDown(context, () => delayMs)
    const page = await open(context)
    await openFromGallery(page, /^LeNet-5/)
    delayMs = 1500
    await saveByKeys(page, 'early')
    expect(await page.getByRole('dialog', { name: 'Save the network' }).isVisible()).toBe(true)
    await page.getByRole('button', { name: 'File menu of early, Saved' }).waitFor()
  })
})
