// Whose a run is, and whether its network is still as it was trained.
import { describe, expect, it } from 'vitest'
import { relateRun, type OpenNetwork, type RunMarks } from './runRelation'

const saved: OpenNetwork = { name: 'net', path: '/networks/net.netloom', session: 'b', ofRun: null, structure: '1-new' }
const unsaved: OpenNetwork = { ...saved, path: null }
const run: RunMarks = {
  id: '/networks/runs/net-1',
  architecture: 'net',
  structure: '1-new',
  documentPath: null,
  session: null,
  hasOrigin: true,
  experiment: null,
}

describe('a run of a document with a file', () => {
  it('is known by the file, whatever the network is called now', () => {
    const own = { ...run, documentPath: '/networks/net.netloom', architecture: 'untitled' }
    expect(relateRun(own, saved)).toBe('present')
    expect(relateRun({ ...own, structure: '1-old' }, saved)).toBe('changed')
  })

  it('is no other document’s, also of one that is alike in name and structure', () => {
    const copy = { ...run, documentPath: '/networks/copy.netloom' }
    expect(relateRun(copy, saved)).toBe('other')
    expect(relateRun(copy, unsaved)).toBe('other')
  })
})

describe('a run of a document without a file', () => {
  it('is known by the opening that asked for it', () => {
    const own = { ...run, session: 'b', architecture: 'untitled', structure: '1-old' }
    expect(relateRun(own, unsaved)).toBe('changed')
    expect(relateRun(own, { ...unsaved, structure: '1-old' })).toBe('present')
    expect(relateRun({ ...own, session: 'a' }, unsaved)).toBe('other')
  })

  it('is the same network’s that is opened again: a gallery’s, the command line’s; never that of a file', () => {
    expect(relateRun(run, unsaved)).toBe('present')
    expect(relateRun(run, saved)).toBe('other')
    expect(relateRun({ ...run, experiment: 'shifted-digits-1' }, unsaved)).toBe('other')
    expect(relateRun({ ...run, structure: '1-old' }, unsaved)).toBe('other')
    expect(relateRun({ ...run, architecture: 'lenet5' }, unsaved)).toBe('other')
  })
})

it('is known by its document alone where it is older than notes of origin', () => {
  const old = { ...run, hasOrigin: false }
  expect(relateRun(old, saved)).toBe('present')
  expect(relateRun(old, unsaved)).toBe('present')
  expect(relateRun({ ...old, architecture: 'lenet5' }, saved)).toBe('other')
  // It lies beside the file, so it is the file's before a change.
  expect(relateRun({ ...old, structure: '1-old' }, saved)).toBe('changed')
  expect(relateRun({ ...old, structure: '1-old', id: '/elsewhere/runs/net-1' }, saved)).toBe('other')
  expect(relateRun({ ...old, structure: '1-old', id: '/networks/runs-of-others/net-1' }, saved)).toBe('other')
})

it('stays with the network that was opened from it, through its changes', () => {
  const opened = { ...unsaved, ofRun: run.id }
  const foreign = { ...run, documentPath: '/elsewhere/other.netloom', session: 'a' }
  expect(relateRun(foreign, opened)).toBe('present')
  expect(relateRun({ ...foreign, structure: '1-old' }, opened)).toBe('changed')
})
