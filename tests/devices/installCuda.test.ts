// Fetching the CUDA provider from a local server that stands for the feed: whole, cut short, changed, silent, from a file, and taken away.
import { createHash, randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { describeCudaPackage, isCudaInstalled, type CudaPackage } from '../../src/main/devices/cuda/cudaPackage'
import { findCudaDownload, installCuda, removeCuda } from '../../src/main/devices/cuda/installCuda'
import { findStateFolder } from '../../src/main/files/stateFolder'
import { zipOf } from '../fixtures/zipFile'

const linux = { platform: 'linux', arch: 'x64' }
const wanted = describeCudaPackage(linux)
// Larger than one chunk of a stream, and not to be packed.
const library = randomBytes(300_000)
const nuspec = (version: string) => Buffer.from(`<package><metadata><version>${version}</version></metadata></package>`)

function packageFile(version = wanted.version): Buffer {
  const libraries = wanted.files.map(({ pathInPackage }) => [pathInPackage, library] as const)
  return zipOf({
    [`${wanted.name}.nuspec`]: nuspec(version),
    'LICENSE.txt': Buffer.from('MIT'),
    ...Object.fromEntries(libraries),
  })
}

/** What the feed sends in place of the package. */
type Fault = 'none' | 'cut' | 'changed' | 'gone' | 'html'

let server: Server
let fault: Fault = 'none'
let base = ''
let root = ''
let home = ''
let folder = ''
/** Stands for the library that came with Netloom; a packed program may not write there. */
let libraryFolder = ''
const content = packageFile()

function answer(url: string): { status: number; body: Buffer | string } {
  const id = wanted.name.toLowerCase()
  const paths: Readonly<Record<string, unknown>> = {
    '/index.json': {
      version: '3.0.0',
      resources: [{ '@id': `${base}/registration/`, '@type': 'RegistrationsBaseUrl/3.6.0' }],
    },
    [`/registration/${id}/${wanted.version}.json`]: {
      catalogEntry: `${base}/catalog.json`,
      packageContent: `${base}/package`,
    },
    '/catalog.json': {
      packageHash: createHash('sha512').update(content).digest('base64'),
      packageHashAlgorithm: 'SHA512',
      packageSize: content.length,
    },
  }
  if (fault === 'html' && url === '/index.json') return { status: 200, body: '<html>Please log in</html>' }
  if (url === '/package') {
    if (fault === 'gone') return { status: 404, body: 'gone' }
    const changed = Buffer.from(content)
    changed[1000] = (changed[1000] ?? 0) ^ 1
    return { status: 200, body: fault === 'changed' ? changed : content }
  }
  return url in paths ? { status: 200, body: JSON.stringify(paths[url]) } : { status: 404, body: 'nothing' }
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'netloom-cuda ü '))
  server = createServer((request, response) => {
    const { status, body } = answer(request.url ?? '')
    response.writeHead(status, { 'content-length': Buffer.byteLength(body) })
    if (fault === 'cut' && request.url === '/package') {
      response.write(body.slice(0, 100_000), () => response.destroy())
      return
    }
    response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await rm(root, { recursive: true, force: true })
})
beforeEach(async () => {
  fault = 'none'
  home = await mkdtemp(join(root, 'cuda-'))
  folder = join(home, wanted.version)
  libraryFolder = await mkdtemp(join(root, 'bin-'))
  for (const name of wanted.libraryFiles) await writeFile(join(libraryFolder, name), `${name} itself`)
  await chmod(libraryFolder, 0o555)
})

const target = (): CudaPackage => ({ ...wanted, feed: `${base}/index.json`, folder, libraryFolder })

describe('the CUDA package', () => {
  it('is what the install script of onnxruntime-node names, without TensorRT', () => {
    expect(wanted.name).toBe('Microsoft.ML.OnnxRuntime.Gpu.Linux')
    expect(wanted.feed).toBe('https://api.nuget.org/v3/index.json')
    expect(wanted.files.map(({ name }) => name).sort()).toEqual([
      'libonnxruntime_providers_cuda.so',
      'libonnxruntime_providers_shared.so',
    ])
    // Not into the program, which may not be written to.
    expect(wanted.folder).toBe(join(findStateFolder(), 'cuda', wanted.version))
    expect(wanted.libraryFolder).toMatch(/onnxruntime-node[\\/]bin[\\/]napi-v6[\\/]linux[\\/]x64$/u)
  })

  it('is not there for other systems, which is said with the way out', () => {
    expect(() => describeCudaPackage({ platform: 'darwin', arch: 'arm64' })).toThrow(
      'ONNX Runtime for Node has no CUDA for darwin arm64. It has CUDA for Linux x64; elsewhere use webgpu.',
    )
  })
})

describe('installCuda', () => {
  it('downloads with progress, checks, unpacks, and takes exactly its files away again', async () => {
    expect((await findCudaDownload(target())).sizeBytes).toBe(content.length)
    const progress: number[] = []
    await installCuda(target(), { onProgress: (done) => progress.push(done) })
    expect(progress.at(-1)).toBe(content.length)
    expect(progress.length).toBeGreaterThan(1)
    expect(isCudaInstalled(target())).toBe(true)
    for (const { name } of wanted.files) expect((await readFile(join(folder, name))).equals(library)).toBe(true)
    expect((await readdir(folder)).sort()).toEqual([
      'libonnxruntime.so.1',
      'libonnxruntime_providers_cuda.so',
      'libonnxruntime_providers_shared.so',
      'netloom-cuda.json',
      'onnxruntime_binding.node',
    ])
    expect(await readFile(join(folder, 'libonnxruntime.so.1'), 'utf8')).toBe('libonnxruntime.so.1 itself')
    expect(await readdir(home)).toEqual([wanted.version])
    expect(await removeCuda(target())).toBe(
      2 * library.length + 'libonnxruntime.so.1 itself'.length + 'onnxruntime_binding.node itself'.length,
    )
    expect(await readdir(home)).toEqual([])
    await expect(removeCuda(target())).rejects.toThrow('Netloom has installed no CUDA provider')
  })

  it('knows libraries beside the one of Netloom, where earlier versions put them, and takes those away too', async () => {
    await chmod(libraryFolder, 0o755)
    // Empty ones only keep the names from ONNX Runtime's own install script.
    for (const { name } of wanted.files) await writeFile(join(libraryFolder, name), '')
    expect(isCudaInstalled(target())).toBe(false)
    for (const { name } of wanted.files) await writeFile(join(libraryFolder, name), library)
    expect(isCudaInstalled(target())).toBe(true)
    const files = wanted.files.map(({ name }) => ({ name, sizeBytes: library.length }))
    const receipt = { package: wanted.name, version: wanted.version, files }
    await writeFile(join(libraryFolder, 'netloom-cuda.json'), JSON.stringify(receipt))
    expect(await removeCuda(target())).toBe(2 * library.length)
    expect((await readdir(libraryFolder)).sort()).toEqual([...wanted.libraryFiles].sort())
  })

  it('is whole or not there: a cut file or another build counts as none, and is replaced', async () => {
    await installCuda(target())
    await truncate(join(folder, 'libonnxruntime_providers_cuda.so'), 1000)
    expect(isCudaInstalled(target())).toBe(false)
    await installCuda(target())
    expect(isCudaInstalled(target())).toBe(true)
    await chmod(libraryFolder, 0o755)
    await writeFile(join(libraryFolder, 'libonnxruntime.so.1'), 'another build of it')
    expect(isCudaInstalled(target())).toBe(false)
  })

  it('takes away what an installation left that was ended in the middle, and nothing of one that runs', async () => {
    await mkdir(join(home, '.unfinished-2147483646-abc'))
    await mkdir(join(home, `.unfinished-${process.ppid}-def`))
    await installCuda(target())
    expect((await readdir(home)).sort()).toEqual([`.unfinished-${process.ppid}-def`, wanted.version])
  })

  it.each([
    ['cut', /^The download ended after [\d,]+ of [\d,]+ bytes\. Nothing was installed\. Try again\.$/u],
    ['changed', /^The download has another checksum than its feed states\. Nothing was installed\./u],
    ['gone', /\/package answers with 404 Not Found\. In a closed network, download .*install from that file/u],
    ['html', /does not answer as a NuGet feed\. In a closed network, download/u],
  ] as const)('leaves nothing behind where the download is %s', async (what, message) => {
    fault = what
    await expect(installCuda(target())).rejects.toMatchObject({
      code: 'download.failed',
      message: expect.stringMatching(message) as string,
    })
    expect(await readdir(home)).toEqual([])
  })

  it('says how to go on without a network', async () => {
    const closed = { ...target(), feed: 'http://127.0.0.1:1/index.json' }
    const name = `${wanted.name.toLowerCase()}.${wanted.version}.nupkg`
    await expect(findCudaDownload(closed)).rejects.toThrow(
      new RegExp(
        `^127\\.0\\.0\\.1:1 cannot be reached: .*\\. In a closed network, download ${name} from https://www\\.nuget\\.org`,
        'u',
      ),
    )
  })

  it('installs a package that was downloaded elsewhere, and refuses another one and another version', async () => {
    const file = join(root, 'package.nupkg')
    await writeFile(file, content)
    await installCuda({ ...target(), feed: 'http://127.0.0.1:1/' }, { from: file })
    expect(isCudaInstalled(target())).toBe(true)
    await removeCuda(target())
    await writeFile(file, packageFile('1.2.3'))
    await expect(installCuda(target(), { from: file })).rejects.toThrow(
      `"package.nupkg" is version 1.2.3 of ${wanted.name}. This version of Netloom needs ${wanted.version}.`,
    )
    await writeFile(file, zipOf({ 'other.txt': Buffer.from('no') }))
    await expect(installCuda(target(), { from: file })).rejects.toThrow(`is not the package ${wanted.name}`)
    await writeFile(file, content.subarray(0, 200_000))
    await expect(installCuda(target(), { from: file })).rejects.toThrow('is not a whole ZIP file')
    // The checksum of the first file, at 16 of its entry in the directory.
    const wrong = Buffer.from(content)
    const directory = wrong.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]))
    wrong.writeUInt8(wrong.readUInt8(directory + 16) ^ 1, directory + 16)
    await writeFile(file, wrong)
    await expect(installCuda(target(), { from: file })).rejects.toThrow(/has the checksum [0-9a-f]{8} in place of/u)
    await expect(installCuda(target(), { from: join(root, 'none') })).rejects.toThrow('there is no such file')
    expect(await readdir(home)).toEqual([])
  })

  it('ends with its signal and leaves nothing behind', async () => {
    const stop = new AbortController()
    const install = installCuda(target(), {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('not wanted')),
    })
    await expect(install).rejects.toThrow('not wanted')
    expect(await readdir(home)).toEqual([])
  })
})
