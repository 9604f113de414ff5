// Names and colours of the splits on the data and evaluation screens.
import type { SplitName } from '../../../shared/datasets/dataset'

export const splitTitles: Readonly<Record<SplitName, string>> = { train: 'Train', val: 'Validation', test: 'Test' }

/** Okabe and Ito's sky blue, orange and bluish green: they stay apart with every colour blindness. */
export const splitColours: Readonly<Record<SplitName, string>> = { train: '#56b4e9', val: '#e69f00', test: '#009e73' }
