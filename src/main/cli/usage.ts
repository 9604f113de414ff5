// Wrong usage: what makes the command line end with exit code 2, and the parsers of option values; not the options themselves (program.ts).
import { InvalidArgumentError } from 'commander'
import type { Recipe } from '../../shared/training/recipe'
import type { InputScaling } from '../../shared/graph/document'
import { NetloomError } from '../../shared/graph/errors'
import { parseScaling } from '../models/scalingNames'

/** Exit codes of every command; other programs script them. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const

/** A command does its work and gives its exit code; nothing means 0. */
export type Outcome = Promise<number | void>

/** Options that do not go together, or one that is missing: the message says what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const wholeNumber = /^\d+$/

/** A whole number of at least `least`. */
export function wholeFrom(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = wholeNumber.test(text) ? Number(text) : NaN
    if (value >= least && value <= most) return value
    const bound = most === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${most}`
    throw new InvalidArgumentError(`It must be a whole number of at least ${least}${bound}.`)
  }
}

function finite(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN
}

/** A number above 0. */
export function positive(text: string): number {
  const value = finite(text)
  if (value > 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('It must be a number above 0.')
}

/** A number of at least 0. */
export function notNegative(text: string): number {
  const value = finite(text)
  if (value >= 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('It must be a number of at least 0.')
}

/** A number in [0, 1). */
export function belowOne(text: string): number {
  const value = finite(text)
  if (value >= 0 && value < 1) return value
  throw new InvalidArgumentError('It must be a number of at least 0 and below 1.')
}

/** Channels, height and width of an image: `3x32x32`. */
export function imageShape(text: string): readonly [number, number, number] {
  const parts = /^(\d+)x(\d+)x(\d+)$/i.exec(text)?.slice(1).map(Number)
  const [channels = 0, height = 0, width = 0] = parts ?? []
  if (channels >= 1 && height >= 1 && width >= 1) return [channels, height, width]
  throw new InvalidArgumentError('It must be CHANNELSxHEIGHTxWIDTH, such as 1x28x28 or 3x224x224.')
}

/** Images from the first number to just before the second: `0:8000`. */
export function imageRange(text: string): readonly [number, number] {
  const parts = /^(\d+):(\d+)$/.exec(text)?.slice(1).map(Number)
  const [from = 0, to = 0] = parts ?? []
  if (parts && from < to) return [from, to]
  throw new InvalidArgumentError('It must be FROM:TO with FROM below TO, such as 0:8000.')
}

/** A share of the training images in [0, 1), or the path of a folder. */
export function validation(text: string): number | string {
  const value = finite(text)
  if (Number.isNaN(value)) return text
  if (value >= 0 && value < 1) return value
  throw new InvalidArgumentError(
    'It must be a share of at least 0 and below 1, or a folder (write ./5 for one named 5).',
  )
}

/** `imagenet`, `signed`, ... or `MEAN,..:STD,..`. */
export function scaling(text: string): InputScaling {
  const result = parseScaling(text)
  if (typeof result === 'string') throw new InvalidArgumentError(result)
  return result
}

/** The name that stands for standard output, where one file is written. */
export const standardOutput = '-'

/** Where several files or a folder go, which standard output cannot take. */
export function outputPath(text: string): string {
  if (text !== standardOutput) return text
  throw new InvalidArgumentError(
    'It writes more than one file, which standard output cannot take; ./- is a file of that name.',
  )
}

/** `3:layer1*`: layers that are trained once so many epochs are done; gathers. */
export function gatherUnfreeze(text: string, before: Recipe['unfreeze'] = []): Recipe['unfreeze'] {
  const [, epoch, layers] = /^([1-9]\d{0,6}):(.+)$/.exec(text) ?? []
  if (layers !== undefined) return [...before, { epoch: Number(epoch), layers }]
  throw new InvalidArgumentError('It must be EPOCHS:PATTERN, such as 3:stage3*.')
}

/** `layer1*=0.1`: what the learning rate of these layers is multiplied by; gathers. */
export function gatherFactor(text: string, before: Recipe['learningRateFactors'] = []): Recipe['learningRateFactors'] {
  const cut = text.lastIndexOf('=')
  const factor = Number(text.slice(cut + 1))
  if (cut > 0 && text.length > cut + 1 && Number.isFinite(factor) && factor > 0)
    return [...before, { layers: text.slice(0, cut), factor }]
  throw new InvalidArgumentError('It must be PATTERN=FACTOR with a factor above 0, such as stage1*=0.1.')
}

/** Says of a file that is in the way how it is replaced, for commands that have --force. */
export async function orForce<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof NetloomError) || error.code !== 'file.exists') throw error
    const { code, path, message, hint = '' } = error
    const [fact = message] = hint === '' ? [] : message.split(` ${hint}`)
    throw new NetloomError(code, fact, { path, hint: 'Choose another name with -o, or replace it with --force.' })
  }
}

/** Says of a network that gives something else than its file how it is used all the same, for commands that can. */
export async function orAccept<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof NetloomError) || error.code !== 'import.different') throw error
    const { code, path, nodeId, message, expected, received } = error
    const hint = 'Report this with the file, or use the network as it is with --accept-difference.'
    throw new NetloomError(code, message, { path, nodeId, expected, received, hint })
  }
}
