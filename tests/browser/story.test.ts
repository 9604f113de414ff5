// The whole way by mouse: a network from the gallery, broken and repaired, trained, evaluated, exported, saved and opened again.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { useBrowser } from './browserFixture'
import { browserPath, skipReason } from './findBrowser'
import { goTo, openFromGallery, readOutline, selectLayer, train, useDigits } from './screens'

const lenetShapes = [
  'input, Input, 1×28×28',
  'conv1, Conv2D, 6×28×28',
  'relu1, ReLU, 6×28×28',
  'pool1, MaxPool2D, 6×14×14',
  'conv2, Conv2D, 16×10×10',
  'relu2, ReLU, 16×10×10',
  'pool2, MaxPool2D, 16×5×5',
  'conv3, Conv2D, 120×1×1',
  'relu3, ReLU, 120×1×1',
  'flatten, Flatten, 120',
  'fc1, Dense, 84',
  'relu4, ReLU, 84',
  'fc2, Dense, 10',
]

async function saveAs(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^File menu of/ }).click()
  await page.getByRole('menuitem', { name: /^Save as/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Save the network' })
  await dialog.getByRole('textbox', { name: 'File name' }).fill(name)
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
}

describe.skipIf(browserPath === undefined)(`the story by mouse${skipReason}`, () => {
  const fixture = useBrowser()
  let page: Page

  async function design(): Promise<void> {
    page = await fixture().open()
    await openFromGallery(page, /^LeNet-5/)
  }

  it('shows the shapes of LeNet-5, follows a parameter, explains an error and repairs it with one click', async () => {
    await design()
    expect(await readOutline(page)).toEqual(lenetShapes)

    await selectLayer(page, 'conv1')
    const inspector = page.getByRole('complementary', { name: 'Inspector' })
    const filters = inspector.getByRole('textbox', { name: 'Filters' })
    await filters.fill('12')
    await page.getByRole('option', { name: 'pool1, MaxPool2D, 12×14×14' }).waitFor()
    await page.getByText('64.3 k parameters').waitFor()
    await filters.fill('6')
    await page.getByRole('option', { name: 'pool1, MaxPool2D, 6×14×14' }).waitFor()

    await selectLayer(page, 'flatten')
    await page.getByRole('application', { name: 'Network' }).focus()
    await page.keyboard.press('Shift+Delete')
    const problems = page.getByRole('tabpanel', { name: /^Problems/ })
    await problems
      .getByText(/120×1×1|\[N, 120, 1, 1\]/)
      .first()
      .waitFor()
    await problems.getByRole('button', { name: 'Insert a flatten layer', exact: true }).click()
    await problems.getByText('No problems').waitFor()
    expect(await readOutline(page)).toHaveLength(13)

    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await problems.getByRole('button', { name: 'Insert a flatten layer', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Redo', exact: true }).click()
    await problems.getByText('No problems').waitFor()
  })

  it('trains, shows the curves, lists the run, evaluates, predicts and exports', async () => {
    await design()
    await useDigits(page, 600)
    const screen = await train(page, 2)
    await screen.getByText('Finished', { exact: true }).waitFor({ timeout: 120_000 })
    await screen.getByRole('img', { name: /^Loss\..*\d/ }).waitFor()
    await screen.getByText('Table', { exact: true }).click()
    await screen.getByRole('region', { name: 'Epochs' }).getByRole('row').nth(2).waitFor()

    const runs = await goTo(page, 'Runs')
    await runs
      .getByRole('row', { name: /lenet5/i })
      .first()
      .waitFor()

    const evaluation = await goTo(page, 'Evaluate')
    await evaluation.getByRole('button', { name: 'Evaluate', exact: true }).click()
    await evaluation.getByText('Top-1 accuracy').waitFor({ timeout: 60_000 })
    await evaluation.getByText(/^Rows: the true class/).waitFor()

    await evaluation.getByLabel('Picture to try').setInputFiles({
      name: 'one.png',
      mimeType: 'image/png',
      buffer: await page.getByRole('tab', { name: 'Evaluate' }).screenshot(),
    })
    await evaluation.getByRole('list', { name: 'Probabilities, largest first' }).waitFor()

    await evaluation.getByRole('button', { name: 'Export ONNX' }).click()
    await page.getByRole('button', { name: 'Choose where to save' }).click()
    const browser = page.getByRole('dialog', { name: 'Export as ONNX' })
    await browser.getByRole('textbox', { name: 'File name' }).fill('digits.onnx')
    await browser.getByRole('button', { name: 'Export', exact: true }).click()
    await page.getByText('Exported, and checked in ONNX Runtime against the engine').waitFor({ timeout: 30_000 })
    expect((await stat(join(fixture().root, 'digits.onnx'))).size).toBeGreaterThan(200_000)
  })

  it('saves a network and opens it again after a reload', async () => {
    await design()
    await saveAs(page, 'mine')
    await page.getByRole('button', { name: 'File menu of mine, Saved' }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Start page' }).click()
    await page.getByRole('region', { name: 'Recent' }).getByRole('button').first().click()
    await page.getByRole('listbox', { name: 'Outline' }).waitFor()
    expect(await readOutline(page)).toEqual(lenetShapes)
  })
})
