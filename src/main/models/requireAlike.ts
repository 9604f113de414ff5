// Whether a network computes every image of a batch as it computes it alone, which files may not do and every network here must.
import { compareOutputs, judgeDifference, printDifference } from '../../shared/exchange/outputDifference'
import { NetloomError } from '../../shared/graph/errors'
import type { LoweredNetwork } from '../../shared/lower/lower'
import { toModel } from '../../shared/lower/networkModel'
import { encodeModel } from '../../shared/onnx/bytes'
import type { Tensor } from '../../shared/onnx/tensor'
import { printCount } from '../../shared/graph/printNumbers'
import { openRawModel } from '../engines/ort/rawModel'

/** A run of the network on some images. */
interface Run {
  readonly input: Tensor
  readonly output: Tensor
}

/**
 * Two equal images and another one must give what one of them gives alone: a softmax over the batch, a running sum along it
 * and values put into its first image all show there.
 * @param run computes the network
 * @param known runs that were made already: the first is asked for its first image, one of several images that begins with
 * two equal ones saves a run
 * @throws NetloomError onnx.unsupported where they do not, with the first layer that mixes them
 */
export async function requireAlike(
  lowered: LoweredNetwork,
  known: readonly [Run, ...Run[]],
  run: (input: Tensor) => Promise<Tensor>,
): Promise<void> {
  const [first] = known
  const [count = 1, ...shape] = first.input.dims
  const size = first.input.data.length / count
  const image = first.input.data.subarray(0, size)
  const alone: Tensor = { dims: [1, ...shape], data: image }
  const runOther = async (input: Tensor): Promise<Run> => {
    try {
      return { input, output: await run(input) }
    } catch (error) {
      throw error instanceof NetloomError && error.code === 'engine.failed' ? refuseBatch(count, error) : error
    }
  }
  const single = count === 1 ? first : await runOther(alone)
  const several = known.find(({ input }) => beginsTwice(input, image)) ?? (await runOther(threeOf(image, shape)))
  const difference = largestDifference(several.output, single.output)
  if (judgeDifference(difference) !== 'different') return
  const mixer = await findMixer(lowered, single.input, several.input)
  throw new NetloomError(
    'onnx.unsupported',
    `The network mixes the images of a batch: beside others an image gives something else than alone, by ${printDifference(difference.maxRel)} of the largest value${mixer === undefined ? '' : `, first at "${mixer}"`}.`,
    { nodeId: mixer, hint: 'A network here computes every image of a batch alike.' },
  )
}

function beginsTwice({ dims, data }: Tensor, image: Float32Array): boolean {
  const [count = 1] = dims
  return count > 1 && image.every((value, index) => data[index] === value && data[index + image.length] === value)
}

/** An image twice, then the same from its end. */
function threeOf(image: Float32Array, shape: readonly number[]): Tensor {
  const data = new Float32Array(3 * image.length)
  data.set(image)
  data.set(image, image.length)
  data.set(image.toReversed(), 2 * image.length)
  return { dims: [3, ...shape], data }
}

function refuseBatch(count: number, cause: NetloomError): NetloomError {
  const reason = typeof cause.received === 'string' ? cause.received : cause.message
  const images = count === 1 ? 'one image' : `${printCount(count)} images`
  return new NetloomError('onnx.unsupported', `The network takes ${images} at a time, and no other number: ${reason}`, {
    received: count,
    hint: 'A network here computes every image of a batch alike.',
    cause,
  })
}

/** How far the first two of several images are from one. */
function largestDifference(several: Tensor, single: Tensor) {
  const size = single.data.length
  const twice = new Float32Array(2 * size)
  twice.set(single.data)
  twice.set(single.data, size)
  return compareOutputs(twice, several.data.subarray(0, 2 * size))
}

/** The first layer, in the order of computing, that gives something else beside other images. */
async function findMixer(lowered: LoweredNetwork, single: Tensor, several: Tensor): Promise<string | undefined> {
  const layers = Array.from(lowered.values, ([layer, [value]]) => ({ layer, value: value ?? '' }))
  const names = [...new Set(layers.flatMap(({ value }) => (value === '' ? [] : [value])))]
  const raw = await openRawModel(encodeModel(toModel(lowered), { outputs: names }), lowered.inputName)
  try {
    const [one, three] = [await raw.runMany(single, names), await raw.runMany(several, names)]
    const mixes = new Set(
      names.filter((_, index) => {
        const [alone, beside] = [one[index], three[index]]
        return alone && beside && judgeDifference(largestDifference(beside, alone)) === 'different'
      }),
    )
    return layers.find(({ value }) => mixes.has(value))?.layer
  } finally {
    await raw.dispose()
  }
}
