// Blocks on a screen: adding, going inside, expanding and collapsing, making one's own, using it twice, changing and keeping it.
import { AxeBuilder } from '@axe-core/playwright'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { beforeEach, describe, expect, it } from 'vitest'
import type { NetworkDocument } from '../../src/shared/graph/document'
import { DocumentBuilder } from '../../src/shared/graph/documentBuilder'
import { parseDocument, serializeDocument } from '../../src/shared/graph/schema'
import { useBrowser } from './browserFixture'
import { browserPath, skipReason } from './findBrowser'
import { readOutline, runCommand, selectLayer } from './screens'

/** Serious and critical violations as lines: rule and element. */
async function violationsOf(page: Page): Promise<string[]> {
  await page.waitForTimeout(300)
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ target }) => `${id}: ${target.join(' ')}`))
}

describe.skipIf(browserPath === undefined)(`blocks${skipReason}`, () => {
  const fixture = useBrowser()
  let page: Page
  let path: string

  /** Opens an input with nothing behind it. */
  async function openInput(name: string): Promise<void> {
    const builder = new DocumentBuilder(name)
    builder.add('input', 'input', { shape: [32, 16, 16] })
    path = join(fixture().root, `${name}.netloom.json`)
    await writeFile(path, serializeDocument(builder.build()))
    await page.getByRole('button', { name: /^Open\.\.\./ }).click()
    const dialog = page.getByRole('dialog', { name: 'Open a network' })
    await dialog.getByRole('button', { name: new RegExp(name) }).click()
    await dialog.getByRole('button', { name: 'Open', exact: true }).click()
    await page.getByRole('option', { name: /^input, Input/ }).waitFor()
  }

  const canvas = (): Locator => page.getByRole('application', { name: 'Network' })
  const inspector = (): Locator => page.getByRole('complementary', { name: 'Inspector' })
  const inside = (id: string): Locator => page.getByRole('application', { name: `Inside of ${id}` })
  const row = (name: string | RegExp): Locator => page.getByRole('option', { name })

  async function addFromPalette(title: string): Promise<void> {
    const field = page.getByRole('region', { name: 'Layers' }).getByRole('textbox', { name: 'Search layers' })
    await field.fill(title)
    await field.press('Enter')
    await field.fill('')
  }

  async function save(): Promise<NetworkDocument> {
    await page.keyboard.press('Control+s')
    await page.getByRole('button', { name: /^File menu of .*, Saved$/ }).waitFor()
    return parseDocument(await readFile(path, 'utf8'))
  }

  beforeEach(async () => {
    page = await fixture().open()
  })

  it('adds a residual block, goes inside by keys, expands it, undoes, and collapses it again', async () => {
    await openInput('residual')
    await selectLayer(page, 'input')
    await addFromPalette('Residual block')
    // As many filters as channels come in: it fits as it is, 2 * (32*32*9 + 2*32) parameters.
    await row('residualBasic1, Residual block, 32×16×16').waitFor()
    await inspector().getByText('18,560').first().waitFor()

    await canvas().focus()
    await page.keyboard.press('Control+Enter')
    await inside('residualBasic1')
      .getByRole('group', { name: /^conv1, Conv2D/ })
      .waitFor()
    expect(await violationsOf(page)).toEqual([])
    // Input of the block, conv1, bn1.
    for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowDown')
    await inspector().getByRole('heading', { name: 'BatchNorm' }).waitFor()
    await inspector()
      .getByText(/decide these\. Expand in place to edit\./)
      .waitFor()
    await page.keyboard.press('Escape')
    await inside('residualBasic1').waitFor({ state: 'hidden' })
    await inspector().getByRole('heading', { name: 'Residual block' }).waitFor()

    const whole = await readOutline(page)
    await page.keyboard.press('e')
    await row('residualBasic1/relu2, ReLU, 32×16×16').waitFor()
    const opened = await readOutline(page)
    expect(opened).toHaveLength(8)
    await page.keyboard.press('Control+z')
    await expect.poll(() => readOutline(page)).toEqual(whole)
    await page.keyboard.press('Control+y')
    await expect.poll(() => readOutline(page)).toEqual(opened)
    await page.keyboard.press('Shift+E')
    await expect.poll(() => readOutline(page)).toEqual(whole)
    await page.keyboard.press('Control+z')
    await page.keyboard.press('Control+z')
    await expect.poll(() => readOutline(page)).toEqual(whole)
  })

  it('repeats a block, and opens and folds a whole network as one step each', async () => {
    await openInput('repeated')
    await selectLayer(page, 'input')
    await addFromPalette('Residual block')
    await inspector().getByRole('button', { name: 'One block more' }).click()
    await inspector().getByRole('button', { name: 'One block more' }).click()
    await canvas()
      .getByRole('group', { name: /^residualBasic1, Residual block, 3 in a row/ })
      .getByText('×3', { exact: true })
      .waitFor()
    await runCommand(page, 'Expand all blocks')
    await row('residualBasic1/block3/relu2, ReLU, 32×16×16').waitFor()
    expect(await readOutline(page)).toHaveLength(1 + 3 * 7)
    await runCommand(page, 'Fold into blocks')
    await row('residualBasic1, Residual block, 32×16×16').waitFor()
    expect((await save()).nodes.map(({ type, params }) => [type, params['repeat']])).toEqual([
      ['input', undefined],
      ['residualBasic', 3],
    ])
    await page.getByRole('tab', { name: 'Analysis' }).click()
    const table = page.getByRole('table', { name: 'Analysis of the layers' })
    expect(await table.getAttribute('aria-rowcount')).toBe('4')
    await page.getByText('Layers', { exact: true }).last().click()
    // Heading, totals, the input, the block and its 21 layers.
    await expect.poll(() => table.getAttribute('aria-rowcount')).toBe('25')
  })

  it('makes a block with its filters to set, uses it twice, and changes both by the definition', async () => {
    await openInput('own')
    await selectLayer(page, 'input')
    await addFromPalette('Conv2D')
    await addFromPalette('BatchNorm')
    await addFromPalette('ReLU')
    await row(/^conv1,/).click()
    await row(/^relu1,/).click({ modifiers: ['Shift'] })
    await canvas().focus()
    await page.keyboard.press('Control+g')
    const dialog = page.getByRole('dialog', { name: 'Make a block' })
    await dialog.getByRole('textbox', { name: 'Title', exact: true }).fill('Brick')
    await dialog.getByRole('checkbox', { name: 'Filters of conv1' }).check()
    await dialog.getByText('1 input: in → conv1').waitFor()
    expect(await violationsOf(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Make block', exact: true }).click()
    await row('brick1, Brick, 32×16×16').waitFor()
    expect(await readOutline(page)).toHaveLength(2)

    await addFromPalette('Brick')
    await row('brick2, Brick, 32×16×16').waitFor()
    await inspector().getByRole('textbox', { name: 'Filters' }).fill('8')
    await row('brick2, Brick, 8×16×16').waitFor()
    await inspector().getByRole('button', { name: '2 uses' }).click()
    await inspector().getByRole('heading', { name: '2 layers' }).waitFor()

    // Inside, the stride is part of the definition: both uses halve the image.
    await selectLayer(page, 'brick1')
    await canvas().focus()
    await page.keyboard.press('Control+Enter')
    await inside('brick1')
      .getByRole('group', { name: /^conv1, Conv2D/ })
      .click()
    await inspector().getByText('a change here changes all 2 uses').waitFor()
    await inspector().getByRole('textbox', { name: 'Stride' }).first().fill('2')
    await row('brick1, Brick, 32×8×8').waitFor()
    await row('brick2, Brick, 8×4×4').waitFor()
    await inside('brick1').press('Backspace')
    const document = await save()
    expect(document.blocks?.map(({ type }) => type)).toEqual(['user/brick'])
    expect(document.nodes.map(({ type, params }) => [type, params])).toEqual([
      ['input', { shape: [32, 16, 16] }],
      ['user/brick', {}],
      ['user/brick', { filters: 8 }],
    ])

    // The library keeps it for other documents.
    await inspector().getByRole('button', { name: 'Save to my blocks' }).click()
    await page.getByText('“Brick” is in My blocks.').waitFor()
    await page.keyboard.press('Alt+n')
    await row(/^brick1/).waitFor({ state: 'hidden' })
    const mine = page.getByRole('region', { name: 'My blocks' })
    await mine.getByRole('button', { name: 'Brick', exact: true }).focus()
    await page.keyboard.press('Enter')
    await row(/^brick1, Brick/).waitFor()
    await page.keyboard.press('Control+z')
    await mine.getByRole('button', { name: 'Brick', exact: true }).focus()
    await page.keyboard.press('Delete')
    await page.getByText('“Brick” is no longer in My blocks.').waitFor()
    await mine.waitFor({ state: 'hidden' })
  })

  it('says why layers cannot be one block, and offers to make one where no block fits', async () => {
    await openInput('refused')
    await selectLayer(page, 'input')
    await addFromPalette('Conv2D')
    await addFromPalette('Dropout')
    await canvas().focus()
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Shift+E')
    const question = page.getByRole('dialog', { name: 'No block is exactly these layers' })
    await question.getByRole('button', { name: 'Make block...' }).click()
    const dialog = page.getByRole('dialog', { name: 'Make a block' })
    await dialog.getByText('"input" is the network\'s input and cannot be inside a block.').waitFor()
    expect(await dialog.getByRole('button', { name: 'Make block', exact: true }).isDisabled()).toBe(true)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
  })
})
