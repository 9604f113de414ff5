// Tests of the edits by which a network takes a dataset.
import { expect, test } from 'vitest'
import { lenet5 } from '../../../shared/lectures/architectures/lenet5'
import { checkClasses } from '../../../shared/network/classCount'
import { applyEdit } from '../../../shared/graph/edits'
import { classCountEdit, datasetEdit } from './classCountEdit'

test('gives LeNet-5 three outputs with their names', () => {
  const document = lenet5.build()
  const changed = applyEdit(document, classCountEdit(document, ['bird', 'cat', 'dog']))
  expect(checkClasses(changed, 3)).toEqual([])
  expect(changed.classes).toEqual(['bird', 'cat', 'dog'])
})

test('notes dataset, options and classes once', () => {
  const pets = { source: 'folder:pets', options: { limit: 20 } }
  const document = lenet5.build()
  const edit = datasetEdit(document, pets, ['cat', 'dog'])
  const changed = edit ? applyEdit(document, edit) : document
  expect([changed.dataset, changed.classes]).toEqual([pets, ['cat', 'dog']])
  expect(datasetEdit(changed, pets, ['cat', 'dog'])).toBeNull()
  expect(datasetEdit(changed, pets, ['dog', 'cat'])).not.toBeNull()
  expect(datasetEdit(changed, { source: 'folder:pets' }, ['cat', 'dog'])).not.toBeNull()
})
