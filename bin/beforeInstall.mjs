// Before ONNX Runtime's install script runs: keeps it from downloading 300 MB of CUDA libraries, which fails the whole installation
// where they are out of reach. It leaves alone what is there, so their names are taken by empty files; `netloom devices --install cuda`
// puts the real ones in their place.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The folder of ONNX Runtime's package; undefined where it is not there yet, as in a checkout, whose settings skip the download. */
function findRuntime() {
  try {
    return dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
  } catch {
    return undefined
  }
}

/** Takes the names of the files that the script would download for this system. */
function takeNames(runtime) {
  const { manifests, requirements } = createRequire(import.meta.url)(join(runtime, 'script', 'install-metadata.js'))
  const system = `${process.platform}/${process.arch}`
  const folder = join(runtime, 'bin', 'napi-v6', process.platform, process.arch)
  for (const needed of requirements[system] ?? [])
    for (const name of Object.keys(manifests[`${system}:${needed}`] ?? {})) {
      const path = join(folder, name)
      mkdirSync(dirname(path), { recursive: true })
      if (!existsSync(path)) writeFileSync(path, '')
    }
}

const runtime = findRuntime()
const isPackage = import.meta.dirname.split(/[\\/]/).includes('node_modules')
try {
  if (runtime !== undefined && isPackage) takeNames(runtime)
} catch (error) {
  process.stderr.write(`netloom: ONNX Runtime's download of CUDA could not be put off (${error.message}).\n`)
}
