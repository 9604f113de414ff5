// Which files ONNX Runtime's CUDA provider needs beside it, where they come from and where they go; as its own install script states it.
import { statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { NetloomError } from '../../../shared/graph/errors'

/** One file of the provider. */
export interface ProviderFile {
  readonly name: string
  readonly pathInPackage: string
}

/** The package that holds the provider, and where its files belong. */
export interface CudaPackage {
  readonly name: string
  readonly version: string
  /** The service index of its NuGet feed. */
  readonly feed: string
  readonly files: readonly ProviderFile[]
  /** Where ONNX Runtime looks for them: beside its own library. */
  readonly folder: string
}

/** @see onnxruntime-node 1.30.0, script/install-metadata.js */
const metadataSchema = z.object({
  manifests: z.record(z.string(), z.record(z.string(), z.object({ package: z.string(), path: z.string() }))),
  packages: z.record(
    z.string(),
    z.object({ name: z.string(), versions: z.array(z.object({ feed: z.string(), version: z.string() })) }),
  ),
  feeds: z.record(z.string(), z.object({ type: z.string(), index: z.string() })),
})

/** What a licence file of the package says, in short, and what is not part of it. */
export const cudaLicence = 'MIT, Microsoft Corporation'
export const cudaNeeds = 'It also needs the driver of NVIDIA, CUDA 12 and cuDNN 9, which have licences of their own.'

function requireRuntime(path: string): unknown {
  return createRequire(import.meta.url)(`onnxruntime-node/${path}`)
}

/** The folder of ONNX Runtime's own library; in a packaged app it lies outside the archive. */
function findLibraryFolder(platform: string, arch: string): string {
  const root = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
  return join(root.replace(/\bapp\.asar(?=[\\/])/u, 'app.asar.unpacked'), 'bin', 'napi-v6', platform, arch)
}

/**
 * The CUDA package for this system.
 * @param feed the service index of another feed than nuget.org, such as a mirror
 * @throws NetloomError `engine.device` where ONNX Runtime has none for the system
 */
export function describeCudaPackage(
  { platform, arch }: { readonly platform: string; readonly arch: string },
  { feed, folder }: { readonly feed?: string; readonly folder?: string } = {},
): CudaPackage {
  const { manifests, packages, feeds } = metadataSchema.parse(requireRuntime('script/install-metadata.js'))
  const manifest = Object.entries(manifests[`${platform}/${arch}:cuda12`] ?? {})
  const [[, first] = []] = manifest
  const source = first === undefined ? undefined : packages[first.package]
  const [version] = source?.versions ?? []
  const index = feed ?? feeds[version?.feed ?? '']?.index
  if (!source || !version || index === undefined)
    throw new NetloomError('engine.device', `ONNX Runtime for Node has no CUDA for ${platform} ${arch}.`, {
      received: `${platform}/${arch}`,
      hint: 'It has CUDA for Linux x64; elsewhere use webgpu.',
    })
  // TensorRT's provider is in the package too; nothing here uses it.
  const files = manifest
    .map(([target, { path }]) => ({ name: basename(target), pathInPackage: path }))
    .filter(({ name }) => !name.includes('tensorrt'))
  return {
    name: source.name,
    version: version.version,
    feed: index,
    files,
    folder: folder ?? findLibraryFolder(platform, arch),
  }
}

/** Whether the provider's files lie where they belong; empty ones only keep their names from ONNX Runtime's install script. */
export function isCudaInstalled({ folder, files }: CudaPackage): boolean {
  return files.every(({ name }) => (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0) > 0)
}
