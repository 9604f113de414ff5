// The whole story by keyboard alone: a network drawn, undone and redone, its dataset chosen, saved, trained, tried and exported.
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { plainPng } from '../datasets/imageFiles'
import { useBrowser } from './browserFixture'
import { browserPath, skipReason } from './findBrowser'
import { readOutline, runCommand, secondEpoch } from './screens'

/** Adds a layer after the selection: A, its name, Enter. */
async function addLayer(page: Page, title: string): Promise<void> {
  await page.keyboard.press('a')
  const field = page.getByRole('combobox', { name: 'Search layers' })
  await field.waitFor()
  await page.keyboard.type(title)
  await page.keyboard.press('Enter')
  await field.waitFor({ state: 'hidden' })
}

/** Presses Tab until the control has the focus. */
async function tabTo(page: Page, role: 'textbox' | 'button', name: string | RegExp): Promise<void> {
  const target = page.getByRole(role, { name, exact: true }).first()
  await target.waitFor()
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab')
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return
  }
  throw new Error(`Tab does not reach the ${role} "${name}"`)
}

/** Types a name in the dialog that saves, and Enter. */
async function typeFileName(page: Page, title: string, name: string): Promise<void> {
  await page.getByRole('dialog', { name: title }).getByRole('textbox', { name: 'File name' }).waitFor()
  await page.keyboard.press('Control+a')
  await page.keyboard.type(name)
  await page.keyboard.press('Enter')
}

describe.skipIf(browserPath === undefined)(`the story by keyboard${skipReason}`, () => {
  const fixture = useBrowser()

  it('draws, undoes and redoes, chooses a dataset, saves, trains, pauses, evaluates, predicts and exports', async () => {
    const page = await fixture().open()
    await runCommand(page, 'New network')
    await page.getByRole('main', { name: 'Design' }).waitFor()
    await page.getByRole('application', { name: 'Network' }).focus()
    for (const title of ['Input', 'Conv2D', 'ReLU', 'Flatten', 'Dense']) await addLayer(page, title)
    const drawn = await readOutline(page)
    expect(drawn.map((row) => row.split(', ')[1])).toEqual(['Input', 'Conv2D', 'ReLU', 'Flatten', 'Dense'])
    await page
      .getByRole('tabpanel', { name: /^Problems/ })
      .getByText('No problems')
      .waitFor()

    for (let step = 0; step < 5; step++) await page.keyboard.press('Control+z')
    await page.getByText('Layers appear here in the order of the data.').waitFor()
    for (let step = 0; step < 5; step++) await page.keyboard.press('Control+y')
    await expect.poll(() => readOutline(page)).toEqual(drawn)

    await runCommand(page, 'Go to Data')
    await tabTo(page, 'textbox', 'Folder, file or reference')
    await page.keyboard.type('builtin:shapes')
    await page.keyboard.press('Enter')
    await page.getByRole('complementary', { name: 'Dataset' }).waitFor()
    await tabTo(page, 'button', 'Splits')
    await page.keyboard.press('Enter')
    await tabTo(page, 'textbox', 'At most per split')
    await page.keyboard.type('300')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Splits (1 set)' }).waitFor()

    await page.keyboard.press('Control+s')
    await typeFileName(page, 'Save the network', 'typed')
    await page.getByRole('button', { name: 'File menu of typed, Saved' }).waitFor()
    expect(await readFile(join(fixture().root, 'typed.netloom'), 'utf8')).toContain('conv2d')

    await runCommand(page, 'Go to Train')
    const training = page.getByRole('main', { name: 'Train' })
    await tabTo(page, 'textbox', 'Epochs')
    await page.keyboard.press('Control+a')
    await page.keyboard.type('0')
    await page.keyboard.press('Tab')
    // What is no value stays to be seen, and nothing trains without it.
    await training
      .getByRole('list', { name: 'What blocks the training' })
      .getByText('Epochs: Must be 1 or more.')
      .waitFor()
    expect(await training.getByRole('textbox', { name: 'Epochs' }).inputValue()).toBe('0')
    expect(await training.getByRole('button', { name: 'Train', exact: true }).isEnabled()).toBe(false)
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Control+a')
    await page.keyboard.type('4e2')
    await page.keyboard.press('Control+Enter')
    await training.getByText('Images/s').waitFor({ timeout: 60_000 })
    await runCommand(page, 'Pause training')
    await training.getByText('Paused', { exact: true }).waitFor()
    await runCommand(page, 'Continue training')
    await training.getByText('Training', { exact: true }).first().waitFor()
    await training.getByText(secondEpoch).waitFor({ timeout: 60_000 })
    await runCommand(page, 'Stop training')
    await training.getByText('Stopped', { exact: true }).waitFor({ timeout: 60_000 })

    await runCommand(page, 'Go to Evaluate')
    const evaluation = page.getByRole('main', { name: 'Evaluate' })
    await tabTo(page, 'button', 'Evaluate')
    await page.keyboard.press('Enter')
    await evaluation.getByText('Top-1 accuracy').waitFor({ timeout: 60_000 })
    // Asked for before the focus moves: only from then on does the browser hand its dialog to the test.
    const chooser = page.waitForEvent('filechooser')
    await tabTo(page, 'button', /^Choose, drop or paste/)
    await page.keyboard.press('Enter')
    const buffer = await plainPng([200, 30, 30], 32)
    await (await chooser).setFiles({ name: 'red.png', mimeType: 'image/png', buffer })
    await evaluation.getByRole('list', { name: 'Probabilities, largest first' }).waitFor()

    await tabTo(page, 'button', 'Export model')
    await page.keyboard.press('Enter')
    await tabTo(page, 'button', 'Choose where to save')
    await page.keyboard.press('Enter')
    await typeFileName(page, 'Export as ONNX', 'typed.onnx')
    await page.getByText('Exported, and checked in ONNX Runtime against the engine').waitFor({ timeout: 30_000 })
    expect((await stat(join(fixture().root, 'typed.onnx'))).size).toBeGreaterThan(10_000)
  })

  it('makes a folder, saves into it and opens what a pasted path names, each purpose beginning where it was last', async () => {
    const { root } = fixture()
    const page = await fixture().open()
    await runCommand(page, 'New network')
    await page.getByRole('application', { name: 'Network' }).focus()
    await addLayer(page, 'Input')
    await page.keyboard.press('Control+s')
    const saving = page.getByRole('dialog', { name: 'Save the network' })
    const newFolder = async (name: string): Promise<void> => {
      // It waits for the listing.
      await saving.getByRole('button', { name: 'New folder' }).click()
      await saving.getByRole('textbox', { name: 'Name of the new folder' }).waitFor()
      await page.keyboard.type(name)
      await page.keyboard.press('Enter')
    }
    await newFolder('a/b')
    await saving.getByText('"a/b" cannot be the name of a folder.').waitFor()
    await page.keyboard.press('Escape')
    await newFolder('nets of May')
    await saving.getByRole('button', { name: 'nets of May' }).waitFor()
    await saving.getByRole('textbox', { name: 'File name' }).fill('deep')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'File menu of deep, Saved' }).waitFor()
    expect((await stat(join(root, 'nets of May', 'deep.netloom'))).isFile()).toBe(true)

    await runCommand(page, 'New network')
    await page.keyboard.press('Control+o')
    const opening = page.getByRole('dialog', { name: 'Open a network' })
    const path = opening.getByRole('textbox', { name: 'Path' })
    await path.fill(join(root, 'nowhere'))
    await path.press('Enter')
    await opening
      .getByRole('alert')
      .getByText(/does not exist/)
      .waitFor()
    await path.fill(`"${join(root, 'nets of May')}"`)
    await path.press('Enter')
    await opening.getByRole('button', { name: /deep\.netloom/ }).waitFor()
    await path.fill('deep.netloom')
    await path.press('Enter')
    await page.getByRole('button', { name: 'File menu of deep, Saved' }).waitFor()
    await page.keyboard.press('Control+o')
    await opening.getByRole('button', { name: /deep\.netloom/ }).waitFor()
  })
})
