// @vitest-environment happy-dom
// The file that an address names is opened once, and the rest of the address stays.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openFilesOfAddress } from './openNamed'

const opened = vi.hoisted(() => [] as string[])
vi.mock('../session/document/documentFlows', () => ({
  openPath: async (path: string) => {
    opened.push(path)
    return true
  },
}))

let end = (): void => {}
beforeEach(() => {
  opened.length = 0
})
afterEach(() => {
  end()
  history.replaceState(null, '', '/')
})

it('opens the file, takes it out of the address, and opens the next one that is pasted', () => {
  const file = '/home/ada/a&b #1.netloom'
  history.replaceState(null, '', `/?x=1#token=secret&${new URLSearchParams({ open: file }).toString()}`)
  end = openFilesOfAddress()
  expect([opened, location.hash, location.search]).toEqual([[file], '#token=secret', '?x=1'])
  history.replaceState(null, '', '/#open=%2Fb.onnx')
  window.dispatchEvent(new Event('hashchange'))
  expect([opened, location.hash]).toEqual([[file, '/b.onnx'], ''])
})

it('opens nothing where none is named', () => {
  end = openFilesOfAddress()
  expect(opened).toEqual([])
})
