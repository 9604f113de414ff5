// Tests of the warnings about augmentations.
import { expect, test } from 'vitest'
import { digitClasses } from '../../../../shared/datasets/classNames'
import { adviseAugmentation } from './augmentationAdvice'

const animals = ['bird', 'cat', 'dog']

test('warns of flipping digits and letters', () => {
  expect(adviseAugmentation('flip', digitClasses, 28)).toMatch(/a 2 is no longer a 2/)
  expect(adviseAugmentation('crop-flip', ['a', 'b', 'd'], 28)).toMatch(/that letter/)
  expect(adviseAugmentation('flip', ['Zero', 'one', 'two'], 28)).not.toBeNull()
})

test('warns of flipping where a class names a side', () => {
  expect(adviseAugmentation('flip', ['turn_left', 'turn_right', 'straight'], 64)).toMatch(/"turn_left"/)
  expect(adviseAugmentation('flip', ['bright', 'dark'], 64)).toBeNull()
})

test('says nothing against presets that fit', () => {
  expect(adviseAugmentation('crop-flip', animals, 224)).toBeNull()
  expect(adviseAugmentation('digits', digitClasses, 28)).toBeNull()
  expect(adviseAugmentation('none', digitClasses, 28)).toBeNull()
  expect(adviseAugmentation('colour', animals, 32)).toBeNull()
})

test('says what the preset for digits does to photographs', () => {
  expect(adviseAugmentation('digits', animals, 224)).toMatch(/photographs/)
})
