// Whether an augmentation changes what an image means, judged by the names of the classes; not the augmentation itself.
import type { AugmentationPreset } from '../../../../shared/datasets/augmentation'

const digitWords = new Set(['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'])
const sidedWord = /(^|[^a-z])(left|right|clockwise|counterclockwise|anticlockwise)([^a-z]|$)/i

function isCharacter(name: string): boolean {
  return /^[0-9]$/.test(name) || /^\p{L}$/u.test(name) || digitWords.has(name.toLowerCase())
}

function mirrors(preset: AugmentationPreset): boolean {
  return preset === 'flip' || preset === 'crop-flip'
}

/**
 * A sentence where a preset is likely to harm, with the reason; null where nothing speaks against it.
 * @param classes names of the classes, in class order
 * @param extent the shorter side in pixels of what the network sees
 */
export function adviseAugmentation(
  preset: AugmentationPreset,
  classes: readonly string[],
  extent: number | undefined,
): string | null {
  const characters = classes.filter(isCharacter)
  if (mirrors(preset) && characters.length > classes.length / 2) {
    return `Mirrored, ${classes.includes('2') ? 'a 2 is no longer a 2' : 'a letter is no longer that letter'}: flipping digits and letters teaches the network wrong shapes. Take "digits" instead.`
  }
  const sided = classes.find((name) => sidedWord.test(name))
  if (mirrors(preset) && sided !== undefined) {
    return `The class "${sided}" tells left from right, and flipping swaps them. Take a preset without flipping.`
  }
  if (preset === 'digits' && classes.length > 0 && characters.length === 0) {
    return 'Meant for drawings of digits and letters: it slants and turns images, and photographs gain little by it.'
  }
  if (preset === 'cutout' && extent !== undefined && extent < 32 && characters.length > classes.length / 2) {
    return `Half of ${extent} pixels is often the whole stroke that tells two digits apart. Look at the preview before taking it.`
  }
  return null
}
