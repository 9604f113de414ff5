// The built-in datasets as pools: pictures are drawn when they are asked for, so opening one costs nothing.
import { digitClasses } from '../../shared/datasets/classNames'
import {
  digitExtent,
  drawSyntheticDigit,
  labelSyntheticPictures,
  syntheticDigitsVersion,
} from '../../shared/datasets/syntheticDigits'
import {
  drawSyntheticShape,
  shapeClasses,
  shapeExtent,
  syntheticShapesVersion,
} from '../../shared/datasets/syntheticShapes'
import type { PictureExtents } from '../../shared/datasets/resize'
import type { BuiltinName } from './datasetReference'
import type { DatasetSource, PicturePool } from './datasetSource'

interface Builtin {
  readonly classes: readonly string[]
  readonly extents: PictureExtents
  readonly train: number
  readonly test: number
  readonly version: number
  readonly draw: (seed: number, index: number, label: number) => Uint8Array
}

const builtins: Readonly<Record<BuiltinName, Builtin>> = {
  digits: {
    classes: digitClasses,
    extents: { channels: 1, height: digitExtent, width: digitExtent },
    train: 8000,
    test: 2000,
    version: syntheticDigitsVersion,
    draw: drawSyntheticDigit,
  },
  shapes: {
    classes: shapeClasses,
    extents: { channels: 3, height: shapeExtent, width: shapeExtent },
    train: 6000,
    test: 1500,
    version: syntheticShapesVersion,
    draw: drawSyntheticShape,
  },
}

/** A built-in dataset is always the same pictures; the seed a person gives is for splits and training. */
const pictureSeed = 1

function makePool(name: 'train' | 'test', builtin: Builtin, firstIndex: number): PicturePool {
  const labels = labelSyntheticPictures(pictureSeed, builtin[name], name)
  const nameAt = (index: number) => `${name}/${index}`
  return {
    name,
    labels,
    pictures: {
      form: 'arrays',
      extents: builtin.extents,
      pictureAt: (index) => builtin.draw(pictureSeed, firstIndex + index, labels[index] ?? 0),
    },
    nameAt,
    fileAt: nameAt,
  }
}

/** Opens a built-in dataset: `digits` (8,000 + 2,000 grey, 28 x 28) or `shapes` (6,000 + 1,500 colour, 32 x 32). */
export function openBuiltin(name: BuiltinName): DatasetSource {
  const builtin = builtins[name]
  return {
    kind: 'builtin',
    recognisedBecause: `"builtin:${name}" is drawn by Netloom itself, always the same pictures.`,
    classes: builtin.classes,
    pools: [makePool('train', builtin, 0), makePool('test', builtin, builtin.train)],
    notes: [],
    unreadable: [],
    identity: [`builtin ${name} version ${builtin.version}`],
  }
}
