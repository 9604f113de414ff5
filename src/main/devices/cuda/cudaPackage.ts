// Which files ONNX Runtime's CUDA provider needs beside it, where they come from and where they go; as its own install script states it.
import { statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { bindingName, findCompletedFolder, findLibraryFolder, isCompleted } from '../../engines/ort/completedRuntime'
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
  /** Where they go, with a copy of ONNX Runtime's library beside them, since it looks for them there: made by the installation. */
  readonly folder: string
  /** Of the library that came with Netloom, which may not be written to. */
  readonly libraryFolder: string
  /** What is copied from there. */
  readonly libraryFiles: readonly string[]
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
    folder: folder ?? findCompletedFolder(),
    libraryFolder: findLibraryFolder(platform, arch),
    libraryFiles: [bindingName, 'libonnxruntime.so.1'],
  }
}

/**
 * Whether ONNX Runtime finds the provider: in the folder that the installation makes, or beside the library that came with
 * Netloom, where earlier versions put it. Empty files only keep the names from ONNX Runtime's own install script.
 */
export function isCudaInstalled({ folder, files, libraryFolder }: CudaPackage): boolean {
  const isFilled = ({ name }: ProviderFile): boolean =>
    (statSync(join(libraryFolder, name), { throwIfNoEntry: false })?.size ?? 0) > 0
  return isCompleted(folder, libraryFolder) || files.every(isFilled)
}
