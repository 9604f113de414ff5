// The class names of well-known datasets, for networks whose files give only numbers; not names that a person writes.
import { suggestName } from '../graph/suggest'
import { cifar100Classes, cifar10Classes, digitClasses, fashionClasses } from './classNames'
import { imagenetClasses } from './imagenetClasses'

/** Class names in the order of a network's outputs. */
export interface LabelSet {
  /** What the command line calls it. */
  readonly id: string
  readonly title: string
  readonly names: readonly string[]
}

export const labelSets: readonly LabelSet[] = [
  { id: 'imagenet', title: 'ImageNet-1k', names: imagenetClasses },
  { id: 'cifar10', title: 'CIFAR-10', names: cifar10Classes },
  { id: 'cifar100', title: 'CIFAR-100', names: cifar100Classes },
  { id: 'mnist', title: 'MNIST', names: digitClasses },
  { id: 'fashion-mnist', title: 'Fashion-MNIST', names: fashionClasses },
]

/** The set of a name, in capitals or not. */
export function findLabelSet(id: string): LabelSet | undefined {
  return labelSets.find((set) => set.id === id.toLowerCase())
}

/** The set that a misspelt name may mean. */
export function suggestLabelSet(id: string): string | undefined {
  return suggestName(
    id,
    labelSets.map((set) => set.id),
  )
}

/** The sets that fit a network. @param outputs how many classes it has */
export function fittingLabelSets(outputs: number): readonly LabelSet[] {
  return labelSets.filter(({ names }) => names.length === outputs)
}
