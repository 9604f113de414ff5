// ONNX Runtime's own library out of the folder that installing CUDA makes, beside which it looks for the provider; and a folder that the system does not load.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeCudaPackage, isCudaInstalled } from '../../src/main/devices/cuda/cudaPackage'
import { installCuda } from '../../src/main/devices/cuda/installCuda'
import { bindingName, completionReceipt, loadCompleted } from '../../src/main/engines/ort/completedRuntime'
import { zipOf } from '../fixtures/zipFile'

const isThere = process.platform === 'linux' && process.arch === 'x64'
const before = { state: process.env['NETLOOM_STATE'], silence: process.env['ORT_DISABLE_TELEMETRY'] }
let state = ''

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'netloom-completed-'))
  process.env['NETLOOM_STATE'] = state
  process.env['ORT_DISABLE_TELEMETRY'] = '1'
})
afterAll(async () => {
  process.env['NETLOOM_STATE'] = before.state
  process.env['ORT_DISABLE_TELEMETRY'] = before.silence
  await rm(state, { recursive: true, force: true })
})

/** Loads the library as its JavaScript part does. @returns the names that it exports */
function load(): readonly string[] {
  const { libraryFolder } = describeCudaPackage(process)
  const module: { exports: object } = { exports: {} }
  loadCompleted(() => process.dlopen(module, join(libraryFolder, bindingName)))
  return Object.keys(module.exports)
}

const mapped = async (): Promise<string> => readFile('/proc/self/maps', 'utf8')

it.skipIf(!isThere)('is loaded from there, and from its own place where the system does not load it', async () => {
  const wanted = describeCudaPackage(process)
  const archive = join(state, 'package.nupkg')
  const providers = wanted.files.map(({ pathInPackage }) => [pathInPackage, Buffer.from('a provider')] as const)
  const nuspec = Buffer.from(`<version>${wanted.version}</version>`)
  await writeFile(archive, zipOf({ [`${wanted.name}.nuspec`]: nuspec, ...Object.fromEntries(providers) }))
  await installCuda(wanted, { from: archive })
  expect(wanted.folder).toBe(join(state, 'cuda', wanted.version))
  expect(load()).toContain('InferenceSession')
  // ONNX Runtime looks for providers beside the library that runs.
  expect(await mapped()).toContain(join(wanted.folder, 'libonnxruntime.so.1'))

  // Whole by its sizes, and nothing that can be loaded.
  process.env['NETLOOM_STATE'] = join(state, 'other')
  const broken = describeCudaPackage(process)
  const { size } = await readFile(join(wanted.libraryFolder, bindingName)).then(({ length }) => ({ size: length }))
  await mkdir(broken.folder, { recursive: true })
  await writeFile(join(broken.folder, bindingName), Buffer.alloc(size))
  const receipt = { package: wanted.name, version: wanted.version, files: [{ name: bindingName, sizeBytes: size }] }
  await writeFile(join(broken.folder, completionReceipt), JSON.stringify(receipt))
  expect(isCudaInstalled(broken)).toBe(true)
  expect(load()).toContain('InferenceSession')
  expect(await mapped()).toContain(join(wanted.libraryFolder, bindingName).replace(/^.*node_modules/u, 'node_modules'))
})
