// The third-party notices: every package that is handed on stands in them, with a licence.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { collectPackages, createNotices, printNotices } from '../../scripts/notices.mjs'

const root = join(import.meta.dirname, '..', '..')

interface LockedPackage {
  readonly version: string
  readonly name?: string
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly optional?: boolean
}

interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

const font = join(root, 'node_modules', '@fontsource-variable', 'inter', 'wght.css')
const elk = join(root, 'node_modules', 'elkjs', 'lib', 'elk.bundled.js')
const packages = collectPackages(root, [font, elk, join(root, 'src', 'renderer', 'start.tsx'), '\0vite/helper'])
const notices = printNotices(packages)

/** What npm installs to run Netloom, by its own account; of what is optional, the parts of sharp. */
function listRunning(): string[] {
  const { packages: locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock
  return Object.entries(locked)
    .filter(([, { dev, devOptional, optional }]) => dev !== true && devOptional !== true && optional !== true)
    .concat(Object.entries(locked).filter(([path]) => path.startsWith('node_modules/@img/')))
    .filter(([path]) => path !== '' && existsSync(join(root, path, 'package.json')))
    .map(([path, { version, name }]) => `${name ?? path.split('node_modules/').at(-1) ?? ''} ${version}`)
}

describe('the third-party notices', () => {
  it('name every package that is installed to run, and those that are bundled', () => {
    const running = listRunning()
    expect(running.length).toBeGreaterThan(50)
    const missing = running.filter((name) => !notices.includes(`\n${name} (`))
    expect(missing).toEqual([])
    expect(notices).toMatch(/\n@fontsource-variable\/inter \S+ \(OFL-1\.1\)/)
    expect(packages.every(({ name }) => name !== 'netloom')).toBe(true)
  })

  it('bring the texts: of fonts, of the LGPL with the GPL that it adds to, and of what has no file of its own', () => {
    expect(notices).toContain('SIL OPEN FONT LICENSE Version 1.1')
    for (const text of [
      'GNU LESSER GENERAL PUBLIC LICENSE',
      'GNU GENERAL PUBLIC LICENSE',
      'Apache License',
      'MIT License',
    ])
      expect(notices).toContain(text)
    expect(notices).toContain('onnxruntime/blob/main/ThirdPartyNotices.txt')
    // What libvips is built from is told by its package's README.
    expect(notices).toMatch(/\| libvips +\| LGPLv3/)
  })

  it('say under which of its licences the layout of networks is taken, and where its source is', () => {
    expect(notices).toMatch(/\nelkjs \S+ \(EPL-2\.0 OR GPL-3\.0-or-later\)/)
    expect(notices).toContain('Eclipse Public License - v 2.0')
    expect(notices).toMatch(/elkjs.*Eclipse Public License 2\.0.*https:\/\/github\.com\/kieler\/elkjs/)
  })

  it('hold what is bundled into threads as well as into the screen', () => {
    const { screen, thread } = createNotices(root)
    let written = ''
    thread().generateBundle.call({ getModuleIds: () => [elk] })
    screen.generateBundle.call({
      getModuleIds: () => [font],
      emitFile: ({ source }: { readonly source: string }) => (written = source),
    })
    expect(written).toMatch(/\nelkjs \S+ /)
    expect(written).toMatch(/\n@fontsource-variable\/inter \S+ /)
  })

  it('refuse a package whose licence nobody knows', () => {
    const folder = mkdtempSync(join(tmpdir(), 'netloom-notices-'))
    try {
      const mystery = join(folder, 'node_modules', 'mystery')
      mkdirSync(mystery, { recursive: true })
      writeFileSync(join(folder, 'package.json'), '{ "name": "x", "dependencies": { "mystery": "1", "absent": "1" } }')
      writeFileSync(join(mystery, 'package.json'), '{ "name": "mystery", "version": "1.0.0" }')
      const found = collectPackages(folder)
      expect(found).toHaveLength(1)
      expect(() => printNotices(found)).toThrow('mystery brings no licence, and the text of unknown is not known.')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
