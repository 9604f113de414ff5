// Where Electron keeps its things.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { placeUserData } from './userData'

let folder = ''
let userData = ''
let isNamed = false

const app = {
  getPath: () => folder,
  setPath(_name: string, path: string) {
    // As Electron documents it.
    if (!existsSync(path)) throw new Error(`Failed to set path: ${path}`)
    userData = path
  },
  commandLine: { hasSwitch: (name: string) => isNamed && name === 'user-data-dir' },
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netloom-user-data-'))
  ;[userData, isNamed] = ['', false]
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the folder of windows and pages', () => {
  it('is the one from before the program had a name for people, also at the first start', () => {
    placeUserData(app)
    expect(userData).toBe(join(folder, 'netloom'))
    mkdirSync(join(folder, 'netloom', 'Local Storage'))
    placeUserData(app)
    expect(existsSync(join(folder, 'netloom', 'Local Storage'))).toBe(true)
  })

  it('is the one that the command line names', () => {
    isNamed = true
    placeUserData(app)
    expect(userData).toBe('')
  })

  it('is the one of a test, whatever else is named', () => {
    isNamed = true
    placeUserData(app, join(folder, 'test', 'profile'))
    expect(userData).toBe(join(folder, 'test', 'profile'))
  })

  it("is Electron's own where none can be made", () => {
    writeFileSync(join(folder, 'netloom'), '')
    placeUserData(app)
    expect(userData).toBe('')
    expect(() => placeUserData(app, join(folder, 'netloom', 'profile'))).toThrow('netloom')
  })
})
