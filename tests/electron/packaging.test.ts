// The packages' description against electron-builder's own schema and against what is in the checkout; nothing is packed.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { documentEnding, isOpenableName, onnxEnding, textEnding } from '../../src/shared/graph/fileNames'

const root = join(import.meta.dirname, '..', '..')
const require = createRequire(import.meta.url)

interface Packages {
  readonly files: readonly { readonly filter: readonly string[] }[]
  readonly asarUnpack: readonly string[]
  readonly electronFuses: { readonly runAsNode: boolean }
  readonly fileAssociations: readonly { readonly ext: string }[]
  readonly linux: {
    readonly icon: string
    readonly target: unknown
    readonly files: unknown
    readonly fileAssociations: Packages['fileAssociations']
  }
  readonly win: { readonly icon: string }
  readonly mac: { readonly icon: string }
}

interface Builder {
  getConfig(folder: string, path: string, given: null): Promise<Packages>
  validateConfiguration(config: Packages, logger: object): Promise<void>
}

const builder = require('app-builder-lib/out/util/config/config.js') as Builder
const read = () => builder.getConfig(root, 'electron-builder.yml', null)

/** Sizes of the images in an .ico file, which writes 256 as 0. */
function icoSizes(bytes: Buffer): number[] {
  return Array.from({ length: bytes.readUInt16LE(4) }, (_, index) => bytes.readUInt8(6 + 16 * index) || 256)
}

/** Widths of the PNG images in an .icns file, by their kind. */
function icnsSizes(bytes: Buffer): Record<string, number> {
  const found: Record<string, number> = {}
  for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at + 4))
    found[bytes.toString('ascii', at, at + 4)] = bytes.readUInt32BE(at + 8 + 16)
  return found
}

describe('electron-builder.yml', () => {
  it('fits the schema of electron-builder', async () => {
    await expect(
      builder.validateConfiguration(await read(), { isEnabled: false, add: () => {} }),
    ).resolves.toBeUndefined()
  })

  it('names files that are there, and an entry that the build makes', async () => {
    const { linux, win, mac, files } = await read()
    for (const path of [linux.icon, win.icon, mac.icon]) expect(existsSync(join(root, path))).toBe(true)
    expect(files.flatMap(({ filter }) => filter)).toContain('resources/icons/512x512.png')
    const { main } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { main: string }
    expect(main).toBe('out/main/electron.js')
  })

  it('associates the files that a start takes', async () => {
    const { fileAssociations, linux } = await read()
    expect(fileAssociations.map(({ ext }) => `.${ext}`)).toEqual([documentEnding, onnxEnding])
    expect(linux.fileAssociations.map(({ ext }) => `.${ext}`)).toEqual([textEnding])
    for (const { ext } of [...fileAssociations, ...linux.fileAssociations])
      expect(isOpenableName(`/a/b.${ext}`)).toBe(true)
    // Windows and macOS know no endings of two parts.
    for (const { ext } of fileAssociations) expect(ext).not.toContain('.')
  })

  it('lets the program run as plain Node, for the training process, and unpacks native libraries', async () => {
    const { electronFuses, asarUnpack } = await read()
    expect(electronFuses.runAsNode).toBe(true)
    expect(asarUnpack).toContain('**/*.{node,dll,dylib,so,so.*}')
  })
})

describe('the icons', () => {
  it('hold every size', () => {
    expect(icoSizes(readFileSync(join(root, 'resources', 'icon.ico')))).toEqual([16, 24, 32, 48, 64, 128, 256])
    expect(icnsSizes(readFileSync(join(root, 'resources', 'icon.icns')))).toEqual({
      icp4: 16,
      icp5: 32,
      ic07: 128,
      ic08: 256,
      ic09: 512,
      ic11: 32,
      ic12: 64,
      ic13: 256,
      ic14: 512,
      ic10: 1024,
    })
    for (const size of [16, 24, 32, 48, 64, 128, 256, 512, 1024]) {
      const png = readFileSync(join(root, 'resources', 'icons', `${size}x${size}.png`))
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size])
    }
  })
})
