// Makes the weights by which images are compared (src/main/datasets/quality/featureNetwork.ts) of a trained ResNet-20:
// normalisations folded into the convolutions, 16-bit floats, and beside them what they were trained by.
//
//   netloom train resnet20-cifar --data cifar10:DIR --val 0.1 ... --out RUN
//   node scripts/foldFeatures.mjs RUN
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const target = fileURLToPath(new URL('../resources/features', import.meta.url))
/** What batchNorm.ts adds to the variance. */
const epsilon = 1e-5

/** The tensors of a safetensors file by name. */
function readTensors(path) {
  const bytes = readFileSync(path)
  const headerLength = Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.subarray(8, 8 + headerLength).toString('utf8'))
  const start = 8 + headerLength
  return (name) => {
    const entry = header[name]
    if (entry?.dtype !== 'F32') throw new Error(`"${path}" has no float32 tensor "${name}".`)
    const [from, to] = entry.data_offsets
    return new Float32Array(Uint8Array.from(bytes.subarray(start + from, start + to)).buffer)
  }
}

/** The nearest float16, ties to even; as much as weights need. */
function toHalf(value) {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (size < 2 ** -24) return sign
  const exponent = Math.max(-14, Math.floor(Math.log2(size)))
  const scaled = size * 2 ** (10 - exponent)
  const floor = Math.floor(scaled)
  const rest = scaled - floor
  const mantissa = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
  // A subnormal number has no leading one; a mantissa that overflows raises the exponent by itself.
  return sign + (exponent === -14 && mantissa < 1024 ? mantissa : ((exponent + 14) << 10) + mantissa)
}

/** A convolution's kernel and bias with the normalisation behind it. */
function fold(tensor, conv, norm) {
  const kernel = tensor(`${conv}/weight`)
  const [scale, bias, mean, variance] = ['scale', 'bias', 'runningMean', 'runningVariance'].map((name) =>
    tensor(`${norm}/${name}`),
  )
  const perFilter = kernel.length / scale.length
  const factors = scale.map((value, filter) => value / Math.sqrt(variance[filter] + epsilon))
  return [
    ...kernel.map((value, index) => value * factors[Math.floor(index / perFilter)]),
    ...bias.map((value, filter) => value - mean[filter] * factors[filter]),
  ]
}

const [run] = process.argv.slice(2)
if (run === undefined) throw new Error('Name the folder of a finished run of resnet20-cifar.')
const tensor = readTensors(join(run, 'checkpoints', 'best.safetensors'))
const values = fold(tensor, 'conv1', 'bn1')
for (const stage of [1, 2, 3]) {
  for (const block of [1, 2, 3]) {
    for (const part of [1, 2]) {
      const name = `stage${stage}/block${block}`
      values.push(...fold(tensor, `${name}/conv${part}`, `${name}/bn${part}`))
    }
  }
}
writeFileSync(join(target, 'resnet20.f16'), Uint8Array.from(new Uint8Array(Uint16Array.from(values, toHalf).buffer)))

const { scaling, recipe, resize, outcome } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'))
const { epochs, val } = outcome
const about = { network: 'resnet20-cifar', dataset: 'CIFAR-10', scaling, resize, recipe, epochs, validation: val }
writeFileSync(join(target, 'resnet20.json'), `${JSON.stringify(about, null, 2)}\n`)
console.log(`${values.length} weights of ${run}`)
