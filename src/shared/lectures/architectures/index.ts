// The list of ready-made architectures; what each is stands in its own file.
import { alexnet, alexnetTorchvision, zfnet } from './alexnet'
import type { Architecture } from './architecture'
import { cifarResNet } from './cifarResNet'
import { densenet121 } from './densenet'
import { googlenets } from './googlenet'
import { lenet5, lenet51998, lenet5Sigmoid } from './lenet5'
import { mlp } from './mlp'
import { efficientnetB0, mobilenet1, mobilenet2 } from './mobilenet'
import { perceptron } from './perceptron'
import { resnets, resnext50, seResnet50 } from './resnet'
import { sigmoidMlp } from './sigmoidMlp'
import { squeezenets } from './squeezenet'
import { vggs } from './vgg'
import { wideResnet } from './wideResnet'

export type { Architecture, ArchitectureOptions, ImageShape, PublishedError } from './architecture'

const cifarDepths = [20, 32, 44, 56, 110] as const

/** The architectures that `netloom new --list` shows, oldest first. */
export const architectures: readonly Architecture[] = [
  perceptron,
  mlp,
  sigmoidMlp,
  lenet5,
  lenet51998,
  lenet5Sigmoid,
  alexnet,
  zfnet,
  alexnetTorchvision,
  ...vggs,
  ...googlenets,
  ...cifarDepths.map((depth) => cifarResNet(depth, true)),
  ...cifarDepths.map((depth) => cifarResNet(depth, false)),
  ...resnets,
  resnext50,
  wideResnet,
  densenet121,
  ...squeezenets,
  mobilenet1,
  seResnet50,
  mobilenet2,
  efficientnetB0,
]

/** Deeper CIFAR networks than this are refused: their documents would not be read by anyone. */
const largestCifarDepth = 1202

/**
 * The architecture of a name, or undefined where there is none. Beside the listed ones, CIFAR networks of any depth
 * 6n + 2 up to 1202, the deepest of the paper: `resnet26-cifar`, `plain8-cifar`.
 */
export function findArchitecture(id: string): Architecture | undefined {
  const listed = architectures.find((architecture) => architecture.id === id)
  if (listed) return listed
  const [, family, digits] = /^(resnet|plain)([1-9]\d{0,3})-cifar$/.exec(id) ?? []
  const depth = Number(digits)
  const isDepth = depth >= 8 && depth <= largestCifarDepth && (depth - 2) % 6 === 0
  return isDepth ? cifarResNet(depth, family === 'resnet') : undefined
}
