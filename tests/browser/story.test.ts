// The whole way by mouse: LeNet-5 drawn by dragging and wiring, broken and repaired, trained, evaluated, exported, saved and opened again.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { useBrowser } from './browserFixture'
import { browserPath, skipReason } from './findBrowser'
import { goTo, openFromGallery, readOutline, runCommand, selectLayer, train, useDigits } from './screens'

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

interface Block {
  readonly title: string
  /** As it is named when it is dropped. */
  readonly id: string
  /** Channels x height x width, or features, of its output, by hand. */
  readonly shape: string
  /** Fields of the inspector. */
  readonly fields?: Readonly<Record<string, string>>
  readonly padding?: string
}

/** LeNet-5 after LeCun et al. 1998, with ReLU and max pooling. */
const blocks: readonly Block[] = [
  {
    title: 'Input',
    id: 'input',
    shape: '1×28×28',
    fields: { 'Shape: channels': '1', 'Shape: height': '28', 'Shape: width': '28' },
  },
  { title: 'Conv2D', id: 'conv1', shape: '6×28×28', fields: { Filters: '6', Window: '5' } },
  { title: 'ReLU', id: 'relu1', shape: '6×28×28' },
  { title: 'MaxPool2D', id: 'maxPool1', shape: '6×14×14' },
  { title: 'Conv2D', id: 'conv2', shape: '16×10×10', fields: { Filters: '16', Window: '5' }, padding: 'None (valid)' },
  { title: 'ReLU', id: 'relu2', shape: '16×10×10' },
  { title: 'MaxPool2D', id: 'maxPool2', shape: '16×5×5' },
  { title: 'Conv2D', id: 'conv3', shape: '120×1×1', fields: { Filters: '120', Window: '5' }, padding: 'None (valid)' },
  { title: 'ReLU', id: 'relu3', shape: '120×1×1' },
  { title: 'Flatten', id: 'flatten1', shape: '120' },
  { title: 'Dense', id: 'dense1', shape: '84', fields: { Units: '84' } },
  { title: 'ReLU', id: 'relu4', shape: '84' },
  { title: 'Dense', id: 'dense2', shape: '10', fields: { Units: '10' } },
]

/** Drags a block from the palette to its place, four to a column, and sets its fields. */
async function dragBlock(page: Page, { title, id, fields = {}, padding }: Block, index: number): Promise<void> {
  const place = { x: 150 + 250 * Math.floor(index / 4), y: 90 + 170 * (index % 4) }
  const palette = page.getByRole('region', { name: 'Layers', exact: true })
  const item = palette.getByRole('button', { name: title, exact: true })
  await item.dragTo(page.getByRole('application', { name: 'Network' }), { targetPosition: place })
  await page.getByRole('option', { name: new RegExp(`^${id}, ${title}`) }).waitFor()
  const inspector = page.getByRole('complementary', { name: 'Inspector' })
  for (const [field, value] of Object.entries(fields)) {
    await inspector.getByRole('textbox', { name: field, exact: true }).fill(value)
    await page.keyboard.press('Tab')
  }
  if (padding === undefined) return
  await inspector.getByRole('combobox', { name: 'Padding' }).click()
  await page.getByRole('option', { name: padding, exact: true }).click()
}

/** Drags a wire from the output of one block to the input of another. */
async function dragWire(page: Page, from: string, to: string): Promise<void> {
  const middle = async (port: string): Promise<{ x: number; y: number }> => {
    const box = await page.locator(`[data-port="${port}"]`).boundingBox()
    if (!box) throw new Error(`the port ${port} is not drawn`)
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  }
  const [start, end] = [await middle(`${from}:out`), await middle(`${to}:in`)]
  await page.mouse.move(start.x, start.y)
  await page.mouse.down()
  await page.mouse.move(end.x, end.y, { steps: 8 })
  await page.mouse.up()
  await page.locator(`.react-flow__edge[data-id*="${to}"]`).first().waitFor({ state: 'attached' })
}

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

  it('draws LeNet-5 block by block, breaks and repairs it, trains, evaluates, predicts, exports and reopens it', async () => {
    const { open, newContext, root } = fixture()
    page = await open(await newContext({ viewport: { width: 1700, height: 1250 } }))
    await runCommand(page, 'New network')
    for (const [index, block] of blocks.entries()) await dragBlock(page, block, index)
    const ids = blocks.map(({ id }) => id)
    for (const [index, id] of ids.slice(1).entries()) await dragWire(page, ids[index] ?? '', id)
    const problems = page.getByRole('tabpanel', { name: /^Problems/ })
    await problems.getByText('No problems').waitFor()
    expect(await readOutline(page)).toEqual(blocks.map(({ id, title, shape }) => `${id}, ${title}, ${shape}`))
    await page.getByText('61.7 k parameters').waitFor()

    await page.getByRole('group', { name: /^flatten1, Flatten/ }).click({ button: 'right' })
    await page.getByRole('menuitem', { name: /^Delete and join/ }).click()
    await problems.getByRole('button', { name: 'Insert a flatten layer', exact: true }).click()
    await problems.getByText('No problems').waitFor()

    await useDigits(page, 1000)
    const screen = await train(page, 12)
    const loss = screen.getByRole('img', { name: /^Loss\./ })
    const first = await loss.getAttribute('aria-label')
    await expect.poll(() => loss.getAttribute('aria-label'), { timeout: 60_000 }).not.toBe(first)
    await screen.getByText('Finished', { exact: true }).waitFor({ timeout: 120_000 })
    await screen.getByText('Table', { exact: true }).click()
    await screen.getByRole('region', { name: 'Epochs' }).getByRole('row').nth(12).waitFor()

    const evaluation = await goTo(page, 'Evaluate')
    await evaluation.getByRole('button', { name: 'Evaluate', exact: true }).click()
    await evaluation.getByText('Top-1 accuracy').waitFor({ timeout: 60_000 })
    await evaluation.getByText(/^Rows: the true class/).waitFor()
    const top1 = await evaluation
      .getByText(/^[0-9.]+%$/)
      .first()
      .textContent()
    expect(Number.parseFloat(top1 ?? '')).toBeGreaterThan(50)

    await evaluation.getByLabel('Image to try').setInputFiles({
      name: 'one.png',
      mimeType: 'image/png',
      buffer: await page.getByRole('tab', { name: 'Evaluate' }).screenshot(),
    })
    await evaluation.getByRole('list', { name: 'Probabilities, largest first' }).waitFor()

    await evaluation.getByRole('button', { name: 'Export model' }).click()
    await page.getByRole('button', { name: 'Choose where to save' }).click()
    const browser = page.getByRole('dialog', { name: 'Export as ONNX' })
    await browser.getByRole('textbox', { name: 'File name' }).fill('digits.onnx')
    await browser.getByRole('button', { name: 'Export', exact: true }).click()
    await page.getByText('Exported, and checked in ONNX Runtime against the engine').waitFor({ timeout: 30_000 })
    expect((await stat(join(root, 'digits.onnx'))).size).toBeGreaterThan(200_000)
    await page.keyboard.press('Escape')

    const drawn = await goTo(page, 'Design').then(() => readOutline(page))
    await saveAs(page, 'mine')
    await page.getByRole('button', { name: 'File menu of mine, Saved' }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Start page' }).click()
    await page.getByRole('region', { name: 'Recent' }).getByRole('button').first().click()
    await page.getByRole('listbox', { name: 'Outline' }).waitFor()
    expect(await readOutline(page)).toEqual(drawn)
  })

  it('takes an image that is dropped or pasted for a prediction', async () => {
    await design()
    await useDigits(page, 200)
    const screen = await train(page, 1)
    await screen.getByText('Finished', { exact: true }).waitFor({ timeout: 120_000 })
    const evaluation = await goTo(page, 'Evaluate')
    const png = (await page.getByRole('tab', { name: 'Evaluate' }).screenshot()).toString('base64')
    for (const kind of ['drop', 'paste'] as const) {
      const name = `${kind}ped.png`
      await evaluation.getByText(/drop or paste/).evaluate(
        (element, [type, file, data]) => {
          const bytes = Uint8Array.from(atob(data), (letter) => letter.codePointAt(0) ?? 0)
          const transfer = new DataTransfer()
          transfer.items.add(new File([bytes], file, { type: 'image/png' }))
          const options = { bubbles: true, cancelable: true }
          const event =
            type === 'drop'
              ? new DragEvent('drop', { ...options, dataTransfer: transfer })
              : new ClipboardEvent('paste', { ...options, clipboardData: transfer })
          element.dispatchEvent(event)
        },
        [kind, name, png] as const,
      )
      await evaluation.getByText(name, { exact: true }).waitFor()
      await evaluation.getByRole('list', { name: 'Probabilities, largest first' }).waitFor()
    }
  })
})
