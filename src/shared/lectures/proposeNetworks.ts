// Which networks fit a person's images, with the reasons in figures; not how they are shown.
import { printCount } from '../graph/printNumbers'
import { analyzeDocument } from '../network/analyze'
import type { NetworkDocument } from '../graph/document'
import { findArchitecture, type Architecture } from './architectures/index'

/** What is known of a dataset before anything is trained. */
export interface ImageFacts {
  /** 1: all images are grey; 3: colour. */
  readonly channels: 1 | 3
  /** The size that most images have, in pixels. */
  readonly width: number
  readonly height: number
  /** Images of the training split. */
  readonly images: number
  readonly classes: number
}

export interface NetworkProposal {
  readonly architecture: Architecture
  /** Built for these images and classes. */
  readonly document: NetworkDocument
  readonly parameters: number
  /** Multiply-accumulates for one image. */
  readonly macs: number
  /** Why it fits, as sentences. */
  readonly reasons: readonly string[]
}

/** Up to this side a network begins with strides of 1: more would leave no map to look at. */
const smallSide = 48
/** Below so many training images, large inputs cost much and show little that is new. */
const fewImages = 5000
/** Sides that networks for photographs are built for here: multiples of their stride of 32. */
const sides = { few: 128, many: 224, step: 32 }

/** A square input for photographs: no larger than the images, nor than their number can fill. */
function sideFor({ width, height, images }: ImageFacts): number {
  const most = images < fewImages ? sides.few : sides.many
  const own = Math.floor(Math.min(width, height) / sides.step) * sides.step
  return Math.max(2 * sides.step, Math.min(most, own))
}

interface Candidate {
  readonly id: string
  /** The side of its input; LeNet-5 takes no smaller one than its own 28. */
  readonly side: number
  readonly reason: string
}

/** The smallest first where images are few, as every parameter has to be learnt from them. */
function listCandidates(facts: ImageFacts): readonly Candidate[] {
  const short = Math.min(facts.width, facts.height)
  if (short <= smallSide) {
    const side = facts.channels === 1 && short <= 28 ? 28 : 32
    const lenet = { id: 'lenet5', side, reason: 'Five layers with weights: a first result to beat, soonest.' }
    const residual = {
      id: 'resnet20-cifar',
      side,
      reason: 'Made for images of this size: no stride before the first residual blocks, shortcuts throughout.',
    }
    const deep = {
      id: 'resnet56-cifar',
      side,
      reason: 'The same with 56 layers, for when the smaller one fits and more is to be had.',
    }
    return facts.channels === 1 ? [lenet, residual, deep] : [residual, lenet, deep]
  }
  const side = sideFor(facts)
  const mobile = {
    id: 'mobilenet-v2',
    side,
    reason: 'Inverted residual blocks: few multiplications for its depth, so that it also trains on a processor.',
  }
  const residual = {
    id: 'resnet18',
    side,
    reason: 'The usual first choice for photographs, which most results are compared with.',
  }
  const small = {
    id: 'resnet20-cifar',
    side: 64,
    reason: 'Very small, on images shrunk to 64×64: shows soonest whether the classes can be told apart at all.',
  }
  return facts.images < fewImages ? [small, mobile, residual] : [residual, mobile, small]
}

/**
 * Up to three networks for a dataset, the one to begin with first; none where a classifier makes no sense (fewer than two
 * classes).
 */
export function proposeNetworks(facts: ImageFacts): readonly NetworkProposal[] {
  if (facts.classes < 2) return []
  return listCandidates(facts).flatMap(({ id, side, reason }) => {
    const architecture = findArchitecture(id)
    if (!architecture) return []
    const document = architecture.build({ input: [facts.channels, side, side], classes: facts.classes })
    const { parameters, macs } = analyzeDocument(document)
    const scale =
      facts.width === side && facts.height === side
        ? `Takes your images as they are, ${side}×${side}.`
        : `Takes ${side}×${side}; most of your images are ${facts.width}×${facts.height} and are scaled.`
    const load = `${printCount(parameters.total)} parameters, ${printCount(facts.images)} training images.`
    return [{ architecture, document, parameters: parameters.total, macs, reasons: [reason, scale, load] }]
  })
}
