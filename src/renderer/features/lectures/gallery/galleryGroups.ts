// Which architectures the gallery shows, in which groups, and built for which images; not the cards (Gallery.tsx).
import type { Architecture, ArchitectureOptions } from '../../../../shared/lectures/architectures/index'

/** Networks that differ in depth or in details, on one card; one of them is shown. */
export type GalleryCard = readonly [Architecture, ...Architecture[]]

/** A family of architectures under one heading. */
export interface GalleryGroup {
  readonly title: string
  readonly cards: readonly GalleryCard[]
}

/** Names of networks that share a card; any other has one of its own. */
const variants: readonly RegExp[] = [
  /^mlp/,
  /^lenet5/,
  /^alexnet/,
  /^vgg/,
  /^googlenet/,
  /^resnet\d+$/,
  /^resnet\d+-paper$/,
  /^plain\d+$/,
  /^resnet\d+-cifar$/,
  /^plain\d+-cifar$/,
  /^squeezenet/,
  /^mobilenet/,
]

/** Families by the names of their networks, in the order of the page. */
const families: readonly { readonly title: string; readonly ids: RegExp }[] = [
  { title: 'First steps', ids: /^(?:perceptron|mlp|lenet)/ },
  { title: 'AlexNet and VGG', ids: /^(?:alexnet|zfnet|vgg)/ },
  { title: 'Inception', ids: /^googlenet/ },
  { title: 'Residual networks', ids: /^(?:resnet\d+(?:-paper)?|plain\d+|resnext.*|se-.*)$/ },
  { title: 'For CIFAR', ids: /-cifar$|^wide-resnet/ },
  { title: 'Small and dense', ids: /./ },
]

/** Architectures whose name, title, year or paper holds every word of the search. */
export function searchArchitectures(all: readonly Architecture[], search: string): readonly Architecture[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return all.filter(({ id, title, year, reference }) => {
    const text = `${id} ${title} ${year} ${reference}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

function groupVariants(architectures: readonly Architecture[]): readonly GalleryCard[] {
  const cards: [Architecture, ...Architecture[]][] = []
  for (const architecture of architectures) {
    const kind = variants.find((ids) => ids.test(architecture.id))
    const card = kind && cards.find(([first]) => kind.test(first.id))
    if (card) card.push(architecture)
    else cards.push([architecture])
  }
  return cards
}

/** The groups of the page; each architecture stands in the first family that names it, and empty families are left out. */
export function groupArchitectures(shown: readonly Architecture[]): readonly GalleryGroup[] {
  const groups = families.map(({ title }) => ({ title, architectures: [] as Architecture[] }))
  for (const architecture of shown) {
    const index = families.findIndex(({ ids }) => ids.test(architecture.id))
    groups[index]?.architectures.push(architecture)
  }
  return groups
    .filter(({ architectures }) => architectures.length > 0)
    .map(({ title, architectures }) => ({ title, cards: groupVariants(architectures) }))
}

/** What the fields above the gallery say. */
export interface GalleryWish {
  /** `32`, `224x160`, or empty for each network's own. */
  readonly size: string
  /** A number of classes, or empty. */
  readonly classes: string
}

/** Why a field cannot be followed; undefined where it can. */
export function checkWish({ size, classes }: GalleryWish): { readonly size?: string; readonly classes?: string } {
  return {
    ...(size.trim() === '' || parseSize(size) ? {} : { size: 'A size such as 32 or 224x160.' }),
    ...(classes.trim() === '' || /^[1-9]\d{0,5}$/.test(classes.trim()) ? {} : { classes: 'A whole number.' }),
  }
}

function parseSize(text: string): readonly [height: number, width: number] | undefined {
  const [, height, width = height] = /^([1-9]\d{0,3})(?:\s*[x×]\s*([1-9]\d{0,3}))?$/.exec(text.trim()) ?? []
  return height === undefined ? undefined : [Number(height), Number(width)]
}

/** What a network is built with; fields that cannot be followed count as empty. */
export function optionsOf({ input: [channels] }: Architecture, wish: GalleryWish): ArchitectureOptions {
  const size = parseSize(wish.size)
  const { classes: finding } = checkWish(wish)
  return {
    ...(size ? { input: [channels, ...size] } : {}),
    ...(finding === undefined && wish.classes.trim() !== '' ? { classes: Number(wish.classes) } : {}),
  }
}
