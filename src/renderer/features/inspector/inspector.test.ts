// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core'
import { act, createElement, type FunctionComponent } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { findArchitecture } from '../../../shared/lectures/architectures/index'
import type { NodeId } from '../../../shared/graph/document'
import { documentStore, openSession } from '../../session/document/documentStore'
import { uiStore } from '../../kernel/ui/uiStore'
import { BottomPanel } from './BottomPanel'
import { Inspector } from './Inspector'

// Mantine's first render is slow on a busy machine.
vi.setConfig({ testTimeout: 20_000 })

let root: Root
let page: HTMLElement

async function show(component: FunctionComponent): Promise<void> {
  page = document.createElement('div')
  document.body.append(page)
  root = createRoot(page)
  await act(() =>
    Promise.resolve(root.render(createElement(MantineProvider, { env: 'test' }, createElement(component)))),
  )
}

async function change(action: () => void): Promise<void> {
  await act(() => Promise.resolve(action()))
}

function field(name: string): HTMLInputElement {
  const found = page.querySelector<HTMLInputElement>(`input[aria-label="${name}"]`)
  expect(found, `a field "${name}"`).not.toBeNull()
  return found!
}

/** Types as a person does: the value is set past React, then announced. */
async function type(name: string, text: string): Promise<void> {
  const input = field(name)
  await change(() => {
    Reflect.set(HTMLInputElement.prototype, 'value', text, input)
    input.dispatchEvent(new Event('input', { bubbles: true }))
    input.dispatchEvent(new Event('change', { bubbles: true }))
  })
}

function paramsOf(id: string): unknown {
  return documentStore.getState().document.nodes.find((node) => node.id === id)?.params
}

async function select(...ids: string[]): Promise<void> {
  await change(() => documentStore.getState().select(ids))
}

beforeEach(() => {
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true)
  openSession(findArchitecture('lenet5')!.build())
})

afterEach(async () => {
  await change(() => root.unmount())
  page.remove()
})

describe('Inspector', () => {
  it('shows the network while nothing is selected', async () => {
    await show(Inspector)
    expect(page.textContent).toContain('61,706')
    await type('Name of the network', 'mine')
    expect(documentStore.getState().document.name).toBe('mine')
  })

  it('changes a parameter on every keystroke, as one step of the history', async () => {
    await show(Inspector)
    await select('conv1')
    await type('Filters', '1')
    await type('Filters', '12')
    expect(paramsOf('conv1')).toMatchObject({ filters: 12 })
    expect(documentStore.getState().past.map(({ label }) => label)).toEqual(['Change filters of conv1'])
    await change(() => documentStore.getState().undo())
    expect(field('Filters').value).toBe('6')
  })

  it("keeps a wrong value in the field, with the layer's own error", async () => {
    await show(Inspector)
    await select('conv1')
    await type('Filters', '0')
    expect(field('Filters').value).toBe('0')
    expect(page.querySelector('[role=alert]')?.textContent).toBe('Parameter "filters" must be at least 1, is 0.')
    await type('Filters', '')
    expect(paramsOf('conv1')).toMatchObject({ filters: 0 })
    expect(page.textContent).toContain('must be a number and is missing.')
  })

  it('changes several layers together and says where they differ', async () => {
    await show(Inspector)
    await select('conv1', 'conv2')
    expect(field('Filters').value).toBe('')
    expect(field('Filters').placeholder).toBe('Mixed')
    await type('Filters', '8')
    expect([paramsOf('conv1'), paramsOf('conv2')]).toMatchObject([{ filters: 8 }, { filters: 8 }])
    expect(documentStore.getState().past).toHaveLength(1)
  })

  it('refuses a name that is taken and keeps the layer selected under a new one', async () => {
    await show(Inspector)
    await select('conv1')
    await type('Name of the layer', 'conv2')
    expect(page.textContent).toContain('A layer is already named "conv2".')
    await type('Name of the layer', 'stem')
    await change(() =>
      field('Name of the layer').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true })),
    )
    expect([...documentStore.getState().selection]).toEqual(['stem'])
    expect(page.textContent).toContain('Conv2D')
  })

  it('questions a value out of all proportion once, and takes it back', async () => {
    await show(Inspector)
    await select('conv1')
    const answer = (text: string): Promise<void> =>
      change(() => [...page.querySelectorAll('button')].find(({ textContent }) => textContent === text)?.click())
    await type('Filters', '50')
    expect(page.textContent).not.toContain('than usual')
    await type('Filters', '500000')
    expect(page.textContent).toContain('Filters: 500,000 is far more than usual (up to 32,768).')
    expect(paramsOf('conv1')).toMatchObject({ filters: 500_000 })
    await answer('Back to 50')
    expect(paramsOf('conv1')).toMatchObject({ filters: 50 })
    await type('Filters', '500000')
    await answer('Keep it')
    expect(page.textContent).not.toContain('than usual')
    expect(paramsOf('conv1')).toMatchObject({ filters: 500_000 })
    // What was there already is not questioned.
    await select('conv2')
    await select('conv1')
    expect(page.textContent).not.toContain('than usual')
  })

  it('offers the repair of a broken layer, which undo takes back', async () => {
    const { document, apply, undo } = documentStore.getState()
    const flat = document.nodes.find(({ type }) => type === 'flatten')!
    const from = document.edges.find(({ to }) => to.node === flat.id)!.from
    const to = document.edges.find((edge) => edge.from.node === flat.id)!.to
    apply(
      {
        type: 'batch',
        edits: [
          { type: 'removeNode', id: flat.id },
          { type: 'connect', edge: { from, to } },
        ],
      },
      'break it',
    )
    await show(Inspector)
    await select(to.node)
    // As long as the Problems panel says it, it is only marked here.
    expect(page.textContent).toContain('1 error, told under Problems')
    expect(page.textContent).not.toContain('takes a vector')
    await change(() => uiStore.getState().setPanel('bottom', { isCollapsed: true }))
    const button = [...page.querySelectorAll('button')].find(({ textContent }) => textContent.includes('flatten'))
    await change(() => button?.click())
    expect(documentStore.getState().undoLabel).toBe('Insert a flatten layer')
    expect(documentStore.getState().document.nodes.map(({ id }) => id)).toContain('flatten' as NodeId)
    await change(() => undo())
    expect(page.textContent).toContain('takes a vector [N, F], not a feature map')
    uiStore.getState().setPanel('bottom', { isCollapsed: false })
  })
})

describe('BottomPanel', () => {
  it('says that a sound network has no problems, and counts those of a broken one', async () => {
    await show(BottomPanel)
    expect(page.textContent).toContain('No problems. The network is sound.')
    await change(() =>
      documentStore
        .getState()
        .apply({ type: 'setParams', id: 'conv1' as NodeId, params: { filters: 0, kernel: 5 } }, 'break'),
    )
    expect(page.querySelector('[role=tab]')?.textContent).toBe('Problems1')
  })

  it('sums the layers up below the table', async () => {
    await show(BottomPanel)
    await change(() => page.querySelectorAll<HTMLElement>('[role=tab]')[1]?.click())
    expect(page.querySelector('tfoot')?.textContent).toContain('13 layers61,7060')
  })
})
