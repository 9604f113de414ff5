// The packages' description against electron-builder's own schema and against what is in the checkout; nothing is packed.
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { documentEnding, isOpenableName, onnxEnding, textEnding } from '../../src/shared/graph/fileNames'

const root = join(import.meta.dirname, '..', '..')
const require = createRequire(import.meta.url)

interface Packages {
  readonly files: readonly { readonly filter: readonly string[] }[]
  readonly asarUnpack: readonly string[]
  readonly electronFuses: Readonly<Record<string, boolean>>
  readonly toolsets: { readonly appimage: string }
  readonly fileAssociations: readonly { readonly ext: string }[]
  readonly linux: {
    readonly executableName: string
    readonly icon: string
    readonly target: unknown
    readonly files: unknown
    readonly fileAssociations: Packages['fileAssociations']
  }
  readonly win: { readonly icon: string }
  readonly mac: {
    readonly entitlements: string
    readonly entitlementsInherit: string
    readonly icon: string
    readonly identity: string
    readonly hardenedRuntime: boolean
    readonly notarize: boolean
  }
}

interface Builder {
  getConfig(folder: string, path: string, given: null): Promise<Packages>
  validateConfiguration(config: Packages, logger: object): Promise<void>
}

const builder = require('app-builder-lib/out/util/config/config.js') as Builder
const read = () => builder.getConfig(root, 'scripts/desktopConfig.cjs', null)

interface Matcher {
  createFilter(): (path: string, stat: Stats) => boolean
}

const { FileMatcher } = require('app-builder-lib/out/fileMatcher.js') as {
  FileMatcher: new (from: string, to: string, expand: (text: string) => string, patterns: string[]) => Matcher
}

/** The libraries that a Mach-O file for 64 bits loads. @see mach-o/loader.h, LC_LOAD_DYLIB */
function readLibraries(bytes: Buffer): string[] {
  expect(bytes.readUInt32LE(0)).toBe(0xfeedfacf)
  const found: string[] = []
  let at = 32
  for (let left = bytes.readUInt32LE(16); left > 0; left -= 1) {
    const end = at + bytes.readUInt32LE(at + 4)
    if (bytes.readUInt32LE(at) === 0xc)
      found.push(bytes.toString('utf8', at + bytes.readUInt32LE(at + 8), end).split('\0')[0] ?? '')
    at = end
  }
  return found
}

/** The libraries that a PE32+ file imports. @see https://learn.microsoft.com/windows/win32/debug/pe-format */
function readImports(bytes: Buffer): string[] {
  const header = bytes.readUInt32LE(0x3c)
  const optional = header + 24
  expect([bytes.toString('latin1', header, header + 2), bytes.readUInt16LE(optional)]).toEqual(['PE', 0x20b])
  const sections = optional + bytes.readUInt16LE(header + 20)
  const count = bytes.readUInt16LE(header + 6)
  const offsetOf = (address: number): number => {
    for (let at = sections; at < sections + 40 * count; at += 40) {
      const start = bytes.readUInt32LE(at + 12)
      if (address >= start && address < start + bytes.readUInt32LE(at + 16))
        return address - start + bytes.readUInt32LE(at + 20)
    }
    throw new Error(`no section holds ${address}`)
  }
  const found: string[] = []
  for (let at = offsetOf(bytes.readUInt32LE(optional + 120)); bytes.readUInt32LE(at + 12) !== 0; at += 20) {
    const name = offsetOf(bytes.readUInt32LE(at + 12))
    found.push(bytes.toString('latin1', name, bytes.indexOf(0, name)))
  }
  return found
}

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
    expect(electronFuses['runAsNode']).toBe(true)
    expect(asarUnpack).toContain('**/*.{node,dll,dylib,so,so.*}')
  })
})

const configure = require(join(root, 'scripts', 'desktopConfig.cjs')) as (request: undefined, host: object) => object

describe('an app for macOS', () => {
  const certificate = { CSC_LINK: 'certificate.p12' }
  const key = { APPLE_API_KEY: 'key.p8', APPLE_API_KEY_ID: 'id', APPLE_API_ISSUER: 'issuer' }

  /** What a Mac with these secrets packs with. */
  async function readWith(secrets: Readonly<Record<string, string>>): Promise<Packages> {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const settings = configure(undefined, { env: secrets, platform: 'darwin', exists: () => true })
    const path = join(folder, 'settings.json')
    writeFileSync(path, JSON.stringify({ ...settings, extends: join(root, 'electron-builder.yml') }))
    return builder.getConfig(root, path, null)
  }
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'netloom-packaging-'))
  })
  afterEach(() => {
    vi.restoreAllMocks()
    rmSync(folder, { recursive: true })
  })

  it('is signed ad hoc without secrets, after its fuses were switched', async () => {
    const { mac } = await readWith({})
    expect(mac).toMatchObject({ identity: '-', hardenedRuntime: false, notarize: false })
    expect(mac).not.toHaveProperty('forceCodeSigning')
  })

  it('may ask for the camera, signed with a certificate too', async () => {
    const { mac } = await readWith(certificate)
    expect(mac).toMatchObject({ extendInfo: { NSCameraUsageDescription: expect.stringContaining('camera') } })
    for (const file of [mac.entitlements, mac.entitlementsInherit]) {
      const text = readFileSync(join(root, file), 'utf8')
      expect(text).toMatch(/com\.apple\.security\.device\.camera<\/key>\s*<true\/>/)
      expect(text).not.toContain('audio-input')
    }
  })

  it.each([
    [certificate, 'Developer ID Application', false],
    [{ CSC_NAME: 'Ada Lovelace (ABC)' }, 'Ada Lovelace (ABC)', false],
    [{ ...certificate, ...key }, 'Developer ID Application', true],
    [
      { ...certificate, APPLE_ID: 'ada@x.org', APPLE_APP_SPECIFIC_PASSWORD: 'secret', APPLE_TEAM_ID: 'ABC' },
      'Developer ID Application',
      true,
    ],
  ])('is signed with a certificate, and notarised with the secrets for it: %o', async (secrets, identity, notarize) => {
    const config = await readWith(secrets)
    expect(config.mac).toMatchObject({ identity, hardenedRuntime: true, notarize, forceCodeSigning: true })
    await expect(builder.validateConfiguration(config, { isEnabled: false, add: () => {} })).resolves.toBeUndefined()
  })

  it('is not made with half of the secrets, of which other systems know nothing', async () => {
    await expect(readWith(key)).rejects.toThrow('Notarisation needs a certificate too')
    const half = { ...certificate, APPLE_ID: 'ada@x.org' }
    await expect(readWith(half)).rejects.toThrow('Notarisation needs one of')
    expect(configure(undefined, { env: half, platform: 'linux' })).toEqual({ extends: './electron-builder.yml' })
  })

  it('has the library of ONNX Runtime once, under the name that its binding asks for', async () => {
    const { files } = await read()
    const home = join(root, 'node_modules', 'onnxruntime-node', 'bin')
    const [version = ''] = readdirSync(home)
    const folder = join(home, version, 'darwin', 'arm64')
    const expand = (text: string): string => text.replace('${platform}', 'darwin').replace('${arch}', 'arm64')
    const matcher = new FileMatcher(root, root, expand, ['**/*', ...files.flatMap(({ filter }) => filter)])
    const isPacked = matcher.createFilter()
    const packed = readdirSync(folder).filter((name) => isPacked(join(folder, name), statSync(join(folder, name))))
    const asked = readLibraries(readFileSync(join(folder, 'onnxruntime_binding.node')))
    const own = asked.filter((path) => path.startsWith('@rpath/')).map((path) => path.slice('@rpath/'.length))
    expect(own).toHaveLength(1)
    expect(packed.toSorted()).toEqual([...own, 'onnxruntime_binding.node'])
  })
})

describe('a package for Windows', () => {
  interface Brought {
    readonly win: {
      readonly extraResources: readonly { readonly from: string; readonly to: string; filter: string[] }[]
    }
  }
  const configureWindows = configure as (request: undefined, host: object) => Brought
  const windows = { env: { SystemRoot: '/windows' }, platform: 'win32' }

  it('brings the C++ runtime that ONNX Runtime imports, beside it', () => {
    const [brought] = configureWindows(undefined, { ...windows, exists: () => true }).win.extraResources
    const folder = join('node_modules', 'onnxruntime-node', 'bin', 'napi-v6', 'win32')
    const imported = ['onnxruntime.dll', 'onnxruntime_binding.node'].flatMap((name) =>
      readImports(readFileSync(join(root, folder, 'x64', name))),
    )
    const runtime = imported.map((name) => name.toLowerCase()).filter((name) => /^(?:msvcp|vcruntime)/.test(name))
    expect(brought?.filter.toSorted()).toEqual([...new Set(runtime)].toSorted())
    expect(brought?.from).toBe(join('/windows', 'System32'))
    expect(join(brought?.to ?? '')).toBe(join('app.asar.unpacked', folder, '${arch}'))
  })

  it('is not made where it would be without', () => {
    const host = { ...windows, exists: (path: string) => !path.endsWith('vcruntime140_1.dll') }
    expect(() => configure(undefined, host)).toThrow('lacks vcruntime140_1.dll: install the Visual C++ Redistributable')
    expect(configure(undefined, { ...host, platform: 'linux' })).not.toHaveProperty('win')
  })
})

it('keeps what an AppImage needs inside it, and its sandbox on', async () => {
  const { toolsets, linux } = await read()
  // Legacy ones want libfuse2 and are started with --no-sandbox.
  expect(toolsets.appimage).toMatch(/^[1-9]\d*\./)
  expect(linux).not.toHaveProperty('executableArgs')
})

it('checks the archive before the program runs from it', async () => {
  const { electronFuses } = await read()
  expect(electronFuses).toMatchObject({ onlyLoadAppFromAsar: true, enableEmbeddedAsarIntegrityValidation: true })
})

it('is called Netloom, with the desktop entry that Wayland looks up', async () => {
  const { productName, desktopName } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    string
  >
  const { linux } = await read()
  expect([productName, desktopName]).toEqual(['Netloom', `${linux.executableName}.desktop`])
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
