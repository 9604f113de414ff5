// Which output of a model stands for which class of a dataset: by their names, or by order where no name is shared.
import { printCount } from '../graph/printNumbers'
import { NetloomError } from '../graph/errors'

/** How a model's outputs and a dataset's classes belong together. */
export interface ClassMatch {
  /** `order`: the model names no class of the dataset, so its outputs were taken in the order of the classes. */
  readonly by: 'name' | 'order'
  /** The classes that are measured: those of the dataset that the model knows, then those that only the model has. */
  readonly classes: readonly string[]
  /** The output of the model for each of `classes`. */
  readonly outputs: readonly number[]
  /** Place in `classes` of each class of the dataset; -1: the model does not know it. */
  readonly places: readonly number[]
}

/** The same name in other spellings: case, underscores for spaces, the two ways to write an accent. */
function plainName(name: string): string {
  return name
    .normalize('NFC')
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/gu, ' ')
}

/** Places by name; names that two places share stand for none. */
function placesByName(names: readonly string[], spell: (name: string) => string): ReadonlyMap<string, number> {
  const places = new Map<string, number>()
  const twice = new Set<string>()
  names.forEach((name, index) => {
    const spelt = spell(name)
    if (places.has(spelt)) twice.add(spelt)
    else places.set(spelt, index)
  })
  for (const spelt of twice) places.delete(spelt)
  return places
}

/** The output for each class: of exactly its name, else of its name in another spelling. */
function findOutputs(known: readonly string[], classes: readonly string[]): readonly (number | undefined)[] {
  const [exact, spelt] = [placesByName(known, (name) => name), placesByName(known, plainName)]
  const ownSpelt = placesByName(classes, plainName)
  const taken = new Set<number>()
  const found = classes.map((name) => exact.get(name))
  for (const output of found) if (output !== undefined) taken.add(output)
  return found.map((output, index) => {
    if (output !== undefined) return output
    const plain = plainName(classes[index] ?? '')
    const other = ownSpelt.get(plain) === index ? spelt.get(plain) : undefined
    return other !== undefined && !taken.has(other) ? other : undefined
  })
}

/**
 * Matches by name wherever the model knows a class of the dataset; otherwise in order.
 * @throws NetloomError dataset.classes where no name is shared and the numbers differ
 */
export function matchClasses(
  model: { readonly name: string; readonly classes?: readonly string[]; readonly classCount: number },
  classes: readonly string[],
): ClassMatch {
  const { name, classCount, classes: known = [] } = model
  const found = findOutputs(known, classes)
  if (found.every((output) => output === undefined)) {
    if (classCount !== classes.length) throw differentCounts(name, classCount, known, classes)
    const inOrder = classes.map((_, index) => index)
    return { by: 'order', classes, outputs: inOrder, places: inOrder }
  }
  const shared = classes.flatMap((title, index) => {
    const output = found[index]
    return output === undefined ? [] : [{ title, index, output }]
  })
  const used = new Set(shared.map(({ output }) => output))
  const others = Array.from({ length: classCount }, (_, output) => output).filter((output) => !used.has(output))
  const places = new Map(shared.map(({ index }, place) => [index, place]))
  return {
    by: 'name',
    classes: [...shared.map(({ title }) => title), ...others.map((output) => known[output] ?? String(output))],
    outputs: [...shared.map(({ output }) => output), ...others],
    places: classes.map((_, index) => places.get(index) ?? -1),
  }
}

function differentCounts(
  name: string,
  classCount: number,
  known: readonly string[],
  classes: readonly string[],
): NetloomError {
  const few = (names: readonly string[]): string => `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', ...' : ''}`
  const names = known.length > 0 ? `; it names ${few(known)}, the dataset ${few(classes)}` : ', and it names none'
  return new NetloomError(
    'dataset.classes',
    `${name} has ${printCount(classCount)} outputs and the dataset has ${printCount(classes.length)} classes${names}.`,
    {
      expected: classCount,
      received: classes.length,
      hint: 'Name the classes alike, choose the dataset it was trained on, or train it on this one.',
    },
  )
}
