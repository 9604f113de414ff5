// The built-in datasets as pools: images are drawn when they are asked for, so opening one costs nothing.
import { digitClasses } from '../../shared/datasets/classNames'
import {
  digitExtent,
  drawSyntheticDigit,
  labelSyntheticImages,
  syntheticDigitsVersion,
} from '../../shared/datasets/syntheticDigits'
import {
  drawSyntheticShape,
  shapeClasses,
  shapeExtent,
  syntheticShapesVersion,
} from '../../shared/datasets/syntheticShapes'
import type { ImageExtents } from '../../shared/datasets/resize'
import {
  drawTruthRow,
  labelOf,
  truthClasses,
  truthTableNames,
  truthTables,
  type TruthTableName,
} from '../../shared/datasets/truthTables'
import type { BuiltinName } from './datasetReference'
import type { DatasetSource, ImagePool } from './datasetSource'

interface Builtin {
  readonly classes: readonly string[]
  readonly extents: ImageExtents
  readonly train: number
  readonly test: number
  readonly version: number
  readonly draw: (seed: number, index: number, label: number) => Uint8Array
}

const builtins: Readonly<Record<Exclude<BuiltinName, TruthTableName>, Builtin>> = {
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

/** A built-in dataset is always the same images; the seed a person gives is for splits and training. */
const imageSeed = 1

function makePool(name: 'train' | 'test', builtin: Builtin, firstIndex: number): ImagePool {
  const labels = labelSyntheticImages(imageSeed, builtin[name], name)
  const nameAt = (index: number) => `${name}/${index}`
  return {
    name,
    labels,
    images: {
      form: 'arrays',
      extents: builtin.extents,
      imageAt: (index) => builtin.draw(imageSeed, firstIndex + index, labels[index] ?? 0),
    },
    nameAt,
    fileAt: nameAt,
  }
}

function isTruthTable(name: BuiltinName): name is TruthTableName {
  return truthTableNames.some((table) => table === name)
}

/** The rows of a table, once to train and once to test: it has no others. */
function openTruthTable(name: TruthTableName): DatasetSource {
  const rows = truthTables[name]
  const pools = (['train', 'test'] as const).map((split): ImagePool => {
    const nameAt = (index: number) => `${split}/${rows[index]?.inputs.join('') ?? index}`
    return {
      name: split,
      labels: Int32Array.from(rows, labelOf),
      images: {
        form: 'arrays',
        extents: { channels: 1, height: 1, width: rows[0]?.inputs.length ?? 1 },
        imageAt: (index) => {
          const row = rows[index]
          if (!row) throw new RangeError(`row ${index} of ${rows.length}`)
          return drawTruthRow(row)
        },
      },
      nameAt,
      fileAt: nameAt,
    }
  })
  return {
    kind: 'builtin',
    recognisedBecause: `"builtin:${name}" is a truth table: each input is one pixel, black for 0 and white for 1.`,
    classes: truthClasses,
    pools,
    notes: ['The test rows are the training rows: a truth table has no others.'],
    unreadable: [],
    identity: [`builtin ${name}`],
  }
}

/**
 * Opens a built-in dataset: `digits` (8,000 + 2,000 grey, 28 x 28), `shapes` (6,000 + 1,500 colour, 32 x 32) or a truth
 * table (an image of one row of pixels per row).
 */
export function openBuiltin(name: BuiltinName): DatasetSource {
  if (isTruthTable(name)) return openTruthTable(name)
  const builtin = builtins[name]
  return {
    kind: 'builtin',
    recognisedBecause: `"builtin:${name}" is drawn by Netloom itself, always the same images.`,
    classes: builtin.classes,
    pools: [makePool('train', builtin, 0), makePool('test', builtin, builtin.train)],
    notes: [],
    unreadable: [],
    identity: [`builtin ${name} version ${builtin.version}`],
  }
}
