// What the canvas can do by mouse and by keys, checked in the file it saves: arranging, notes, re-routing, copying, images.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { NetworkDocument, NetworkNode, Position } from '../../src/shared/graph/document'
import { DocumentBuilder } from '../../src/shared/graph/documentBuilder'
import { parseDocument, serializeDocument } from '../../src/shared/graph/schema'
import { useBrowser } from './browserFixture'
import { browserPath, skipReason } from './findBrowser'
import { runCommand } from './screens'

const places: Readonly<Record<string, Position>> = {
  input: { x: 3, y: 0 },
  left: { x: -152, y: 104 },
  right: { x: 136, y: 120 },
  sum: { x: 24, y: 240 },
  head: { x: 0, y: 400 },
}

/** Two branches that meet, a little out of line. */
function branches(): NetworkDocument {
  const builder = new DocumentBuilder('branches')
  builder.add('input', 'input', { shape: [3, 16, 16] })
  builder.add('left', 'conv2d', { filters: 8, kernel: [3, 3], padding: 'same-upper' }, 'input')
  builder.add('right', 'conv2d', { filters: 8, kernel: [3, 3], padding: 'same-upper' }, 'input')
  builder.add('sum', 'add', {}, 'left', 'right')
  builder.add('head', 'relu', {}, 'sum')
  const document = builder.build()
  return { ...document, nodes: document.nodes.map((node) => ({ ...node, position: places[node.id] })) }
}

describe.skipIf(browserPath === undefined)(`the canvas${skipReason}`, () => {
  const fixture = useBrowser()
  let page: Page
  let path = ''

  async function openBranches(name: string, context?: BrowserContext): Promise<void> {
    path = join(fixture().root, `${name}.netloom.json`)
    await writeFile(path, serializeDocument({ ...branches(), name }))
    page = await fixture().open(context)
    await page.getByRole('button', { name: /^Open\.\.\./ }).click()
    const dialog = page.getByRole('dialog', { name: 'Open a network' })
    await dialog.getByRole('button', { name: new RegExp(`^${name}`) }).click()
    await dialog.getByRole('button', { name: 'Open', exact: true }).click()
    await node('head').waitFor()
  }

  const node = (id: string) => page.getByRole('group', { name: new RegExp(`^${id}, `) })
  const canvas = () => page.getByRole('application', { name: 'Network' })
  const tool = (name: string) => page.getByRole('toolbar').getByRole('button', { name, exact: true })

  async function choose(...ids: readonly string[]): Promise<void> {
    const outline = page.getByRole('listbox', { name: 'Outline' })
    for (const [index, id] of ids.entries()) {
      const row = outline.getByRole('option', { name: new RegExp(`^${id},`) })
      await row.click({ modifiers: index === 0 ? [] : ['Control'] })
    }
    await canvas().focus()
  }

  /** The document as it is in its file once everything is saved. */
  async function save(): Promise<NetworkDocument> {
    await page.getByRole('textbox', { name: 'Search commands' }).waitFor({ state: 'hidden' })
    await page.keyboard.press('Control+s')
    await page.getByRole('button', { name: /^File menu of .*, Saved$/ }).waitFor()
    return parseDocument(await readFile(path, 'utf8'))
  }

  const undo = () => page.keyboard.press('Control+z')

  async function placesOf(...ids: readonly string[]): Promise<readonly Position[]> {
    const { nodes } = await save()
    return ids.map((id) => nodes.find((other: NetworkNode) => other.id === id)?.position ?? { x: NaN, y: NaN })
  }

  async function middleOf(id: string): Promise<Position> {
    const box = await node(id).boundingBox()
    if (!box) throw new Error(`"${id}" is not shown`)
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  }

  async function drag(from: Position, to: Position, hold?: 'Alt'): Promise<void> {
    // A drag begins once the pointer has moved by a few pixels, and counts from there.
    await page.mouse.move(from.x - 3, from.y)
    await page.mouse.down()
    if (hold) await page.keyboard.down(hold)
    await page.mouse.move(from.x, from.y)
    await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 })
    await page.mouse.move(to.x, to.y, { steps: 4 })
    await page.mouse.up()
    if (hold) await page.keyboard.up(hold)
  }

  it('aligns and distributes what is selected, each as one step', async () => {
    await openBranches('arranged')
    // Nodes are 208 by 56, so the middle of all is half way between the outermost edges.
    const alignments = [
      ['Align left edges', 'x', -152],
      ['Align centres', 'x', -8],
      ['Align right edges', 'x', 136],
      ['Align top edges', 'y', 104],
      ['Align middles', 'y', 112],
      ['Align bottom edges', 'y', 120],
    ] as const
    for (const [title, axis, place] of alignments) {
      await choose('left', 'right')
      await runCommand(page, title)
      const [left, right] = await placesOf('left', 'right')
      expect([left?.[axis], right?.[axis]], title).toEqual([place, place])
      await undo()
    }
    await choose('input', 'left', 'sum')
    await runCommand(page, 'Distribute down')
    expect((await placesOf('input', 'left', 'sum')).map(({ y }) => y)).toEqual([0, 120, 240])
    await undo()
    // The same by the menu under the right mouse button; from -152 to 24 the middle is -64.
    await node('left').click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Align and distribute' }).hover()
    await page.getByRole('menuitem', { name: 'Distribute across' }).click()
    expect((await placesOf('input', 'left', 'sum')).map(({ x }) => x)).toEqual([-64, -152, 24])
    await undo()
    expect((await save()).nodes).toEqual(branches().nodes)
  })

  it('lays the network out in both directions, and fits it and the selection into view', async () => {
    await openBranches('layout')
    await tool('Lay out from left to right').click()
    const isRising = (values: readonly number[]) =>
      values.every((value, index) => value > (values[index - 1] ?? -Infinity))
    const acrossOf = async () => (await placesOf('input', 'left', 'sum', 'head')).map(({ x }) => x)
    await expect.poll(async () => isRising(await acrossOf()), { timeout: 30_000 }).toBe(true)
    await tool('Lay out from top to bottom').click()
    const downOf = async () => (await placesOf('input', 'left', 'sum', 'head')).map(({ y }) => y)
    await expect.poll(async () => isRising(await downOf()), { timeout: 30_000 }).toBe(true)
    const [left, other] = await placesOf('left', 'right')
    expect(left?.y).toBe(other?.y)

    await choose('head')
    await page.keyboard.press('.')
    const box = await canvas().boundingBox()
    if (!box) throw new Error('the canvas is not shown')
    await expect.poll(async () => Math.abs((await middleOf('head')).y - (box.y + box.height / 2))).toBeLessThan(40)
    expect(Math.abs((await middleOf('head')).x - (box.x + box.width / 2))).toBeLessThan(2)
    await page.keyboard.press('-')
    await page.getByRole('button', { name: 'Zoom to 100%, now 80%' }).waitFor()
    await page.keyboard.press('Shift+0')
    await page.getByRole('button', { name: 'Zoom to 100%, now 100%' }).waitFor()
    await page.keyboard.press('Shift+1')
    await expect.poll(async () => (await middleOf('input')).y > box.y).toBe(true)

    // Sideways the wheel moves the view; a view of the whole network shows it whole in a smaller window too.
    await page.mouse.move(box.x + 20, box.y + 60)
    const before = await middleOf('input')
    await page.mouse.wheel(60, 0)
    await expect.poll(async () => Math.round((await middleOf('input')).x - before.x)).toBe(-60)
    await page.mouse.wheel(-60, 0)
    await expect.poll(async () => Math.round((await middleOf('input')).x - before.x)).toBe(0)
    await page.setViewportSize({ width: 1024, height: 480 })
    for (const id of ['input', 'head']) {
      await expect
        .poll(async () => {
          const [at, seen] = [await middleOf(id), await canvas().boundingBox()]
          return seen !== null && at.y > seen.y && at.y < seen.y + seen.height && at.x < seen.x + seen.width
        })
        .toBe(true)
    }
  })

  it('snaps to the grid and to neighbours while dragging, and to neither where that is turned off', async () => {
    await openBranches('snapped')
    await page.keyboard.press('Shift+0')
    const from = await middleOf('head')
    // The grid would take it to x = 8; the centre of "input", at 3, is near enough to win.
    await drag(from, { x: from.x + 5, y: from.y - 64 })
    expect((await placesOf('head'))[0]).toEqual({ x: 3, y: 336 })
    const goBack = async (): Promise<void> => {
      await undo()
      await expect.poll(() => middleOf('head')).toEqual(from)
    }
    await goBack()
    // With Alt it comes to rest on the grid, beside the line.
    await drag(from, { x: from.x + 8, y: from.y - 64 }, 'Alt')
    expect((await placesOf('head'))[0]).toEqual({ x: 8, y: 336 })
    await goBack()
    await tool('Snap to the grid').click()
    await drag(from, { x: from.x + 51, y: from.y - 61 }, 'Alt')
    expect((await placesOf('head'))[0]).toEqual({ x: 51, y: 339 })
    await tool('Snap to the grid').click()
  })

  it('duplicates, and pastes into another window as text', async () => {
    const context = await fixture().newContext({ permissions: ['clipboard-read', 'clipboard-write'] })
    await openBranches('copied', context)
    await choose('left', 'sum')
    await page.keyboard.press('Control+d')
    const { nodes, edges } = await save()
    expect(nodes.slice(5).map(({ id, type }) => `${id} ${type}`)).toEqual(['left1 conv2d', 'sum1 add'])
    expect(edges.slice(6)).toEqual([])
    expect(edges.at(-1)).toEqual({ from: { node: 'left1', port: 'out' }, to: { node: 'sum1', port: 'in0' } })
    await undo()

    await choose('left', 'right', 'sum')
    await page.keyboard.press('Control+c')
    page = await fixture().open(context)
    await runCommand(page, 'New network')
    await page.getByRole('main', { name: 'Design' }).waitFor()
    await canvas().focus()
    await page.keyboard.press('Control+v')
    await node('sum').waitFor()
    await expect.poll(() => page.getByRole('listbox', { name: 'Outline' }).getByRole('option').count()).toBe(3)
    await page.keyboard.press('Control+x')
    await page.getByRole('heading', { name: 'Begin with the image' }).waitFor()
    await undo()
    await node('sum').waitFor()
  })

  it('moves the end of a wire to another port', async () => {
    await openBranches('rerouted')
    await page.keyboard.press('Shift+0')
    const head = await middleOf('head')
    const right = await middleOf('right')
    // A wire is taken above the port where it ends; "right" gives its output at its lower edge.
    await drag({ x: head.x, y: head.y - 28 - 17 }, { x: right.x, y: right.y - 28 })
    expect((await save()).edges.at(-1)?.to).toEqual({ node: 'head', port: 'in' })
    const sum = await middleOf('sum')
    await drag({ x: sum.x, y: sum.y + 28 + 17 }, { x: right.x, y: right.y + 28 })
    expect((await save()).edges.at(-1)).toEqual({
      from: { node: 'right', port: 'out' },
      to: { node: 'head', port: 'in' },
    })
    await undo()
    expect((await save()).edges).toEqual(branches().edges)

    // The same without a pointer, by the list of sources in the inspector; nothing can feed what leads to it.
    await choose('head')
    const source = page.getByRole('combobox', { name: 'Source of input', exact: true })
    await source.focus()
    await expect.poll(() => source.getByRole('option').allTextContents()).toContain('right')
    expect(await source.getByRole('option').allTextContents()).not.toContain('head')
    await source.selectOption('right')
    await canvas().focus()
    expect((await save()).edges.at(-1)?.from).toEqual({ node: 'right', port: 'out' })
    await undo()
    expect((await save()).edges).toEqual(branches().edges)
  })

  it('has notes that are written, moved, resized, coloured, copied, drawn and deleted', async () => {
    await openBranches('noted')
    await page.keyboard.press('Shift+0')
    await choose('sum')
    await page.keyboard.press('n')
    const field = page.getByRole('textbox', { name: 'Text of the note' })
    await field.waitFor()
    await page.keyboard.type('Both branches')
    await page.keyboard.press('Enter')
    await page.keyboard.type('keep their size.')
    await page.keyboard.press('Escape')
    const note = page.getByRole('note', { name: /^Note: Both branches/ })
    await note.waitFor()
    // It begins 32 beside "sum", which is 208 wide: 24 + 208 + 32 = 264.
    const first = {
      id: 'note1',
      text: 'Both branches\nkeep their size.',
      position: { x: 264, y: 240 },
      layer: 'sum',
    }
    expect((await save()).notes).toEqual([first])

    const box = await note.boundingBox()
    if (!box) throw new Error('the note is not shown')
    await drag({ x: box.x + 40, y: box.y + 60 }, { x: box.x + 40 + 32, y: box.y + 60 + 48 }, 'Alt')
    const moved = { ...first, position: { x: 296, y: 288 } }
    expect((await save()).notes).toEqual([moved])
    const corner = { x: box.x + 32 + box.width - 6, y: box.y + 48 + box.height - 6 }
    await drag(corner, { x: corner.x - 48, y: corner.y + 32 })
    const [resized] = (await save()).notes ?? []
    // It moves with its layer.
    await choose('sum')
    await page.keyboard.press('Alt+ArrowRight')
    const followed = await save()
    const step = (followed.nodes.find(({ id }) => id === 'sum')?.position?.x ?? 0) - 24
    expect(step).toBeGreaterThan(0)
    expect(followed.notes?.[0]?.position.x).toBe((resized?.position.x ?? 0) + step)
    await undo()
    await note.click({ position: { x: 20, y: 60 } })
    expect(resized?.size?.width).toBeLessThan(176)
    expect(resized?.size?.height).toBeGreaterThan(112)
    await canvas().focus()
    await page.keyboard.press('Alt+Shift+ArrowUp')
    expect((await save()).notes?.[0]?.size?.height).toBe((resized?.size?.height ?? 0) - 16)
    await note.click({ button: 'right', position: { x: 20, y: 60 } })
    await page.getByRole('menuitem', { name: 'Colour', exact: true }).hover()
    await page.getByRole('menuitem', { name: 'Colour the note blue' }).click()
    expect((await save()).notes?.[0]?.color).toBe('blue')

    await page.keyboard.press('Control+d')
    expect((await save()).notes?.map(({ id }) => id)).toEqual(['note1', 'note2'])
    await page.keyboard.press('Enter')
    await field.fill('A copy')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('note', { name: 'Note: A copy' }).waitFor()

    const download = page.waitForEvent('download')
    await runCommand(page, 'Save the image of the network as SVG')
    const image = await readFile(await (await download).path(), 'utf8')
    for (const text of ['A copy', 'keep their size.', 'sum']) expect(image).toContain(text)
    expect(image).toMatch(/@font-face \{ font-family: "?Inter Variable.*data:font\/woff2;base64/)

    await canvas().focus()
    await page.keyboard.press('Shift+N')
    await page.keyboard.press('Delete')
    expect((await save()).notes?.map(({ text }) => text)).toEqual(['A copy'])
    for (let step = 0; step < 8; step++) await undo()
    expect((await save()).notes).toBeUndefined()
  })
})
